import {
  addLicense,
  assignLicense,
  changeLicense,
  checkLicenses,
  deleteLicense,
  getLicense,
  importLicenses,
  type LicenseKeySettings,
  type licenseSorts,
  listDeviceLicenses,
  listLicenseDevices,
  listLicenses,
  type LicenseKey as ShownKey,
  withdrawLicense,
} from '@gatehouse/contract';
import { Forbidden, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { DeviceStandings } from '../devices/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import type { DailyCheck } from './daily-check.ts';
import { type ImportedKey, readImport } from './import.ts';
import { isOpenTo, type LicenseKey, settingsOf } from './key.ts';
import { mayChange, maySee, shownDeviceOfKey, shownKey, shownKeyOfDevice, type Viewer } from './shown.ts';
import type { LicenseStore } from './store.ts';
import type { SeatStore } from './store-seats.ts';

export interface LicenseRouteParts {
  keys: LicenseStore;
  seatsOf: (scope: TenantScope) => SeatStore;
  standingsOf: (scope: TenantScope) => DeviceStandings;
  names: () => Promise<{ tenants: ReadonlyMap<string, string>; groups: ReadonlyMap<number, string> }>;
  mainTenantId: () => Promise<string>;
  /** Saves with a revision; devices follow. An undefined code stays as it is, null is forgotten. */
  add: (
    added: { serialNumber: string; settings: LicenseKeySettings; activationCode: string | null },
    doer: Doer,
  ) => Promise<string>;
  change: (
    id: string,
    changed: { settings: LicenseKeySettings; activationCode: string | null | undefined },
    doer: Doer,
  ) => Promise<void>;
  remove: (id: string, doer: Doer) => Promise<void>;
  /** All of them or none. */
  addAll: (keys: readonly ImportedKey[], doer: Doer) => Promise<void>;
  assign: (id: string, deviceIds: readonly string[], scope: TenantScope, doer: Doer) => Promise<number>;
  withdraw: (id: string, deviceIds: readonly string[], scope: TenantScope, doer: Doer) => Promise<number>;
  check: DailyCheck;
  clock: () => Date;
}

/** Most CSV text that an import may have, each of its characters escaped in JSON. */
const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;

export const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

const sortValues: Record<(typeof licenseSorts)[number], (key: ShownKey) => string | number> = {
  // What never expires comes after all that does.
  expiresAt: ({ expiresAt }) => expiresAt ?? '9999',
  productName: ({ productName }) => productName.toLowerCase(),
  serialNumber: ({ serialNumber }) => serialNumber,
  used: ({ used }) => used,
};

export const licenseRoutes = (http: Http, parts: LicenseRouteParts): void => {
  const { keys, seatsOf, standingsOf, clock } = parts;
  const viewerOf = async (actor: Actor): Promise<Viewer> => ({
    tenantIds: actor.tenantIds,
    mainTenantId: await parts.mainTenantId(),
  });
  const context = async (actor: Actor) => {
    const [viewer, names] = await Promise.all([viewerOf(actor), parts.names()]);
    return { viewer, tenantNames: names.tenants, now: clock() };
  };

  const seen = async (actor: Actor, id: string): Promise<LicenseKey> => {
    const key = await keys.get(id);
    if (!maySee(await viewerOf(actor), key)) throw new NotFound('license', id);
    return key;
  };
  const changeable = async (actor: Actor, id: string): Promise<LicenseKey> => {
    const key = await seen(actor, id);
    if (!mayChange(actor, key)) {
      throw new Forbidden(
        'This key belongs to the main server; only users of all clients may change it',
        'license.scope',
      );
    }
    return key;
  };
  /** @throws Forbidden; NotFound for a client that is not there */
  const requirePlace = async (actor: Actor, { tenantId, sharing }: LicenseKeySettings): Promise<void> => {
    const { tenants } = await parts.names();
    const named = [...(tenantId === null ? [] : [tenantId]), ...(sharing.with === 'some' ? sharing.tenantIds : [])];
    for (const id of named) if (!tenants.has(id) || !inScope(scopeOf(actor), id)) throw new NotFound('tenant', id);
    if (!mayChange(actor, { tenantId })) {
      throw new Forbidden('Choose a client of yours: you may not give keys to all clients', 'license.scope');
    }
  };

  const one = async (actor: Actor, id: string): Promise<ShownKey> => {
    const key = await keys.get(id);
    const counts = await seatsOf(scopeOf(actor)).counts();
    return shownKey(key, counts.get(key.serialNumber), await context(actor));
  };

  route(http, listLicenses, async ({ actor, query }) => {
    const shown = await context(actor);
    const [all, counts] = await Promise.all([keys.all(), seatsOf(scopeOf(actor)).counts()]);
    const known = new Set(all.map(({ serialNumber }) => serialNumber));
    const visible = all.filter((key) => maySee(shown.viewer, key));
    const words = query.text?.toLowerCase();
    const items = visible
      .filter(({ tenantId, sharing }) =>
        query.tenantId === undefined
          ? true
          : isOpenTo({ tenantId, sharing }, query.tenantId, shown.viewer.mainTenantId),
      )
      .map((key) => shownKey(key, counts.get(key.serialNumber), shown))
      .filter(
        (key) =>
          (!query.state || query.state.includes(key.state)) &&
          (!query.kind || query.kind.includes(key.kind)) &&
          (!query.product || query.product.includes(key.productName)) &&
          (query.automatic === undefined || query.automatic === key.automatic) &&
          (!words || `${key.serialNumber} ${key.productName} ${key.information}`.toLowerCase().includes(words)),
      )
      .sort((a, b) => {
        const [left, right] = [sortValues[query.sort](a), sortValues[query.sort](b)];
        const order = left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : 1;
        return query.descending ? -order : order;
      });
    const from = query.after === undefined ? 0 : items.findIndex(({ id }) => id === query.after) + 1;
    if (query.after !== undefined && from === 0) {
      throw new InvalidInput('The place in the list is not there any more; read the list from the start', [
        { where: 'query.after', what: 'is not the `next` of a page' },
      ]);
    }
    const page = items.slice(from, from + query.limit);
    return {
      items: page,
      next: from + query.limit < items.length ? (page.at(-1)?.id ?? null) : null,
      total: items.length,
      products: [...new Set(visible.map(({ productName }) => productName))].sort(),
      unknown: [...counts]
        .filter(([serialNumber, { used, reserved }]) => !known.has(serialNumber) && used + reserved > 0)
        .map(([serialNumber, { used, reserved }]) => ({ serialNumber, devices: used + reserved }))
        .sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1)),
    };
  });

  route(http, getLicense, async ({ actor, params }) => {
    const { serialNumber } = await seen(actor, params.licenseId);
    const { tenants } = await parts.names();
    const byTenant = await seatsOf(scopeOf(actor)).countsByTenant(serialNumber);
    return {
      license: await one(actor, params.licenseId),
      tenants: byTenant
        .map((counts) => ({ ...counts, tenantName: tenants.get(counts.tenantId) ?? '' }))
        .sort((a, b) => b.used - a.used || (a.tenantName < b.tenantName ? -1 : 1)),
    };
  });

  route(http, addLicense, async ({ actor, body, request, audit }) => {
    const { serialNumber, activationCode, ...settings } = body;
    await requirePlace(actor, settings);
    const id = await parts.add(
      { serialNumber, settings, activationCode: activationCode ?? null },
      doerOf({ actor, request }),
    );
    audit({ tenantId: settings.tenantId, after: { id, serialNumber, ...settings } });
    return one(actor, id);
  });

  route(http, changeLicense, async ({ actor, params, body, request, audit }) => {
    const { activationCode, ...settings } = body;
    const before = await changeable(actor, params.licenseId);
    await requirePlace(actor, settings);
    await parts.change(before.id, { settings, activationCode }, doerOf({ actor, request }));
    audit({ tenantId: settings.tenantId, before: settingsOf(before), after: settings });
    return one(actor, before.id);
  });

  route(http, deleteLicense, async ({ actor, params, request, audit }) => {
    const before = await changeable(actor, params.licenseId);
    await parts.remove(before.id, doerOf({ actor, request }));
    audit({ tenantId: before.tenantId, before: { serialNumber: before.serialNumber, ...settingsOf(before) } });
    return {};
  });

  route(
    http,
    importLicenses,
    async ({ actor, body, request, audit }) => {
      const { viewer, tenantNames, now } = await context(actor);
      const tenants = [...tenantNames]
        .map(([id, name]) => ({ id, name }))
        .filter(({ id }) => inScope(scopeOf(actor), id));
      const existing = await keys.all();
      const read = readImport(body.csv, { existing, tenants, mainTenantId: viewer.mainTenantId, now });
      const issues = [...read.issues];
      for (const { line, settings, existing: before } of read.keys) {
        const isOurs = mayChange(viewer, settings) && (before === null || mayChange(viewer, before));
        if (!isOurs)
          issues.push({ line, column: 'client', what: 'You may only add and change keys of your own clients' });
      }
      const whatOf = ({ existing: before, settings, activationCode }: ImportedKey) => {
        if (!before) return 'add' as const;
        const same = JSON.stringify(settingsOf(before)) === JSON.stringify(settings) && activationCode === undefined;
        return same ? ('same' as const) : ('change' as const);
      };
      const rows = read.keys.map((key) => ({
        line: key.line,
        what: whatOf(key),
        serialNumber: key.serialNumber,
        productName: key.settings.productName,
        kind: key.settings.kind,
        deviceLimit: key.settings.deviceLimit,
        expiresAt: key.settings.expiresAt,
        tenantName: key.settings.tenantId === null ? null : (tenantNames.get(key.settings.tenantId) ?? ''),
      }));
      const applied = body.apply && issues.length === 0;
      const wanted = read.keys.filter((_, index) => rows[index]?.what !== 'same');
      if (applied) await parts.addAll(wanted, doerOf({ actor, request }));
      audit({
        after: { applied, serialNumbers: wanted.map(({ serialNumber }) => serialNumber), issues: issues.length },
      });
      return { applied, rows, issues };
    },
    { bodyLimitBytes: IMPORT_LIMIT_BYTES },
  );

  route(http, listLicenseDevices, async ({ actor, params, query }) => {
    const { serialNumber } = await seen(actor, params.licenseId);
    const filter = { tenantId: query.tenantId, differences: query.difference, afterId: query.after };
    if (query.after !== undefined && !/^[0-9a-f-]{36}$/i.test(query.after)) {
      throw new InvalidInput('The place in the list is not one that this server gave out; read it from the start', [
        { where: 'query.after', what: 'is not the `next` of a page' },
      ]);
    }
    const rows = await seatsOf(scopeOf(actor)).page(serialNumber, filter, query.limit + 1);
    const page = rows.slice(0, query.limit);
    const [devices, names] = await Promise.all([
      standingsOf(scopeOf(actor)).of(page.map(({ deviceId }) => deviceId)),
      parts.names(),
    ]);
    return {
      items: page.map((seat) => shownDeviceOfKey(seat, devices.get(seat.deviceId), names)),
      next: rows.length > query.limit ? (page.at(-1)?.deviceId ?? null) : null,
    };
  });

  route(http, assignLicense, async ({ actor, params, body, request, audit }) => {
    const key = await changeable(actor, params.licenseId);
    const changed = await parts.assign(key.id, body.deviceIds, scopeOf(actor), doerOf({ actor, request }));
    audit({ tenantId: key.tenantId, after: { serialNumber: key.serialNumber, changed, deviceIds: body.deviceIds } });
    return { changed };
  });

  route(http, withdrawLicense, async ({ actor, params, body, request, audit }) => {
    const key = await changeable(actor, params.licenseId);
    const changed = await parts.withdraw(key.id, body.deviceIds, scopeOf(actor), doerOf({ actor, request }));
    audit({ tenantId: key.tenantId, after: { serialNumber: key.serialNumber, changed, deviceIds: body.deviceIds } });
    return { changed };
  });

  route(http, listDeviceLicenses, async ({ actor, params }) => {
    const scope = scopeOf(actor);
    if (!(await standingsOf(scope).of([params.deviceId])).has(params.deviceId)) {
      throw new NotFound('device', params.deviceId);
    }
    const seats = await seatsOf(scope).ofDevice(params.deviceId);
    const known = await keys.bySerials(seats.map(({ serialNumber }) => serialNumber));
    const now = clock();
    return {
      toldAt: (await seatsOf(scope).deviceToldAt(params.deviceId))?.toISOString() ?? null,
      items: seats
        .filter(({ assigned, held }) => assigned || held)
        .map((seat) => shownKeyOfDevice(seat, known.get(seat.serialNumber), now)),
    };
  });

  route(http, checkLicenses, async ({ actor }) => {
    if (actor.tenantIds !== null) throw new Forbidden('Only users of all clients may have all keys checked');
    return parts.check.run();
  });
};
