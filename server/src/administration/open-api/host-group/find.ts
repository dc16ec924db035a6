import {
  checkAttributes,
  compileFilter,
  type Filter,
  type Params,
  parseFilter,
  pxgError,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../../groups/index.ts';
import { checkOrder } from '../../search/index.ts';
import { startAction } from '../actions.ts';
import { ACCESSOR, type Accessor } from '../classes/chunk-accessor.ts';
import { readContext } from '../context.ts';
import { type GroupContext, groupRow, groupValue, isGroupAttribute, readGroupContext } from '../group-attributes.ts';
import { hostColumns, hostRow } from '../host-attributes.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';

const searchScope = ({ args, login }: Call) => {
  const options = args.params('pParams') ?? {};
  return login.scope(options.KLGRP_FIND_FROM_CUR_VS_ONLY === true);
};

/** @param bytes about what it takes in memory */
export const keepAccessor = (call: Call, accessor: Accessor, bytes: number): string => {
  const id = newHandle();
  call.login.resultSets.add(id, ACCESSOR, accessor, call.args.int('lMaxLifeTime'), call.nowMs, bytes);
  return id;
};

/** Reads the arguments, and gives back the search that they ask for. */
const hostSearch = (call: Call): (() => Promise<Accessor & { bytes: number }>) => {
  const { args, administration } = call;
  const scope = searchScope(call);
  const filter = parseFilter(args.string('wstrFilter') ?? '');
  const fields = args.strings('vecFieldsToReturn') ?? [];
  const order = args.order('vecFieldsToOrder');
  return async () => {
    const context = await readContext(call, scope);
    const search = administration.searchOf(scope);
    const numbers = await search.findNumbers(filter, order, context);
    const columns = hostColumns(fields);
    return {
      count: numbers.length,
      rows: async (start, count) =>
        (await search.byNumbers(numbers.subarray(start, start + count), columns)).map((host) =>
          hostRow(host, fields, context),
        ),
      bytes: numbers.byteLength + context.groups.size * BYTES_OF_CONTEXT,
    };
  };
};

const findHosts: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const { bytes, ...accessor } = await hostSearch(call)();
    return { strAccessor: keepAccessor(call, accessor, bytes), PxgRetVal: accessor.count };
  },
};

/** Names and places of a group, for the rows of the hosts in it. */
const BYTES_OF_CONTEXT = 500;

/** What FindHostsAsync found, under the id of its request, until it is asked for. */
const HOSTS_FOUND = 'hosts-found';
interface HostsFound {
  found: (Accessor & { bytes: number }) | null;
  error: unknown;
  isCancelled: boolean;
  /** As it was asked for with the search. */
  lifetimeSeconds: number | undefined;
}
const foundKey = (requestId: string) => `found ${requestId}`;

/** Servers below do not take part in a search, so that none of them can fail. */
const NO_FAILED_SERVERS: Params = { KLGRP_FAILED_SLAVES_PARAMS: [] };

const findHostsAsync: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const search = hostSearch(call);
    const state: HostsFound = {
      found: null,
      error: undefined,
      isCancelled: false,
      lifetimeSeconds: call.args.int('lMaxLifeTime'),
    };
    const strRequestId = await startAction(call, async () => {
      try {
        const found = await search();
        if (!state.isCancelled) state.found = found;
        return {};
      } catch (error) {
        state.error = error;
        throw error;
      }
    });
    const { resultSets } = call.login;
    resultSets.add(foundKey(strRequestId), HOSTS_FOUND, state, state.lifetimeSeconds, call.nowMs);
    return { strRequestId };
  },
};

const requestOf = (call: Call): { key: string; state: HostsFound } => {
  const key = foundKey(required(call.args.string(['strRequestId', 'wstrRequestId']), 'strRequestId'));
  return { key, state: call.login.resultSets.get<HostsFound>(key, HOSTS_FOUND, call.nowMs) };
};

const findHostsAsyncGetAccessor: Method = {
  needs: 'devices:read',
  run: (call) => {
    const { key, state } = requestOf(call);
    if (state.error !== undefined) {
      call.login.resultSets.release(key, HOSTS_FOUND, call.nowMs);
      throw state.error;
    }
    // Nothing is lost by asking too early: the request goes on.
    if (state.found === null) throw pxgError('unavailable', 'The search is not over; ask again', { subcode: 1 });
    const { bytes, ...accessor } = state.found;
    call.login.resultSets.release(key, HOSTS_FOUND, call.nowMs);
    const id = newHandle();
    call.login.resultSets.add(id, ACCESSOR, accessor, state.lifetimeSeconds, call.nowMs, bytes);
    return { strAccessor: id, pFailedSlavesInfo: NO_FAILED_SERVERS, PxgRetVal: accessor.count };
  },
};

const findHostsAsyncCancel: Method = {
  needs: 'devices:read',
  run: (call) => {
    const { key, state } = requestOf(call);
    state.isCancelled = true;
    state.found = null;
    call.login.resultSets.release(key, HOSTS_FOUND, call.nowMs);
    return {};
  },
};

const findGroups: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const scope = searchScope(call);
    const filter = parseFilter(call.args.string('wstrFilter') ?? '');
    checkAttributes(filter, isGroupAttribute);
    const fields = call.args.strings('vecFieldsToReturn') ?? [];
    const order = call.args.order('vecFieldsToOrder');
    checkOrder(order, isGroupAttribute);
    const context = await readGroupContext(call, scope);
    const found = [...context.groups.values()].filter(matcher(filter, context));
    found.sort((a, b) => {
      for (const { name, ascending } of order) {
        const [left, right] = [groupValue(a, name, context) ?? '', groupValue(b, name, context) ?? ''];
        if (left !== right) return left < right === ascending ? -1 : 1;
      }
      return a.id - b.id;
    });
    const rows = found.map((group) => groupRow(group, fields, context));
    const accessor = { count: rows.length, rows: (start: number, count: number) => rows.slice(start, start + count) };
    return { strAccessor: keepAccessor(call, accessor, rows.length * BYTES_OF_GROUP), PxgRetVal: rows.length };
  },
};
/** A group's row with all its attributes takes about so much. */
const BYTES_OF_GROUP = 2000;

/** Groups are few, so that the filter is applied in memory; `KLGRP_GRP_GROUPID_GP` asks for what lies under a group. */
const matcher = (filter: Filter, context: GroupContext): ((group: Group) => boolean) => {
  const under = (filter: Filter): Filter => {
    if (filter.kind === 'and' || filter.kind === 'or') {
      return { ...filter, parts: filter.parts.map((part) => under(part) as Exclude<Filter, { kind: 'all' }>) };
    }
    if (filter.kind === 'not') return { ...filter, part: under(filter.part) as Exclude<Filter, { kind: 'all' }> };
    if (filter.kind !== 'compare' || filter.attribute !== 'KLGRP_GRP_GROUPID_GP') return filter;
    const id =
      filter.value.kind === 'int'
        ? filter.value.value
        : Number(filter.value.kind === 'string' ? filter.value.value : Number.NaN);
    const ids = context.withSubgroups(id).filter((below) => below !== id);
    const parts = ids.map((below) => ({
      kind: 'compare' as const,
      attribute: 'id',
      operator: '=' as const,
      value: { kind: 'int' as const, value: below },
    }));
    const any = { kind: 'or' as const, parts };
    return filter.operator === '<>' ? { kind: 'not', part: any } : any;
  };
  const matches = compileFilter(under(filter), { now: context.now });
  return (group) => matches((name) => groupValue(group, name, context));
};

/** HostGroup: searches (KSCAPI 13 to 16). */
export const findMethods: MethodClass = {
  FindHosts: findHosts,
  FindHostsAsync: findHostsAsync,
  FindHostsAsyncGetAccessor: findHostsAsyncGetAccessor,
  FindHostsAsyncCancel: findHostsAsyncCancel,
  FindGroups: findGroups,
};
