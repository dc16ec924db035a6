import { emptied, type FieldValues, type MappedTo, valuesFor } from './fields.ts';

/** What is written on an account, or is to be. */
export interface KeptAccount {
  accountId: string;
  wanted: FieldValues;
  /** False: its mapping ended, and the fields are being emptied. */
  isMapped: boolean;
  /** When the PSA last had these values; null: it has not had them yet. */
  doneAt: Date | null;
}

export interface PlannedAccount {
  accountId: string;
  wanted: FieldValues;
  isMapped: boolean;
}

const isSame = (a: FieldValues, b: FieldValues): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? null) === (b[name] ?? null));
};

/**
 * Which accounts have to be written: newly mapped, renamed, no longer mapped, or not looked at for too long. Decides
 * only: no I/O, no clock.
 *
 * @param lookAgainBefore values that the PSA had before this moment are looked at again: somebody may have changed them
 */
export const planAccounts = (
  mapped: { accountId: string; to: MappedTo }[],
  kept: KeptAccount[],
  lookAgainBefore: Date,
): PlannedAccount[] => {
  const before = new Map(kept.map((each) => [each.accountId, each]));
  const wishes = new Map(mapped.map(({ accountId, to }) => [accountId, valuesFor(to)]));
  const changed = [...wishes].filter(([accountId, wanted]) => {
    const known = before.get(accountId);
    if (!known?.isMapped || !isSame(known.wanted, wanted)) return true;
    return known.doneAt !== null && known.doneAt < lookAgainBefore;
  });
  const left = kept.filter(({ accountId, isMapped }) => isMapped && !wishes.has(accountId));
  return [
    ...changed.map(([accountId, wanted]) => ({ accountId, wanted, isMapped: true })),
    ...left.map(({ accountId }) => ({ accountId, wanted: emptied, isMapped: false })),
  ];
};
