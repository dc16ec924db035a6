import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));
const pairs = (tenants: string[], accounts: string[], minScore = 60) =>
  suggest(named(...tenants), named(...accounts), minScore).map(({ tenant, account, score, rival }) => [
    tenant.name,
    account.name,
    score,
    rival,
  ]);

describe('suggestions', () => {
  it('give each tenant its likest account, each account once, the best first', () => {
    expect(
      pairs(
        ['Alder Joinery', 'Birchwood Dental', 'Cedar Clinic', 'Nobody Knows'],
        ['Birchwood Dental', 'Cedar Clinik', 'Alder Joinery Ltd', 'Zebra Zoo'],
      ).map(([tenant, account]) => [tenant, account]),
    ).toEqual([
      ['Birchwood Dental', 'Birchwood Dental'],
      ['Alder Joinery', 'Alder Joinery Ltd'],
      ['Cedar Clinic', 'Cedar Clinik'],
    ]);
  });

  it('give the account to the tenant that fits best, not to the first', () => {
    expect(pairs(['Alder', 'Alder Joinery'], ['Alder Joinery Ltd'])).toEqual([
      ['Alder Joinery', 'Alder Joinery Ltd', 96, null],
    ]);
  });

  it('name the rival when two fit equally well, on either side', () => {
    expect(pairs(['Acme'], ['Acme Ltd', 'Acme GmbH'])).toEqual([['Acme', 'Acme Ltd', 96, 'Acme GmbH']]);
    expect(pairs(['Acme Ltd', 'Acme GmbH'], ['Acme'])).toEqual([['Acme Ltd', 'Acme', 96, 'Acme GmbH']]);
    expect(pairs(['Acme', 'ACME'], ['Acme', 'acme']).map(([, , , rival]) => rival?.toString().toLowerCase())).toEqual([
      'acme',
      'acme',
    ]);
  });

  it('leave out what is below the asked score, and cope with nothing', () => {
    expect(pairs(['Alder Joinery'], ['Alder Joinery Ltd'], 97)).toEqual([]);
    expect(pairs([], ['Alder'])).toEqual([]);
    expect(pairs(['Alder'], [])).toEqual([]);
    expect(pairs(['???'], ['!!!'])).toEqual([]);
  });

  it('find all of two thousand numbered customers, none of them wrongly', () => {
    const count = 2_000;
    const tenants = Array.from({ length: count }, (_, at) => `Customer ${at} Dental Care`);
    const accounts = tenants.map((name) => `${name.toUpperCase()}, Ltd.`).reverse();
    const found = pairs(tenants, accounts, 90);
    expect(found).toHaveLength(count);
    for (const [tenant, account, score, rival] of found) {
      expect(String(account)).toBe(`${String(tenant).toUpperCase()}, Ltd.`);
      expect([score, rival]).toEqual([96, null]);
    }
  });

  it('are still found when every name begins alike', () => {
    const tenants = Array.from({ length: 400 }, (_, at) => `Praxis Gruppe ${at}`);
    const accounts = Array.from({ length: 400 }, (_, at) => `Praxisgruppe ${at} GmbH`);
    expect(pairs(tenants, accounts, 90)).toHaveLength(400);
  });
});
