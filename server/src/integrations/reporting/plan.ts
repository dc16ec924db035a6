import type { ReportItem } from './psa-items.ts';

/** What was made of a report, or is to be. */
export interface KeptItem {
  accountId: string;
  key: string;
  title: string;
  values: ReportItem['values'];
  /** False: it is to be switched off, or is. */
  isWanted: boolean;
}

const placeOf = ({ accountId, key }: { accountId: string; key: string }): string => `${accountId} ${key}`;
const covers = (all: ReportItem['values'], some: ReportItem['values']): boolean => {
  for (const name in some) if ((all[name] ?? null) !== (some[name] ?? null)) return false;
  return true;
};
/** A field that is empty on one side and missing on the other is no difference. */
const isSame = (a: KeptItem, b: ReportItem): boolean =>
  a.title === b.title && covers(a.values, b.values) && covers(b.values, a.values);

/**
 * Which items have to be written and which switched off: a report that is new, differs, or is no longer made for this
 * account. Decides only: no I/O, no clock.
 */
export const planItems = (wanted: ReportItem[], kept: KeptItem[]): { put: ReportItem[]; retire: KeptItem[] } => {
  const before = new Map(kept.map((item) => [placeOf(item), item]));
  const places = new Set(wanted.map(placeOf));
  return {
    put: wanted.filter((item) => {
      const known = before.get(placeOf(item));
      return !known?.isWanted || !isSame(known, item);
    }),
    retire: kept.filter((item) => item.isWanted && !places.has(placeOf(item))),
  };
};
