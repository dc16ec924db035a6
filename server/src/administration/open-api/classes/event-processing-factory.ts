import { type Condition, type Filter, literalPattern, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { eventCondition } from '../../events/index.ts';
import { eventRow } from '../event-attributes.ts';
import { eventFilter } from '../event-filter.ts';
import { isHostId } from '../host-id.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { EVENT_ITERATOR, eventIterator } from './event-processing.ts';

/**
 * Makes a result set of events. Its rows are fixed by the highest event id at this moment: what is stored later is not
 * in it. Nothing is copied; pages are read from the event store.
 */
const open = async (call: Call, filter: Filter): Promise<{ strIteratorId: string }> => {
  const { args, login, administration, now } = call;
  const store = administration.eventsOf(login.scope(true));
  const fields = args.strings('vecFieldsToReturn') ?? [];
  const reach = await store.lastId();
  const conditions = [eventCondition(filter, now, 'f'), { sql: 'event_id <= {reach: UInt64}', params: { reach } }];
  const cursor = store.cursor(conditions, args.order('vecFieldsToOrder'), now);
  const iterator = eventIterator(cursor, (event) => eventRow(event, fields), { filter, reach, at: now });
  const id = newHandle();
  login.resultSets.add(id, EVENT_ITERATOR, iterator, args.int('lifetimeSec'), call.nowMs);
  return { strIteratorId: id };
};

/** The host's own events, of one product and version where these are given. */
const ofHost = async (call: Call): Promise<Condition[]> => {
  const { args, administration, login } = call;
  const host = required(args.string('strHostName'), 'strHostName');
  const known = isHostId(host) ? await administration.devicesOf(login.scope(true)).find(host) : null;
  if (!known) throw pxgError('notFound', `There is no host ${host}`);
  const equal = (attribute: string, value: string): Condition => ({
    kind: 'compare',
    attribute,
    operator: '=',
    value: { kind: 'string', value: literalPattern(value) },
  });
  const product = args.string('strProduct');
  const version = args.string('strVersion');
  return [
    equal('hostname', known.id),
    ...(product ? [equal('product_name', product)] : []),
    ...(version ? [equal('product_version', version)] : []),
  ];
};

const method = (run: Method['run']): Method => ({ needs: 'events:read', run });

/** EventProcessingFactory: iterators over events (KSCAPI 13 to 16, class EventProcessingFactory). */
export const eventProcessingFactoryClass: MethodClass = {
  CreateEventProcessing: method((call) => open(call, { kind: 'all' })),
  CreateEventProcessing2: method((call) => open(call, eventFilter(call.args))),
  CreateEventProcessingForHost: method(async (call) => open(call, { kind: 'and', parts: await ofHost(call) })),
  CreateEventProcessingForHost2: method(async (call) => {
    const filter = eventFilter(call.args);
    const host = await ofHost(call);
    return open(call, { kind: 'and', parts: filter.kind === 'all' ? host : [...host, filter] });
  }),
};
