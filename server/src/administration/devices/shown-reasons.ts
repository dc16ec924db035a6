import type { StatusReason } from '@gatehouse/contract';
import type { KeptReason } from './device.ts';

/** The groups whose settings make reasons count. */
export const groupsOfReasons = (reasons: readonly KeptReason[]): number[] =>
  reasons.flatMap(({ rule }) => (rule?.groupId == null ? [] : [rule.groupId]));

/** Reasons as people see them, with the names that the groups have now (full names, with a trailing slash). */
export const shownReasons = (reasons: readonly KeptReason[], groupNames: ReadonlyMap<number, string>): StatusReason[] =>
  reasons.map(({ rule, ...reason }) => ({
    ...reason,
    rule: rule
      ? {
          ...rule,
          groupName: rule.groupId === null ? null : (groupNames.get(rule.groupId) ?? '').replace(/\/$/, ''),
        }
      : null,
  }));
