import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import type { EventConfiguration } from './event-configuration/index.ts';
import { type EngineStore, eventStore, eventTypeOf, unknownType } from './events/index.ts';
import {
  createDelivery,
  createNotificationSettings,
  createTaker,
  notificationRoutes,
  notificationStore,
} from './notifications/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';

/** How long it can be looked up what was told to whom. */
const KEPT_DAYS = 90;

/** Notifications about events: from the event store to the mail server. */
export const createNotificationWork = ({
  db: schema,
  engine,
  configuration,
  clientNames,
  secrets,
  http,
  jobs,
  clock,
  log,
}: {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  /** Events of all tenants. */
  engine: EngineStore;
  configuration: EventConfiguration;
  clientNames: () => Promise<ReadonlyMap<string, string>>;
  secrets: Secrets;
  http: Http;
  jobs: Pick<Jobs, 'every'>;
  clock: Clock;
  log: Log;
}) => {
  const storesIn = (tx: Kysely<AdministrationTables>) => {
    const own = administrationDb(tx);
    return { store: notificationStore(own.notifications), cursors: eventStore(own.events) };
  };
  const { store, cursors } = storesIn(schema);
  const settings = createNotificationSettings({ store, secrets, clock, changed: () => delivery.poke() });
  const taker = createTaker({
    store,
    cursors,
    engine,
    inTransaction: (work) => schema.transaction().execute((tx) => work(storesIn(tx))),
    chosen: async () => {
      const settingOf = await configuration.settings();
      return ({ type, typeId, groupId }, channel) => {
        const setting = settingOf(eventTypeOf(type, typeId) ?? unknownType(type), groupId < 0 ? null : groupId);
        return channel === 'mail' ? setting.notifyByMail : setting.notifyBySms;
      };
    },
    clientNames,
    clock,
  });
  const delivery = createDelivery({
    store,
    settings,
    take: taker.run,
    clock,
    onTurn: (channel, turn) => {
      if (turn === 'working') log.info({ channel }, 'notifications can be sent again');
      else log.warn({ channel, words: turn.words }, 'notifications cannot be sent; what comes waits for a day');
    },
    onError: (error) => log.error({ err: error }, 'notifications could not be dealt with; trying again'),
  });
  notificationRoutes(http, { store, settings, delivery, clock });
  jobs.every({
    name: 'administration.forget-notifications',
    seconds: 3600,
    run: () => store.forget(new Date(clock().getTime() - KEPT_DAYS * 86_400_000)),
  });
  return { settings, poke: delivery.poke, start: delivery.start, stop: delivery.stop };
};
