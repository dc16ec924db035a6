import type { AccountMapping, ChosenContract, MappingWish, PsaAccount } from '@gatehouse/contract';
import { ApiProblem } from '../platform/index.ts';

/** What a person has in mind for a virtual server, not saved yet. */
export interface MappingDraft {
  account: PsaAccount | null;
  enabled: boolean;
  contract: ChosenContract | null;
}

/** The row as it was when the person began, so that a change of somebody else is noticed. */
export interface DraftOf {
  seen: AccountMapping;
  draft: MappingDraft;
}

export type Drafts = ReadonlyMap<string, DraftOf>;

/** What is wrong with a row, beside the field that it concerns. */
export interface RowIssues {
  tenant?: string;
  account?: string;
  billing?: string;
  contract?: string;
}

export const rowId = ({ sourceId, sourceTenantId }: { sourceId: string; sourceTenantId: string }): string =>
  `${sourceId} ${sourceTenantId}`;

export const savedOf = ({ account, billing }: AccountMapping): MappingDraft => ({
  account,
  enabled: billing.enabled,
  contract: billing.contract,
});

const isSame = (a: MappingDraft, b: MappingDraft): boolean =>
  a.account?.id === b.account?.id && a.enabled === b.enabled && a.contract?.id === b.contract?.id;

/** The drafts with one changed; one that is as it was saved is none. Another account has no billing yet. */
export const withDraft = (drafts: Drafts, row: AccountMapping, change: Partial<MappingDraft>): Drafts => {
  const id = rowId(row);
  const { seen, draft } = drafts.get(id) ?? { seen: row, draft: savedOf(row) };
  const isOther = change.account !== undefined && change.account?.id !== draft.account?.id;
  const goesBack = isOther && change.account?.id === seen.account?.id;
  const next: MappingDraft = {
    ...draft,
    ...(isOther ? (goesBack ? savedOf(seen) : { enabled: false, contract: null }) : {}),
    ...change,
  };
  const result = new Map(drafts);
  if (isSame(next, savedOf(seen))) result.delete(id);
  else result.set(id, { seen, draft: next });
  return result;
};

const wish = (row: AccountMapping, to: MappingDraft, seen: PsaAccount | null): MappingWish => ({
  sourceId: row.sourceId,
  sourceTenantId: row.sourceTenantId,
  accountId: to.account?.id ?? null,
  ...(to.account ? { billing: { enabled: to.enabled, contractId: to.contract?.id ?? null } } : {}),
  seenAccountId: seen?.id ?? null,
});

export const wishOf = ({ seen, draft }: DraftOf): MappingWish => wish(seen, draft, seen.account);

/** What makes a saved draft undone: everything as it was before, unless somebody changed it since. */
export const undoOf = ({ seen, draft }: DraftOf): MappingWish => wish(seen, savedOf(seen), draft.account);

/** What is missing is said before anything is sent. */
export const missingIn = ({ account, enabled, contract }: MappingDraft): (keyof RowIssues)[] =>
  account && enabled && !contract ? ['contract'] : [];

const fieldOf = (where: string): keyof RowIssues => {
  if (where.endsWith('.accountId')) return 'account';
  if (where.endsWith('.contractId')) return 'contract';
  if (where.endsWith('.billing')) return 'billing';
  return 'tenant';
};

/** The server's words for each row, by the order in which the rows were sent. */
export const issuesByRow = (problem: unknown, sent: readonly DraftOf[]): ReadonlyMap<string, RowIssues> => {
  const issues = new Map<string, RowIssues>();
  if (!(problem instanceof ApiProblem)) return issues;
  for (const { where, what } of problem.issues) {
    const at = /^body\.changes\.(\d+)\./.exec(where)?.[1];
    const draft = at === undefined ? undefined : sent[Number(at)];
    if (!draft) continue;
    const id = rowId(draft.seen);
    issues.set(id, { ...issues.get(id), [fieldOf(where)]: what });
  }
  return issues;
};
