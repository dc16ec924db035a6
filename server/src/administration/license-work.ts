import { type AssignedLicense, type HeldLicense, LicenseKeySettings } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { type Clock, HOUR_MS } from '../platform/clock/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import { deviceStandings, deviceStatuses } from './devices/index.ts';
import { allGroups, fullNames } from './groups/index.ts';
import { publishOfServer, recordSave } from './history.ts';
import {
  addKey,
  assignKey,
  blockedEvent,
  changeKey,
  concernsDevices,
  createDailyCheck,
  createDistribution,
  type ImportedKey,
  type LicenseKey,
  type LicenseTx,
  licenseRoutes,
  licenseStore,
  licenseUsageRoutes,
  removeKey,
  seatStore,
  settingsOf,
  usageStore,
  withdrawKey,
} from './licenses/index.ts';
import { type ObjectState, type Revision, revisionStore } from './revisions/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { type TenantScope, tenantStore } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;

export interface LicenseWorkParts {
  /** The schema `administration`. */
  db: Tx;
  http: Http;
  jobs: Pick<Jobs, 'every'>;
  clock: Clock;
  secrets: Secrets;
  /** Keys, or who holds them, changed: for consoles that look. */
  changed: () => void;
  /** Events wait to be carried, or devices to be decided. */
  onPublished: () => void;
  onError: (error: unknown) => void;
}

const sealedIn = (licenseId: string): string => `license-key:${licenseId}`;

const stateOf = (key: LicenseKey): ObjectState =>
  ({
    serialNumber: key.serialNumber,
    ...settingsOf(key),
    hasActivationCode: key.hasActivationCode,
  }) as unknown as ObjectState;

const storesOf = (tx: Tx): LicenseTx => {
  const own = administrationDb(tx);
  return {
    keys: licenseStore(own.licenses),
    seats: seatStore(own.licenses, 'all'),
    saveEnds: deviceStatuses(own.devices).saveLicenseEnds,
  };
};

/** Licence keys: their saves, their way to devices, the daily check, and what the console shows of them. */
export const createLicenseWork = (parts: LicenseWorkParts) => {
  const { db: schema, http, clock, secrets, onPublished } = parts;
  const db = administrationDb(schema);
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema.transaction().execute(work);
  const tenants = tenantStore(db.tenants, 'all');

  const mainTenantId = async (): Promise<string> => {
    const main = await tenants.byVirtualServerId(0);
    if (!main) throw new Error('there is no main server');
    return main.id;
  };
  const names = async () => ({
    tenants: new Map((await tenants.list()).map(({ id, name }) => [id, name])),
    groups: fullNames(await allGroups(db.groups)),
  });
  const seatsOf = (scope: TenantScope) => seatStore(db.licenses, scope);
  const standingsOf = (scope: TenantScope) => deviceStandings(db.devices, scope);
  const usageOf = (scope: TenantScope) => usageStore(db.licenses, scope);

  const distribution = createDistribution({
    reading: { keys: licenseStore(db.licenses), seats: seatsOf('all') },
    inTransaction: (work) => inTransaction((tx) => work(storesOf(tx))),
    mainTenantId,
    clock,
    changed: () => {
      parts.changed();
      // Until when a device is licensed may be news to its status.
      onPublished();
    },
    onError: parts.onError,
  });

  const check = createDailyCheck({
    keys: licenseStore(db.licenses),
    seats: seatsOf('all'),
    usage: usageOf('all'),
    standings: standingsOf('all'),
    inTransaction: (work) =>
      inTransaction((tx) => {
        const own = administrationDb(tx);
        return work({
          keys: licenseStore(own.licenses),
          usage: usageStore(own.licenses, 'all'),
          publish: (tenantId, event) => publishOfServer(tx, tenantId, event),
        });
      }),
    names,
    distribute: distribution.roundByTime,
    clock,
    onPublished,
  });

  /** A save of one key, its revision, and what follows for its devices, in the transaction of the caller. */
  const save = {
    add: async (
      tx: Tx,
      added: { serialNumber: string; settings: LicenseKeySettings; activationCode: string | null },
      doer: Doer,
    ): Promise<string> => {
      const now = clock();
      const id = newId(now);
      const { serialNumber, settings, activationCode } = added;
      const sealedCode = activationCode === null ? null : secrets.seal(activationCode, sealedIn(id));
      const key = await addKey(storesOf(tx), { id, serialNumber, settings, sealedCode, now });
      await recordSave(tx, { object: objectOf(key), before: null, after: stateOf(key), doer, at: now });
      if (key.blockedAt) await publishOfServer(tx, key.tenantId, blockedEvent(key, now));
      return id;
    },
    change: async (
      tx: Tx,
      id: string,
      changed: { settings: LicenseKeySettings; activationCode: string | null | undefined },
      { doer, rolledBackTo }: { doer: Doer; rolledBackTo?: number },
    ): Promise<Revision | null> => {
      const now = clock();
      const stores = storesOf(tx);
      await revisionStore(administrationDb(tx).revisions, 'all').lock('license-key', id);
      const before = await stores.keys.get(id);
      const code = changed.activationCode;
      const sealedCode = typeof code === 'string' ? secrets.seal(code, sealedIn(id)) : code;
      const after = await changeKey(stores, before, changed.settings, { sealedCode, now });
      if (concernsDevices(before, after)) await stores.seats.markDue();
      const words = { before: stateOf(before), after: stateOf(after), doer, at: now, rolledBackTo };
      const revision = await recordSave(tx, { object: objectOf(after), ...words });
      if (after.blockedAt && !before.blockedAt) await publishOfServer(tx, after.tenantId, blockedEvent(after, now));
      return revision;
    },
  };

  const objectOf = ({ id, serialNumber, productName, tenantId }: LicenseKey) => ({
    ...{ kind: 'license-key' as const, id, name: `${serialNumber} (${productName})`, tenantId },
  });

  /** Saves, then lets what follows from it happen. */
  const saving = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const result = await inTransaction(work);
    parts.changed();
    onPublished();
    distribution.poke();
    return result;
  };

  const forDevices =
    (act: typeof assignKey | typeof withdrawKey) =>
    async (id: string, deviceIds: readonly string[], scope: TenantScope, doer: Doer): Promise<number> => {
      const main = await mainTenantId();
      return saving(async (tx) => {
        const devices = await deviceStandings(administrationDb(tx).devices, scope).of(deviceIds);
        return act(storesOf(tx), id, deviceIds, { devices, mainTenantId: main, by: doer.actor, now: clock() });
      });
    };

  const writes = {
    change: async (
      id: string,
      changed: { settings: LicenseKeySettings; activationCode: string | null | undefined },
      doer: Doer,
    ): Promise<void> => void (await saving((tx) => save.change(tx, id, changed, { doer }))),
    /** @throws NotFound */
    remove: (id: string, doer: Doer): Promise<void> =>
      saving(async (tx) => {
        const stores = storesOf(tx);
        await revisionStore(administrationDb(tx).revisions, 'all').lock('license-key', id);
        const key = await stores.keys.get(id);
        await removeKey(stores, key);
        await stores.seats.markDue();
        await recordSave(tx, { object: objectOf(key), before: stateOf(key), after: null, doer, at: clock() });
      }),
  };

  const serve = (): void => {
    const shared = { keys: licenseStore(db.licenses), seatsOf, standingsOf, names, clock };
    licenseRoutes(http, {
      ...shared,
      mainTenantId,
      add: (added, doer) =>
        saving(async (tx) => {
          const id = await save.add(tx, added, doer);
          await storesOf(tx).seats.markDue();
          return id;
        }),
      ...writes,
      addAll: (keys: readonly ImportedKey[], doer) =>
        saving(async (tx) => {
          for (const { serialNumber, settings, activationCode, existing } of keys) {
            if (existing) await save.change(tx, existing.id, { settings, activationCode }, { doer });
            else await save.add(tx, { serialNumber, settings, activationCode: activationCode ?? null }, doer);
          }
          await storesOf(tx).seats.markDue();
        }),
      assign: forDevices(assignKey),
      withdraw: forDevices(withdrawKey),
      check,
    });
    licenseUsageRoutes(http, { ...shared, usageOf });
  };

  parts.jobs.every({ name: 'administration.check-licenses', seconds: HOUR_MS / 1000, run: () => check.runOnce() });

  return {
    serve,
    mainTenantId,
    /** Saves of one key, for whoever has asked whether the caller may change it. */
    writes,
    /** What a device that says what it holds shall hold; undefined: nothing here is about its keys. */
    sync: (
      device: { deviceId: string; tenantId: string },
      told: readonly HeldLicense[] | undefined,
    ): Promise<AssignedLicense[] | undefined> => distribution.sync(device, told),
    /** Brings a key back to how it was; its activation code stays as it is. @throws NotFound for it or its client */
    restore: async (
      tx: Tx,
      { object }: Revision,
      state: ObjectState,
      how: { doer: Doer; rolledBackTo?: number },
    ): Promise<Revision | null> => {
      const settings = LicenseKeySettings.parse(state);
      const { tenantId, sharing } = settings;
      const named = [...(tenantId === null ? [] : [tenantId]), ...(sharing.with === 'some' ? sharing.tenantIds : [])];
      for (const id of named) await tenantStore(administrationDb(tx).tenants, 'all').get(id);
      return save.change(tx, object.id, { settings, activationCode: undefined }, how);
    },
    /** Keys were brought back: what follows from it for devices. */
    onRestored: (): void => {
      parts.changed();
      distribution.poke();
    },
    /** Keys are where they shall be, as far as they were decided by now. */
    settle: distribution.round,
    /** The daily check, which a job runs once a day. */
    check,
    stop: distribution.stop,
  };
};
