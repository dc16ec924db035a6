import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import { newHandle } from './login.ts';
import type { Call, MethodClass } from './method.ts';
import { hostStatuses } from './task-hosts.ts';
import { lastRunOf, readTasks, taskOf } from './task-of.ts';

const HOST_ITERATOR = 'task hosts';
const MOST_ROWS = 20_000;
const STATUS_LIFETIME_SECONDS = 3600;

interface HostIterator {
  rows: Params[];
  at: number;
}

const resetHostIterator = readTasks(async (call) => {
  const { args, administration, login, now, nowMs } = call;
  const run = await lastRunOf(call, await taskOf(call));
  const fields = args.strings('pFields2Return') ?? [];
  const stateMask = args.int('nHostStateMask') ?? 0;
  const rows = run ? await hostStatuses(administration.tasks, run.id, { fields, stateMask, now }) : [];
  const order = args.order('pFields2Order').filter(({ name }) => rows.some((row) => Object.hasOwn(row, name)));
  if (order.length > 0) rows.sort((a, b) => compareRows(a, b, order));
  const strHostIteratorId = newHandle();
  const lifetime = args.int('nLifetime') ?? STATUS_LIFETIME_SECONDS;
  login.resultSets.add(strHostIteratorId, HOST_ITERATOR, { rows, at: 0 } satisfies HostIterator, lifetime, nowMs);
  return { strHostIteratorId };
});

const plain = (value: Params[string]): string | number => {
  if (typeof value === 'string' || typeof value === 'number') return value;
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : '';
  return typeof inner === 'number' ? inner : String(inner);
};

const compareRows = (a: Params, b: Params, order: readonly { name: string; ascending: boolean }[]): number => {
  for (const { name, ascending } of order) {
    const [left, right] = [plain(a[name]), plain(b[name])];
    if (left !== right) return left < right === ascending ? -1 : 1;
  }
  return 0;
};

const iteratorId = ({ args }: Call): string => required(args.string('strHostIteratorId'), 'strHostIteratorId');
const hostsOf = (call: Call): HostIterator =>
  call.login.resultSets.get<HostIterator>(iteratorId(call), HOST_ITERATOR, call.nowMs);

/** The methods of `Tasks` that tell how far a task is on each of its hosts. */
export const hostStateMethods: MethodClass = {
  ResetHostIteratorForTaskStatus: resetHostIterator,
  ResetHostIteratorForTaskStatusEx: resetHostIterator,
  GetHostStatusRecordsCount: readTasks((call) => ({ PxgRetVal: hostsOf(call).rows.length })),
  GetHostStatusRecordRange: readTasks((call) => {
    const { rows } = hostsOf(call);
    const start = Math.max(0, call.args.long('nStart') ?? 0);
    // The last index is inclusive.
    const statuses = rows.slice(start, Math.min((call.args.long('nEnd') ?? 0) + 1, start + MOST_ROWS));
    return { pParHostStatus: { statuses }, PxgRetVal: statuses.length };
  }),
  GetNextHostStatus: readTasks((call) => {
    const iterator = hostsOf(call);
    const count = Math.min(Math.max(0, call.args.int('nCount') ?? 1), MOST_ROWS);
    const statuses = iterator.rows.slice(iterator.at, iterator.at + count);
    iterator.at += statuses.length;
    return { nActual: statuses.length, pHostStatus: { statuses }, PxgRetVal: statuses.length > 0 };
  }),
  ReleaseHostStatusIterator: readTasks((call) => {
    call.login.resultSets.release(iteratorId(call), HOST_ITERATOR, call.nowMs);
    return {};
  }),
};
