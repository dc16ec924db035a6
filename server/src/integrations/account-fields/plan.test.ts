import { describe, expect, it } from 'vitest';
import { emptied, valuesFor } from './fields.ts';
import { type KeptAccount, planAccounts } from './plan.ts';

const now = new Date('2026-03-05T09:00:00Z');
const yesterday = new Date('2026-03-04T09:00:00Z');
const alder = { accountId: '175', to: { kind: 'administration-server', tenantName: 'Alder' } } as const;
const kept = (more: Partial<KeptAccount> = {}): KeptAccount => ({
  accountId: '175',
  wanted: valuesFor(alder.to),
  isMapped: true,
  doneAt: now,
  ...more,
});

describe('which accounts are written', () => {
  it('a newly mapped one gets the name of its virtual server, and no workspace', () => {
    expect(planAccounts([alder], [], yesterday)).toEqual([
      {
        accountId: '175',
        isMapped: true,
        wanted: { 'Kaspersky virtual server': 'Alder', 'Kaspersky workspace': null, 'Kaspersky workspace URL': null },
      },
    ]);
  });

  it('one that has its values is left alone, and so is one that waits for its turn', () => {
    expect(planAccounts([alder], [kept()], yesterday)).toEqual([]);
    expect(planAccounts([alder], [kept({ doneAt: null })], yesterday)).toEqual([]);
  });

  it('one whose virtual server was renamed is written anew', () => {
    const renamed = { ...alder, to: { ...alder.to, tenantName: 'Alder & Sons' } };
    expect(planAccounts([renamed], [kept()], yesterday)).toMatchObject([
      { wanted: { 'Kaspersky virtual server': 'Alder & Sons' } },
    ]);
  });

  it('one that is no longer mapped is emptied, once', () => {
    expect(planAccounts([], [kept()], yesterday)).toEqual([{ accountId: '175', wanted: emptied, isMapped: false }]);
    expect(planAccounts([], [kept({ wanted: emptied, isMapped: false, doneAt: null })], yesterday)).toEqual([]);
  });

  it('one that is mapped again while it is being emptied keeps its new values', () => {
    const emptying = kept({ wanted: emptied, isMapped: false, doneAt: null });
    expect(planAccounts([alder], [emptying], yesterday)).toMatchObject([{ isMapped: true }]);
  });

  it('one that was last seen long ago is looked at again', () => {
    expect(planAccounts([alder], [kept({ doneAt: yesterday })], now)).toHaveLength(1);
  });

  it('a workspace empties the virtual server and tells its address', () => {
    expect(valuesFor({ kind: 'hub', workspaceName: 'Alder', workspaceUrl: 'https://cloud.example/w/1' })).toEqual({
      'Kaspersky virtual server': null,
      'Kaspersky workspace': 'Alder',
      'Kaspersky workspace URL': 'https://cloud.example/w/1',
    });
  });
});
