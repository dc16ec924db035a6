import { dateTime, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { type EventCondition, eventCondition } from '../../events/index.ts';
import { eventRow } from '../event-attributes.ts';
import { eventFilter } from '../event-filter.ts';
import type { Login } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';

/** How often a client shall ask. One that asks sooner is answered all the same. */
const PERIOD_MS = 2000;
/** Until when a client that is late finds what it missed is a matter of its login; this is the least. */
const LIFE_SECONDS = 180;
const MOST_SUBSCRIPTIONS = 32;
/** Of one subscription at once; the client asks on while there are events. */
const MOST_EVENTS = 500;

interface Subscription {
  condition: EventCondition;
  /** What was stored up to here was told already. */
  afterId: number;
}
interface Subscriptions {
  lastId: number;
  byId: Map<number, Subscription>;
}

/** Subscriptions are of a login, and end with it. */
const subscriptions = new WeakMap<Login, Subscriptions>();
const read = (run: Method['run']): Method => ({ needs: 'events:read', run });

const subscribe = read(async (call) => {
  const { args, login, administration, now } = call;
  const type = required(args.string('wstrEvent') || undefined, 'wstrEvent');
  const own = subscriptions.get(login) ?? { lastId: 0, byId: new Map() };
  if (own.byId.size >= MOST_SUBSCRIPTIONS) {
    throw pxgError('notPermitted', `${MOST_SUBSCRIPTIONS} subscriptions are open; end some of them first`);
  }
  const filter = eventCondition(eventFilter(args), now, 'f');
  const condition = { sql: `type = {type: String} and (${filter.sql})`, params: { ...filter.params, type } };
  own.lastId += 1;
  own.byId.set(own.lastId, { condition, afterId: await administration.eventsOf(login.scope(true)).lastId() });
  subscriptions.set(login, own);
  return { PxgRetVal: own.lastId, nPeriod: PERIOD_MS };
});

/** What was stored since the last question, of all subscriptions in the order of storing. */
const retrieve = read(async ({ login, administration, now }: Call) => {
  const own = subscriptions.get(login);
  if (!own || own.byId.size === 0) throw pxgError('notFound', 'There is no subscription; subscribe first');
  const store = administration.eventsOf(login.scope(true));
  const reach = await store.lastId();
  const found: { id: number; event: Params }[] = [];
  for (const subscription of own.byId.values()) {
    if (subscription.afterId >= reach) continue;
    const since = {
      sql: 'event_id > {since: UInt64} and event_id <= {reach: UInt64}',
      params: { since: subscription.afterId, reach },
    };
    const rows = await store.cursor([subscription.condition, since], [], now).rows(0, MOST_EVENTS);
    for (const row of rows) {
      found.push({
        id: row.eventId,
        event: {
          KLSRV_CON_EVENT_TYPE: row.type,
          KLSRV_CON_EVENT_PARAMS: eventRow(row, []),
          KLSRV_CON_EVENT_BIRTH_TIME: dateTime(row.riseTime),
          KLSRV_CON_EVENT_LIFE_TIME: LIFE_SECONDS,
        },
      });
    }
    subscription.afterId = rows.length < MOST_EVENTS ? reach : (rows.at(-1)?.eventId ?? reach);
  }
  found.sort((a, b) => a.id - b.id);
  return { pEvents: found.map(({ event }) => event), nPeriod: PERIOD_MS, PxgRetVal: true };
});

/** ConEvents: events told to programs that ask for news (KSCAPI 13.2 a00443, class ConEvents). */
export const conEventsClass: MethodClass = {
  Subscribe: subscribe,
  UnSubscribe: read(({ args, login }) => {
    const id = required(args.int('nSubsId'), 'nSubsId');
    if (!subscriptions.get(login)?.byId.delete(id)) throw pxgError('notFound', `There is no subscription ${id}`);
    return {};
  }),
  Retrieve: retrieve,
  // Consoles of the vendor's services do not log in here; our own has a door of its own.
  IsAnyServiceConsoleAvailable: read(() => ({ PxgRetVal: false })),
  IsServiceConsoleAvailable: read(() => ({ PxgRetVal: false })),
};
