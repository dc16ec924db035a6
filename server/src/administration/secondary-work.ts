import type { StatusCounts } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import { eventStore } from './events/index.ts';
import { recordSave } from './history.ts';
import { type ObjectState, revisionStore } from './revisions/index.ts';
import {
  createPrimary,
  createSecondaryServers,
  type OwnPlace,
  secondaryServerRoutes,
  secondaryServerStore,
} from './secondary-servers/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { type GroupCounts, MAIN_SERVER_NUMBER, sumCounts, tenantStore } from './tenants/index.ts';

/** How often servers whose time has come are looked for. */
const LOOK_SECONDS = 15;

export interface SecondaryWorkParts {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  http: Http;
  jobs: Pick<Jobs, 'every'>;
  secrets: Secrets;
  clock: Clock;
  countsOf: (scope: 'all') => Promise<GroupCounts[]>;
  /** A link, or what is known of a server, is another now: for consoles that look. */
  changed: () => void;
  /** Events of the server itself wait to be carried. */
  onPublished: () => void;
}

type OwnEvent = Parameters<ReturnType<typeof eventStore>['publish']>[1];

/** 4115 to 4118: a link to another server came or broke. */
const linkEvent = (
  code: string,
  typeId: number,
  severity: 1 | 2,
  words: string,
  { name, place, why, at }: { name: string; place: string; why: string; at: Date },
): OwnEvent => ({
  type: code,
  typeId,
  severity,
  riseTime: at.toISOString(),
  description: (why ? `${words}: ${name}. ${why}` : `${words}: ${name}`).slice(0, 1000),
  params: Object.fromEntries(
    Object.entries({ '1': name, '2': place, '3': why.slice(0, 512) }).filter(([, text]) => text !== ''),
  ),
});

/** Servers below and above this one: what is kept of them, in which rounds, and which events tell of their links. */
export const createSecondaryWork = async ({
  db: schema,
  http,
  jobs,
  secrets,
  clock,
  countsOf,
  changed,
  onPublished,
}: SecondaryWorkParts) => {
  const db = administrationDb(schema);
  const store = secondaryServerStore(db.secondaryServers);
  const instanceId = await store.identity(newId(clock()));

  const mainServer = async (tx: Kysely<AdministrationTables>) => {
    const main = await tenantStore(administrationDb(tx).tenants, 'all').byVirtualServerId(MAIN_SERVER_NUMBER);
    if (!main) throw new Error('the main server is missing');
    return main;
  };
  const publish = async (tx: Kysely<AdministrationTables>, event: OwnEvent): Promise<void> => {
    const { id: tenantId } = await mainServer(tx);
    const sender = { tenantId, deviceId: null, deviceName: '', groupId: null, groupName: '', ipAddress: '' };
    await eventStore(administrationDb(tx).events).publish(sender, event);
  };
  const inTransaction = async <T>(work: (tx: Kysely<AdministrationTables>) => Promise<T>): Promise<T> => {
    const result = await schema.transaction().execute(work);
    onPublished();
    return result;
  };

  const ownPlace = async (): Promise<OwnPlace> => {
    const [{ name }, primary] = await Promise.all([mainServer(schema), store.primary()]);
    return { instanceId, name, above: primary ? [primary.instance_id, ...primary.above] : [] };
  };
  const below = async (): Promise<string[]> =>
    (await store.list()).flatMap((row) => [...(row.instance_id ? [row.instance_id] : []), ...row.below]);

  const servers = createSecondaryServers({
    store,
    secrets,
    clock,
    changed,
    ownPlace,
    save: ({ id, settings, passwordSealed, instanceId: otherId }, doer) =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        await revisionStore(own.revisions, 'all').lock('secondary-server', id);
        const saved = secondaryServerStore(own.secondaryServers);
        const now = clock();
        const before = (await saved.list()).find((row) => row.id === id)?.settings ?? null;
        if (settings === null) await saved.remove(id);
        else if (before) await saved.change(id, settings, passwordSealed);
        else await saved.add({ id, settings, passwordSealed: passwordSealed ?? '', instanceId: otherId, now });
        const object = {
          kind: 'secondary-server',
          id,
          name: (settings ?? before)?.name ?? '',
          tenantId: null,
        } as const;
        const stateOf = (one: typeof settings) => one as unknown as ObjectState | null;
        await recordSave(tx, { object, before: stateOf(before), after: stateOf(settings), doer, at: now });
      }),
    saveReading: (row, reading) =>
      inTransaction(async (tx) => {
        const saved = secondaryServerStore(administrationDb(tx).secondaryServers);
        const before = await saved.saveReading(row.id, reading);
        if (before === null) return;
        const { name, address, port } = row.settings;
        const told = { name, place: `${address}:${port}`, at: reading.triedAt };
        if ('snapshot' in reading && before !== 'connected') {
          const words = 'The connection to the secondary Administration Server has been established';
          await publish(tx, linkEvent('KLSRV_EV_SLAVE_SRV_CONNECTED', 4115, 1, words, { ...told, why: '' }));
        }
        if (!('snapshot' in reading) && before === 'connected') {
          const words = 'The connection to the secondary Administration Server has been interrupted';
          const why = reading.problem.message;
          await publish(tx, linkEvent('KLSRV_EV_SLAVE_SRV_DISCONNECTED', 4116, 2, words, { ...told, why }));
        }
      }),
  });

  const primary = createPrimary({
    store,
    clock,
    changed,
    own: async () => ({ instanceId, below: await below() }),
    inTransaction: (work) =>
      inTransaction((tx) =>
        work(secondaryServerStore(administrationDb(tx).secondaryServers), (what, { name }) => {
          const told = { name, place: '', why: '', at: clock() };
          return publish(
            tx,
            what === 'connected'
              ? linkEvent(
                  'KLSRV_EV_MASTER_SRV_CONNECTED',
                  4117,
                  1,
                  'The connection to the primary Administration Server has been established',
                  told,
                )
              : linkEvent(
                  'KLSRV_EV_MASTER_SRV_DISCONNECTED',
                  4118,
                  2,
                  'The connection to the primary Administration Server has been interrupted',
                  told,
                ),
          );
        }),
      ),
  });

  const ownTenants = async () => {
    const [tenants, counts] = await Promise.all([tenantStore(db.tenants, 'all').list(), countsOf('all')]);
    return tenants.map(({ id, name, virtualServerId }) => ({
      tenantId: id,
      virtualServerId,
      name,
      counts: sumCounts(counts.filter((row) => row.tenant_id === id)) satisfies StatusCounts,
    }));
  };

  secondaryServerRoutes(http, { servers, primary, ownPlace, ownTenants, clock });
  jobs.every({
    name: 'administration.secondary-servers',
    seconds: LOOK_SECONDS,
    run: async () => {
      await primary.check();
      await servers.refreshDue();
    },
  });

  return {
    /** Servers below and above, and who this server is: for the Open API. */
    servers,
    primary,
    instanceId,
    stop: servers.stop,
  };
};
