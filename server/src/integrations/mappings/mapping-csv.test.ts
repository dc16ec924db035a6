import type { AccountMapping } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { mappingFile, readMappingFile } from './mapping-csv.ts';

const mapping = (id: string, name: string, sourceName = 'Main'): AccountMapping => ({
  sourceId: sourceName,
  sourceName,
  sourceTenantId: id,
  sourceTenantName: name,
  isMember: true,
  account: null,
  billing: { enabled: false, contract: null },
  changes: [],
  problem: null,
});
const account = (id: string, name: string, active = true) => ({
  integration_id: 'i',
  account_id: id,
  name,
  name_key: name.toLowerCase(),
  active,
});
const context = {
  tenants: [mapping('1', 'Alder'), mapping('2', 'Birch'), mapping('3', 'Twin'), mapping('4', 'Twin', 'Second')],
  accounts: [
    account('175', 'Alder Joinery'),
    account('176', 'Birchwood'),
    account('177', 'Double'),
    account('178', 'Double'),
    account('179', 'Retired', false),
  ],
};
const read = (...lines: string[]) => readMappingFile(lines.join('\n'), context);
const wishes = (...lines: string[]) =>
  read(...lines).wishes.map(({ line, sourceTenantId, accountId }) => [line, sourceTenantId, accountId]);
const issues = (...lines: string[]) => read(...lines).issues.map(({ line, column, what }) => [line, column, what]);

describe('a file of mappings', () => {
  it('names accounts by name or id, in any case, with any separator', () => {
    expect(wishes('Virtual server;Account', 'alder;ALDER JOINERY', '', 'Birch;Birchwood')).toEqual([
      [2, '1', '175'],
      [4, '2', '176'],
    ]);
    expect(wishes('tenant id,account id', '2,176')).toEqual([[2, '2', '176']]);
  });

  it('leaves a line without an account as it is', () => {
    const { wishes: found, leftAlone, issues: wrong } = read('Virtual server,Account', 'Alder,', 'Birch,Birchwood');
    expect([found.length, leftAlone, wrong]).toEqual([1, 1, []]);
  });

  it('names every bad line with its number, its column and what to do', () => {
    expect(
      issues(
        'Virtual server,Source,Account,Account ID',
        'Nobody,,Birchwood,',
        'Twin,,Birchwood,',
        'Twin,Second,Nothing,',
        'Alder,,Double,',
        'Alder,,Birchwood,175',
        'Alder,,,999',
        ',,Birchwood,',
        'Alder,,Birchwood,,,too much',
      ),
    ).toEqual([
      [2, 'Virtual server', 'There is no virtual server "Nobody"'],
      [3, 'Virtual server', 'There are 2 of "Twin": name its source too, or its ID'],
      [4, 'Account', 'The PSA has no account "Nothing"'],
      [5, 'Account', '2 accounts are called "Double": give the ID of one'],
      [6, 'Account', 'Account 175 is called "Alder Joinery": correct the name or the ID'],
      [7, 'Account ID', 'The PSA has no account 999'],
      [8, 'Virtual server', 'Name the virtual server, or give its ID'],
      [9, null, 'The line has more cells than there are columns'],
    ]);
  });

  it('says what is missing when it is no file of mappings', () => {
    expect(issues('')).toEqual([[1, null, 'The file is empty']]);
    expect(issues('Name,Value', 'a,b')[0]?.[2]).toContain('"Virtual server"');
    expect(issues('Virtual server,Value', 'a,b')[0]?.[2]).toContain('"Account"');
    expect(issues('Virtual server,Tenant,Account', 'a,b,c')[0]?.[2]).toContain('twice');
    expect(issues('Virtual server,Account', '"Alder,Birchwood')).toEqual([[2, null, 'A quotation mark is not closed']]);
  });

  it('that was exported is imported without a change, also with names that look like formulas', () => {
    const tenants = [
      { ...mapping('1', '=Alder'), account: { id: '1', name: '-Alder "A"; B', active: true } },
      { ...mapping('2', '@Birch\nSecond line'), account: null },
    ];
    const accounts = [account('1', '-Alder "A"; B')];
    const text = [...mappingFile(tenants)].join('');
    const found = readMappingFile(text, { tenants, accounts });
    expect(found.issues).toEqual([]);
    expect(found.wishes).toMatchObject([{ sourceTenantId: '1', accountId: '1' }]);
    expect(found.leftAlone).toBe(1);
  });
});
