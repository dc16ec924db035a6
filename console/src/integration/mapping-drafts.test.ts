import type { AccountMapping } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../platform/index.ts';
import { issuesByRow, missingIn, rowId, savedOf, undoOf, wishOf, withDraft } from './mapping-drafts.ts';

const alder = { id: '175', name: 'Alder', active: true };
const birch = { id: '176', name: 'Birch', active: true };
const contract = { id: 'k1', name: 'Care', endsOn: '2030-01-01', expired: false, usable: true };
const row = (more: Partial<AccountMapping> = {}): AccountMapping => ({
  sourceId: 's',
  sourceName: 'Main',
  sourceTenantId: '1',
  sourceTenantName: 'Alder',
  isMember: true,
  account: alder,
  billing: { enabled: true, contract },
  changes: [],
  problem: null,
  ...more,
});
const only = (drafts: ReturnType<typeof withDraft>) => {
  const [draft] = [...drafts.values()];
  if (!draft) throw new Error('there is no draft');
  return draft;
};

describe('drafts of mappings', () => {
  it('are there only while something is different from what was saved', () => {
    const changed = withDraft(new Map(), row(), { enabled: false });
    expect([...changed.keys()]).toEqual([rowId(row())]);
    expect(withDraft(changed, row(), { enabled: true }).size).toBe(0);
  });

  it('lose billing and contract with another account, and have them back with the old one', () => {
    const moved = withDraft(new Map(), row(), { account: birch });
    expect(only(moved).draft).toEqual({ account: birch, enabled: false, contract: null });
    expect(withDraft(moved, row(), { account: alder }).size).toBe(0);
  });

  it('say what was seen, so that a change of somebody else is not overwritten', () => {
    const moved = only(withDraft(new Map(), row(), { account: birch }));
    expect(wishOf(moved)).toMatchObject({ accountId: '176', seenAccountId: '175' });
    // The row came anew meanwhile; what the person saw when they began counts.
    const again = withDraft(new Map([[rowId(row()), moved]]), row({ account: null }), { enabled: true });
    expect(wishOf(only(again))).toMatchObject({ seenAccountId: '175', billing: { enabled: true } });
  });

  it('are undone to what was there, with its billing', () => {
    const ended = only(withDraft(new Map(), row(), { account: null }));
    expect(wishOf(ended)).toEqual({ sourceId: 's', sourceTenantId: '1', accountId: null, seenAccountId: '175' });
    expect(undoOf(ended)).toEqual({
      sourceId: 's',
      sourceTenantId: '1',
      accountId: '175',
      billing: { enabled: true, contractId: 'k1' },
      seenAccountId: null,
    });
  });

  it('are not sent when billing has no contract', () => {
    expect(missingIn({ ...savedOf(row()), contract: null })).toEqual(['contract']);
    expect(missingIn({ account: null, enabled: false, contract: null })).toEqual([]);
    expect(missingIn(savedOf(row()))).toEqual([]);
  });

  it('get the words of the server beside the field that they are about', () => {
    const sent = [
      only(withDraft(new Map(), row({ sourceTenantId: '1' }), { account: birch })),
      only(withDraft(new Map(), row({ sourceTenantId: '2' }), { enabled: false })),
    ];
    const problem = new ApiProblem({
      code: 'mapping.refused',
      message: 'Nothing was saved',
      status: 409,
      retryable: false,
      requestId: null,
      issues: [
        { where: 'body.changes.0.accountId', what: 'taken' },
        { where: 'body.changes.1.billing.contractId', what: 'ended' },
        { where: 'body.changes.1.sourceTenantId', what: 'changed meanwhile' },
        { where: 'body', what: 'of no row' },
      ],
    });
    expect([...issuesByRow(problem, sent)]).toEqual([
      ['s 1', { account: 'taken' }],
      ['s 2', { contract: 'ended', tenant: 'changed meanwhile' }],
    ]);
    expect(issuesByRow(new Error('no answer'), sent).size).toBe(0);
  });
});
