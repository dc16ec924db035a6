import type { AccountChange } from '@gatehouse/contract';
import type { MappingRow } from './store.ts';

/** What is written down about a mapped account. */
export type SeenAccount = Pick<
  MappingRow,
  | 'account_name'
  | 'account_active'
  | 'account_gone'
  | 'checked_at'
  | 'renamed_from'
  | 'renamed_at'
  | 'inactive_at'
  | 'dismissed_at'
>;

/**
 * What changes in a mapping because the PSA tells this of its account now. A name that comes back to what it was when
 * somebody last took note is no rename.
 *
 * @param account null: the PSA has no such account any more
 */
export const seenAccount = (
  row: MappingRow,
  account: { name: string; active: boolean } | null,
  now: Date,
): SeenAccount => {
  const name = account?.name ?? row.account_name;
  const isRenamed = name !== row.account_name;
  const before = row.renamed_from ?? row.account_name;
  const renamedFrom = isRenamed ? (before === name ? null : before) : row.renamed_from;
  const wasUsable = row.account_active && !row.account_gone;
  const isUsable = account?.active ?? false;
  const isGone = account === null;
  // Gone is more than inactive, so it is pointed out again.
  const isWorse = !isUsable && (wasUsable || isGone !== row.account_gone);
  return {
    account_name: name,
    account_active: isUsable,
    account_gone: isGone,
    checked_at: now,
    renamed_from: renamedFrom,
    renamed_at: renamedFrom === null ? null : isRenamed ? now : row.renamed_at,
    inactive_at: isUsable ? null : isWorse ? now : row.inactive_at,
    dismissed_at: isUsable || isWorse ? null : row.dismissed_at,
  };
};

/** Whether anything is different that people or tickets care about. */
export const isDrift = (row: MappingRow, seen: SeenAccount): boolean =>
  row.account_name !== seen.account_name ||
  row.account_active !== seen.account_active ||
  row.account_gone !== seen.account_gone;

/** What is to be pointed out about the account of a mapping, as people read it. */
export const changesOf = (row: MappingRow): AccountChange[] => [
  ...(row.renamed_from !== null && row.renamed_at !== null
    ? [
        {
          kind: 'renamed' as const,
          was: row.renamed_from,
          is: row.account_name,
          since: row.renamed_at.toISOString(),
        },
      ]
    : []),
  ...(row.inactive_at !== null && row.dismissed_at === null
    ? [
        {
          kind: row.account_gone ? ('gone' as const) : ('inactive' as const),
          was: row.account_name,
          is: row.account_name,
          since: row.inactive_at.toISOString(),
        },
      ]
    : []),
];
