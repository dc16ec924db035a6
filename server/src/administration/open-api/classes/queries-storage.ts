import { SelectionAccess } from '@gatehouse/contract';
import {
  BadFormat,
  checkAttributes,
  encodeInside,
  type Json,
  type Params,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { newId } from '../../../platform/ids/index.ts';
import { isDeviceAttribute } from '../../devices/index.ts';
import { isEventAttribute } from '../../events/index.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { deviceSettingsOf, eventQueryData, eventSettingsOf, hostQueryData, queryTypes } from '../queries.ts';
import { doerOfLogin } from '../writes.ts';

const MOST_NAME = 100;

/** Looking for devices asks for the right to see devices, looking for events for the right to see events. */
const EVENTS_RIGHT = 'events:read';

interface Query {
  number: number;
  type: number;
  guid: string;
  /** Selections of the server, which nobody changes by this. */
  isPredefined: boolean;
  data: Params;
}

const mayAsk = ({ login }: Call, type: number): boolean =>
  type !== queryTypes.events || login.user.permissions.has(EVENTS_RIGHT);

/** The caller's own queries of a type, and the predefined ones. */
const queriesOf = async (call: Call, type: number): Promise<Query[]> => {
  const { administration, login } = call;
  if (!mayAsk(call, type)) return [];
  const isVisible = (owner: { id: string } | null) => owner === null || owner.id === login.user.id;
  const queryOf = (selection: { id: string; number: number; owner: unknown }, data: Params | null): Query[] =>
    data ? [{ number: selection.number, type, guid: selection.id, isPredefined: selection.owner === null, data }] : [];
  if (type === queryTypes.hosts) {
    const all = await administration.deviceSelections.store.list();
    return all.filter(({ owner }) => isVisible(owner)).flatMap((one) => queryOf(one, hostQueryData(one)));
  }
  if (type === queryTypes.events) {
    const all = await administration.eventSelections.store.list();
    return all.filter(({ owner }) => isVisible(owner)).flatMap((one) => queryOf(one, eventQueryData(one)));
  }
  return [];
};

/** @throws PxgError 1192 */
const typeOf = ({ args }: Call): number => {
  const type = required(args.int('eType'), 'eType');
  const known: readonly number[] = Object.values(queryTypes);
  if (!known.includes(type)) throw new BadFormat('1 (hosts), 2 (events) or 3 (dashboards) is needed', 'eType');
  return type;
};

/** @throws PxgError 1186 */
const queryById = async (call: Call): Promise<Query> => {
  const number = required(call.args.int('nId'), 'nId');
  for (const type of [queryTypes.hosts, queryTypes.events]) {
    const found = (await queriesOf(call, type)).find((query) => query.number === number);
    if (found) return found;
  }
  throw pxgError('notFound', `There is no query ${number}`);
};

const describe = ({ type, guid, data }: Query): Params => ({
  KLQRS_QUERY_DATA: data,
  KLQRS_QUERY_TYPE: type,
  KLQRS_QUERY_GUID: guid,
});

/** What is kept of a query: its data as they came, and the selection that they are. */
const savedOf = (call: Call, type: number) => {
  const data = required(call.args.params('parData'), 'parData');
  const name = required(readArguments(data).string('Name')?.trim() || undefined, 'parData.Name');
  if (name.length > MOST_NAME) throw new BadFormat(`at most ${MOST_NAME} characters are needed`, 'parData.Name');
  const saved = {
    name,
    access: SelectionAccess.parse({}),
    changedAt: call.now,
    changedBy: call.login.user.name,
    query: (encodeInside(data) as { value: Record<string, Json> }).value,
  };
  return type === queryTypes.hosts
    ? {
        type: 'hosts' as const,
        saved,
        settings: deviceSettingsOf(data, (it) => checkAttributes(it, isDeviceAttribute)),
      }
    : {
        type: 'events' as const,
        saved,
        settings: eventSettingsOf(data, (it) => checkAttributes(it, isEventAttribute)),
      };
};

const requireOwn = async (call: Call): Promise<Query> => {
  const query = await queryById(call);
  if (query.isPredefined) throw pxgError('notPermitted', 'Predefined queries stay as they are; add one of your own');
  return query;
};

const addQuery = async (call: Call): Promise<number> => {
  const { administration, login, now } = call;
  const type = typeOf(call);
  if (type === queryTypes.dashboards) throw pxgError('notPermitted', 'Queries of dashboards are not kept here');
  if (!mayAsk(call, type)) throw pxgError('noAccess', `Access denied: it asks for the right ${EVENTS_RIGHT}`);
  const { id, name, tenantIds } = login.user;
  const owner = { id, name, tenantIds };
  const given = savedOf(call, type);
  const doer = doerOfLogin(login);
  const added =
    given.type === 'hosts'
      ? await administration.deviceSelections.inTransaction(doer, (store) =>
          store.add(newId(now), owner, { ...given.saved, settings: given.settings }),
        )
      : await administration.eventSelections.inTransaction(doer, (store) =>
          store.add(newId(now), owner, { ...given.saved, settings: given.settings }),
        );
  return added.number;
};

const updateQuery = async (call: Call): Promise<void> => {
  const { administration, login } = call;
  const { guid, type } = await requireOwn(call);
  const given = savedOf(call, type);
  const doer = doerOfLogin(login);
  if (given.type === 'hosts') {
    await administration.deviceSelections.inTransaction(doer, async (store) => {
      const { access } = await store.get(guid);
      return store.change(guid, { ...given.saved, access, settings: given.settings });
    });
  } else {
    await administration.eventSelections.inTransaction(doer, async (store) => {
      const { access } = await store.get(guid);
      return store.change(guid, { ...given.saved, access, settings: given.settings });
    });
  }
};

const deleteQuery = async (call: Call): Promise<void> => {
  const { administration, login } = call;
  const { guid, type } = await requireOwn(call);
  const from = type === queryTypes.hosts ? administration.deviceSelections : administration.eventSelections;
  await from.inTransaction(doerOfLogin(login), (store) => store.remove([guid]));
};

const method = (run: Method['run'], audit?: string): Method => ({
  needs: 'devices:read',
  ...(audit !== undefined && { audit }),
  run,
});

/**
 * QueriesStorage: selections of devices and events as queries (KSCAPI 13 to 16, class QueriesStorage). Queries are of
 * their user, as selections are; one that was made in the console is there when the language of queries can say it.
 */
export const queriesStorageClass: MethodClass = {
  GetQueryIds: method(async (call) => ({
    PxgRetVal: (await queriesOf(call, typeOf(call))).map(({ number }) => number),
  })),
  GetQueries: method(async (call) => ({ PxgRetVal: (await queriesOf(call, typeOf(call))).map(describe) })),
  GetQuery: method(async (call) => ({ PxgRetVal: describe(await queryById(call)) })),
  AddQuery: method(async (call) => ({ PxgRetVal: await addQuery(call) }), 'query.added'),
  UpdateQuery: method(async (call) => {
    await updateQuery(call);
    return {};
  }, 'query.changed'),
  DeleteQuery: method(async (call) => {
    await deleteQuery(call);
    return {};
  }, 'query.deleted'),
};
