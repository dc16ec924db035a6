import {
  type AttributeValue,
  binary,
  checkAttributes,
  compileFilter,
  long,
  type Params,
  type ParamValue,
  parseFilter,
  pxgError,
  readArguments,
  required,
  Typed,
} from '@gatehouse/protocols/ksc-open-api';
import { eventCondition } from '../../events/index.ts';
import { checkOrder } from '../../search/index.ts';
import { startAction } from '../actions.ts';
import { eventRow } from '../event-attributes.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass, Person } from '../method.ts';
import { productRow } from './inventory-api.ts';

const VIEW_ITERATOR = 'view';
/** A range is never longer, whatever was asked for; a client asks on from where it got to. */
const MOST_ROWS = 20_000;

interface ViewIterator {
  count: () => Promise<number>;
  rows: (start: number, count: number) => Promise<Params[]>;
  bytes: number;
}

interface Asked {
  filter: ReturnType<typeof parseFilter>;
  fields: readonly string[];
  order: readonly { name: string; ascending: boolean }[];
}

interface View {
  needs: string;
  open: (call: Call, asked: Asked) => Promise<ViewIterator>;
}

const only = (row: Params, fields: readonly string[]): Params =>
  fields.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)));

/** Rows as they are when the iterator is made: what is stored later does not belong to it. */
const events: View = {
  needs: 'events:read',
  open: async ({ administration, login, now }, { filter, fields, order }) => {
    const store = administration.eventsOf(login.scope(true));
    const reach = await store.lastId();
    const conditions = [eventCondition(filter, now, 'f'), { sql: 'event_id <= {reach: UInt64}', params: { reach } }];
    const cursor = store.cursor(conditions, order, now);
    return {
      count: cursor.count,
      rows: async (start, count) => (await cursor.rows(start, count)).map((event) => eventRow(event, fields)),
      bytes: 0,
    };
  },
};

/** Each version of a program once, however many hosts have it. */
const software: View = {
  needs: 'devices:read',
  open: async ({ administration, login, now }, { filter, fields, order }) => {
    const inventory = administration.inventoryOf(login.scope());
    const ids = await inventory.findIds(filter, order, now);
    return {
      count: async () => ids.length,
      rows: async (start, count) =>
        (await inventory.byIds(ids.subarray(start, start + count))).map((item) => only(productRow(item), fields)),
      bytes: ids.byteLength,
    };
  },
};

/** Users have no numbers here: the last 48 bits of their ids, which are random, are as good. */
const trusteeId = ({ id }: Person): number => Number.parseInt(id.replaceAll('-', '').slice(-12), 16);

const userAttributes: Readonly<Record<string, (person: Person, serverOf: (person: Person) => number) => ParamValue>> = {
  ul_llTrusteeId: (person) => long(trusteeId(person)),
  ul_wstrDisplayName: ({ name }) => name,
  ul_wstrSamAccountName: ({ name }) => name,
  ul_binId: ({ id }) => binary(Buffer.from(id.replaceAll('-', ''), 'hex')),
  ul_nVServer: (person, serverOf) => serverOf(person),
};

const compared = (value: ParamValue | undefined): AttributeValue => {
  if (value instanceof Typed) return value.value as AttributeValue;
  return typeof value === 'object' ? undefined : value;
};

/** Users whom the login may know: those of its own virtual servers. */
const users: View = {
  needs: 'users:read',
  open: async (call, { filter, fields, order }) => {
    const scope = call.login.scope();
    const tenants = await call.administration.tenantsOf(scope).list();
    const numbers = new Map(tenants.map(({ id, virtualServerId }) => [id, virtualServerId]));
    // A user of several virtual servers is one of the main server.
    const serverOf = ({ tenantIds }: Person) => (tenantIds?.length === 1 ? (numbers.get(tenantIds[0] ?? '') ?? 0) : 0);
    const isKnown = (name: string) => Object.hasOwn(userAttributes, name);
    checkAttributes(filter, isKnown);
    checkOrder(order, isKnown);
    const valueIn = (person: Person, name: string) => compared(userAttributes[name]?.(person, serverOf));
    const matches = compileFilter(filter, { now: call.now });
    const found = (await call.people())
      .filter(({ tenantIds }) => scope === 'all' || (tenantIds?.every((id) => scope.includes(id)) ?? false))
      .filter((person) => matches((name) => valueIn(person, name)))
      .sort((a, b) => {
        for (const { name, ascending } of order) {
          const [left, right] = [valueIn(a, name) ?? '', valueIn(b, name) ?? ''];
          if (left !== right) return left < right === ascending ? -1 : 1;
        }
        return a.name < b.name ? -1 : 1;
      });
    return {
      count: async () => found.length,
      rows: async (start, count) =>
        found
          .slice(start, start + count)
          .map((person) =>
            only(
              Object.fromEntries(Object.entries(userAttributes).map(([name, of]) => [name, of(person, serverOf)])),
              fields,
            ),
          ),
      bytes: found.length * 500,
    };
  },
};

/** The views that this server can fill truly. */
const views: Readonly<Record<string, View>> = {
  EventsSrvViewName: events,
  InvSrvViewName: software,
  GlobalUsersListSrvViewName: users,
};

/** Reads the arguments, and gives back how the view is opened. @throws PxgError 1186 for another view, 1184 */
const viewOf = (call: Call): (() => Promise<ViewIterator>) => {
  const { args, login } = call;
  const name = required(args.string('wstrViewName'), 'wstrViewName');
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  if (!view) throw pxgError('notFound', `There is no view ${name} here`);
  if (!login.user.permissions.has(view.needs)) {
    throw pxgError('noAccess', `Access denied: ${login.user.name} does not have the right ${view.needs}`);
  }
  const asked: Asked = {
    filter: parseFilter(args.string('wstrFilter') ?? ''),
    fields: args.strings('vecFieldsToReturn') ?? [],
    order: args.order('vecFieldsToOrder'),
  };
  const most = readArguments(args.params('pParams') ?? {}).int('TOP_N');
  return async () => {
    const opened = await view.open(call, asked);
    if (most === undefined || most <= 0) return opened;
    return {
      ...opened,
      count: async () => Math.min(await opened.count(), most),
      rows: (start, count) => (start >= most ? Promise.resolve([]) : opened.rows(start, Math.min(count, most - start))),
    };
  };
};

const keep = (call: Call, iterator: ViewIterator, lifetimeSeconds: number | undefined): string => {
  const id = newHandle();
  call.login.resultSets.add(id, VIEW_ITERATOR, iterator, lifetimeSeconds, call.nowMs, iterator.bytes);
  return id;
};

const iteratorOf = ({ args, login, nowMs }: Call): { id: string; iterator: ViewIterator } => {
  const id = required(args.string('wstrIteratorId'), 'wstrIteratorId');
  return { id, iterator: login.resultSets.get<ViewIterator>(id, VIEW_ITERATOR, nowMs) };
};

/** What ResetIteratorAsync opened, under its request's id, until it is asked for. */
const VIEW_OPENED = 'view opened';
interface Opened {
  iterator: ViewIterator | null;
  error: unknown;
  lifetimeSeconds: number | undefined;
}
const openedKey = (requestId: string) => `view ${requestId}`;
const openedOf = (call: Call): { key: string; state: Opened } => {
  const key = openedKey(required(call.args.string(['wstrRequestId', 'strRequestId']), 'wstrRequestId'));
  return { key, state: call.login.resultSets.get<Opened>(key, VIEW_OPENED, call.nowMs) };
};

const resetIteratorAsync: Method = {
  needs: null,
  run: async (call) => {
    const open = viewOf(call);
    const state: Opened = { iterator: null, error: undefined, lifetimeSeconds: call.args.int('lifetimeSec') };
    const wstrRequestId = await startAction(call, async () => {
      try {
        state.iterator = await open();
        return {};
      } catch (error) {
        state.error = error;
        throw error;
      }
    });
    call.login.resultSets.add(openedKey(wstrRequestId), VIEW_OPENED, state, state.lifetimeSeconds, call.nowMs);
    return { wstrRequestId };
  },
};

const resetIteratorAsyncGetData: Method = {
  needs: null,
  run: (call) => {
    const { key, state } = openedOf(call);
    if (state.error === undefined && state.iterator === null) {
      throw pxgError('unavailable', 'The view is not open yet; ask again', { subcode: 1 });
    }
    call.login.resultSets.release(key, VIEW_OPENED, call.nowMs);
    if (state.iterator === null) throw state.error;
    return { wstrIteratorId: keep(call, state.iterator, state.lifetimeSeconds) };
  },
};

/** SrvView: rows of the server's views by filter, read in ranges (KSCAPI 15 a00154, class SrvView). */
export const srvViewClass: MethodClass = {
  ResetIterator: {
    needs: null,
    note: `Views ${Object.keys(views)
      .map((name) => `\`${name}\``)
      .join(', ')}, each with a right of its own; others are 1186`,
    run: async (call) => ({ wstrIteratorId: keep(call, await viewOf(call)(), call.args.int('lifetimeSec')) }),
  },
  GetRecordCount: { needs: null, run: async (call) => ({ PxgRetVal: await iteratorOf(call).iterator.count() }) },
  GetRecordRange: {
    needs: null,
    run: async (call) => {
      const { iterator } = iteratorOf(call);
      const start = Math.max(0, call.args.long('nStart') ?? 0);
      const last = call.args.long('nEnd') ?? 0;
      const count = Math.min(Math.max(0, last - start + 1), MOST_ROWS);
      const rows = count === 0 ? [] : await iterator.rows(start, count);
      return { pRecords: { KLCSP_ITERATOR_ARRAY: rows } };
    },
  },
  ReleaseIterator: {
    needs: null,
    run: (call) => {
      call.login.resultSets.release(iteratorOf(call).id, VIEW_ITERATOR, call.nowMs);
      return {};
    },
  },
  ResetIteratorAsync: resetIteratorAsync,
  ResetIteratorAsyncGetData: resetIteratorAsyncGetData,
  ResetIteratorAsyncCancel: {
    needs: null,
    run: (call) => {
      call.login.resultSets.release(openedOf(call).key, VIEW_OPENED, call.nowMs);
      return {};
    },
  },
};
