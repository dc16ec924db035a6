import { describe, expect, it } from 'vitest';
import { changesOf, isDrift, seenAccount } from './drift.ts';
import type { MappingRow } from './store.ts';

const noon = new Date('2026-03-04T12:00:00Z');
const later = new Date('2026-03-05T12:00:00Z');
const row = (more: Partial<MappingRow> = {}): MappingRow => ({
  source_id: 's',
  tenant_id: '1',
  integration_id: 'i',
  account_id: '175',
  account_name: 'Alder Joinery',
  account_active: true,
  account_gone: false,
  checked_at: noon,
  billing_enabled: false,
  contract_id: null,
  contract_name: null,
  contract_ends_on: null,
  contract_usable: true,
  renamed_from: null,
  renamed_at: null,
  inactive_at: null,
  dismissed_at: null,
  ...more,
});
const after = (before: MappingRow, account: { name: string; active: boolean } | null, now: Date): MappingRow => ({
  ...before,
  ...seenAccount(before, account, now),
});
const alder = { name: 'Alder Joinery', active: true };

describe('what the PSA changed about an account', () => {
  it('is nothing when nothing changed', () => {
    const seen = after(row(), alder, later);
    expect(changesOf(seen)).toEqual([]);
    expect(isDrift(row(), seen)).toBe(false);
    expect(seen.checked_at).toEqual(later);
  });

  it('is a rename with the old name and the day; a second rename keeps the first old name', () => {
    const once = after(row(), { name: 'Alder Group', active: true }, noon);
    expect(isDrift(row(), once)).toBe(true);
    expect(changesOf(once)).toEqual([
      { kind: 'renamed', was: 'Alder Joinery', is: 'Alder Group', since: noon.toISOString() },
    ]);
    expect(changesOf(after(once, { name: 'Alder Group', active: true }, later))).toEqual(changesOf(once));
    expect(changesOf(after(once, { name: 'Alder Holding', active: true }, later))).toEqual([
      { kind: 'renamed', was: 'Alder Joinery', is: 'Alder Holding', since: later.toISOString() },
    ]);
  });

  it('is nothing any more when the old name comes back', () => {
    const renamed = after(row(), { name: 'Alder Group', active: true }, noon);
    expect(changesOf(after(renamed, alder, later))).toEqual([]);
  });

  it('is a deactivation since the first time it was seen, until it is active again', () => {
    const inactive = after(row(), { ...alder, active: false }, noon);
    expect(changesOf(inactive)).toMatchObject([{ kind: 'inactive', since: noon.toISOString() }]);
    const still = after(inactive, { ...alder, active: false }, later);
    expect(changesOf(still)).toEqual(changesOf(inactive));
    expect(changesOf(after(still, alder, later))).toEqual([]);
  });

  it('stays out of sight once somebody took note, but comes again when it gets worse', () => {
    const noted = { ...after(row(), { ...alder, active: false }, noon), dismissed_at: noon };
    expect(changesOf(after(noted, { ...alder, active: false }, later))).toEqual([]);
    const gone = after(noted, null, later);
    expect(gone.account_name).toBe('Alder Joinery');
    expect(changesOf(gone)).toMatchObject([{ kind: 'gone', was: 'Alder Joinery', since: later.toISOString() }]);
  });

  it('is told together when an account is renamed and deactivated at once', () => {
    const seen = after(row(), { name: 'Alder (old)', active: false }, noon);
    expect(changesOf(seen).map(({ kind }) => kind)).toEqual(['renamed', 'inactive']);
  });
});
