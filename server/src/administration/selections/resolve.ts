import type { EventFilter, EventTime } from '@gatehouse/contract';
import {
  checkAttributes,
  type Filter,
  FilterSyntaxError,
  formatDateTime,
  parseFilter,
  printFilter,
  readAsTime,
  UnknownAttribute,
} from '@gatehouse/protocols/ksc-open-api';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../platform/clock/index.ts';
import { InvalidInput } from '../../platform/errors/index.ts';
import { type FixedFilter, isEventAttribute } from '../events/index.ts';

const UNIT_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

const momentsOf = (time: EventTime, now: Date): { from: string | null; to: string | null } => {
  switch (time.kind) {
    case 'all':
      return { from: null, to: null };
    case 'last':
      return { from: new Date(now.getTime() - time.amount * UNIT_MS[time.unit]).toISOString(), to: null };
    case 'between':
      return { from: time.from, to: time.to };
  }
};

/** A group as far as it matters here. `path`: ids from the root, as `/0/12/`. */
interface GroupPlace {
  id: number;
  path: string;
}

/** The numbers of these groups and, where asked for, of all below them, as the tree is now. */
const groupIdsOf = (wanted: EventFilter['groups'], groups: readonly GroupPlace[]): number[] => {
  const ids = new Set<number>();
  for (const { id, withSubgroups } of wanted) {
    // A group that was deleted still has its events.
    ids.add(id);
    const path = groups.find((group) => group.id === id)?.path;
    if (!withSubgroups || path === undefined) continue;
    for (const group of groups) if (group.path.startsWith(path)) ids.add(group.id);
  }
  return [...ids];
};

/** The same with moments in the place of times that are counted from now. */
const atMoment = <T extends Filter>(filter: T, now: Date): T => {
  const fix = (node: Filter): Filter => {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { ...node, parts: node.parts.map((part) => atMoment(part, now)) };
      case 'not':
        return { ...node, part: atMoment(node.part, now) };
      case 'compare': {
        const time = node.value.kind === 'curtime' ? readAsTime(node.value, now) : undefined;
        return time ? { ...node, value: { kind: 'utc', value: formatDateTime(time) } } : node;
      }
      default:
        return node;
    }
  };
  return fix(filter) as T;
};

/** An expression that means the same whenever it is read. @throws InvalidInput `event-filter.expression` */
export const fixedExpression = (expression: string | undefined, now: Date): string | undefined => {
  if (!expression) return undefined;
  try {
    const filter = parseFilter(expression);
    checkAttributes(filter, isEventAttribute);
    return printFilter(atMoment(filter, now));
  } catch (error) {
    if (!(error instanceof FilterSyntaxError || error instanceof UnknownAttribute)) throw error;
    throw new InvalidInput(
      `The expression cannot be read: ${error.message}`,
      [{ where: 'filter.expression', what: error.message }],
      'event-filter.expression',
    );
  }
};

/** A filter with its meaning fixed: relative times counted from `now`, groups with what is below them. */
export const resolveFilter = (
  { time, groups: wanted, expression, ...rest }: EventFilter,
  { now, groups }: { now: Date; groups: readonly GroupPlace[] },
): FixedFilter => ({
  ...rest,
  ...momentsOf(time, now),
  ...(expression && { expression: fixedExpression(expression, now) }),
  groupIds: wanted.length === 0 ? null : groupIdsOf(wanted, groups),
});
