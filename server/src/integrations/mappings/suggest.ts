import type { Likeness, NameShape } from './name-match.ts';
import { likeness, nameShape } from './name-match.ts';

export interface Suggestion<T, A> extends Likeness {
  tenant: T;
  account: A;
  /** The name of another account, or another tenant, that fits as well. */
  rival: string | null;
}

/** A key that so many names have says nothing; other keys of those names find each other. */
const MOST_PER_KEY = 250;
const AFFIX = 4;

/** Names that share one of these are worth a comparison. A slip of the pen leaves the beginning or the end as it is. */
const keysOf = ({ words, joined, spelledOut, folded }: NameShape): Set<string> =>
  new Set([
    `= ${folded}`,
    `j ${joined}`,
    `j ${spelledOut}`,
    ...words.filter((word) => word.length > 2).map((word) => `w ${word}`),
    `b ${joined.slice(0, AFFIX)}`,
    `e ${joined.slice(-AFFIX)}`,
  ]);

/**
 * For each tenant the account whose name is most alike, each account once, best first. Of two that fit equally well one
 * is taken and the other named as its rival. Decides only; thousands on both sides are a matter of a second at most.
 *
 * @param minScore 1 to 100; pairs below are left out
 */
export const suggest = <T extends { name: string }, A extends { name: string }>(
  tenants: readonly T[],
  accounts: readonly A[],
  minScore: number,
): Suggestion<T, A>[] => {
  const shapes = accounts.map(({ name }) => nameShape(name));
  const index = new Map<string, number[]>();
  for (const [at, shape] of shapes.entries()) {
    for (const key of keysOf(shape)) {
      const list = index.get(key);
      if (list) list.push(at);
      else index.set(key, [at]);
    }
  }

  const pairs: (Likeness & { tenant: number; account: number })[] = [];
  for (const [tenant, { name }] of tenants.entries()) {
    const shape = nameShape(name);
    const candidates = new Set<number>();
    for (const key of keysOf(shape)) {
      const list = index.get(key) ?? [];
      if (list.length <= MOST_PER_KEY || key.startsWith('=')) for (const at of list) candidates.add(at);
    }
    for (const account of candidates) {
      const found = likeness(shape, shapes[account] ?? nameShape(''));
      if (found.score >= minScore) pairs.push({ tenant, account, ...found });
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.tenant - b.tenant || a.account - b.account);

  const bestOfTenant = new Map<number, typeof pairs>();
  const bestOfAccount = new Map<number, typeof pairs>();
  for (const pair of pairs) {
    bestOfTenant.set(pair.tenant, [...(bestOfTenant.get(pair.tenant) ?? []), pair]);
    bestOfAccount.set(pair.account, [...(bestOfAccount.get(pair.account) ?? []), pair]);
  }
  const rivalOf = (pair: (typeof pairs)[number]): string | null => {
    const account = bestOfTenant
      .get(pair.tenant)
      ?.find((other) => other.account !== pair.account && other.score >= pair.score);
    if (account) return accounts[account.account]?.name ?? null;
    const tenant = bestOfAccount
      .get(pair.account)
      ?.find((other) => other.tenant !== pair.tenant && other.score >= pair.score);
    return tenant ? (tenants[tenant.tenant]?.name ?? null) : null;
  };

  const takenTenants = new Set<number>();
  const takenAccounts = new Set<number>();
  const result: Suggestion<T, A>[] = [];
  for (const pair of pairs) {
    if (takenTenants.has(pair.tenant) || takenAccounts.has(pair.account)) continue;
    takenTenants.add(pair.tenant);
    takenAccounts.add(pair.account);
    const tenant = tenants[pair.tenant];
    const account = accounts[pair.account];
    if (tenant && account) {
      result.push({ tenant, account, score: pair.score, alike: pair.alike, rival: rivalOf(pair) });
    }
  }
  return result;
};
