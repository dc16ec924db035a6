import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImportContext, readImport } from './import.ts';
import type { LicenseKey } from './key.ts';

const NOW = new Date('2026-03-04T12:00:00.000Z');
const CONTOSO = '0190a000-0000-7000-8000-0000000000c0';
const MAIN = '0190a000-0000-7000-8000-000000000000';

const existing: LicenseKey = {
  ...{ id: 'id-1', serialNumber: 'OLD-1', productName: 'Mail shield', applicationId: 7, kind: 'commercial' },
  ...{ tenantId: null, sharing: { with: 'all' }, deviceLimit: 10, createdAt: NOW },
  ...{ expiresAt: new Date('2027-01-01T00:00:00.000Z'), termDays: 365, blockedAt: null, automatic: true },
  ...{ overLimitAllowed: false, information: 'order 4711', hasActivationCode: true, addedAt: NOW },
};
const context: ImportContext = {
  existing: [existing],
  tenants: [
    { id: MAIN, name: 'Main server' },
    { id: CONTOSO, name: 'Contoso' },
  ],
  mainTenantId: MAIN,
  now: NOW,
};
const read = (csv: string) => readImport(csv, context);

describe('an import of keys', () => {
  it('reads names in any order and spelling, other separators, and a marked file', () => {
    const { keys, issues } = read(
      '\ufeffKind;Serial number;PRODUCT_NAME;client;automatic;deviceLimit;createdAt;termDays\r\n' +
        'subscription;ab-1;"Gatehouse; endpoint";contoso;yes;25;2026-03-01;365\r\n',
    );
    expect(issues).toEqual([]);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({
      line: 2,
      serialNumber: 'AB-1',
      existing: null,
      settings: {
        ...{ productName: 'Gatehouse; endpoint', kind: 'subscription', tenantId: CONTOSO, automatic: true },
        ...{ deviceLimit: 25, expiresAt: '2027-03-01T00:00:00.000Z', sharing: { with: 'nobody' } },
      },
    });
  });

  it('keeps of a key that is here what the file has no column for', () => {
    const { keys, issues } = read('serialNumber,productName,kind,deviceLimit\nold-1,Mail shield,commercial,20\n');
    expect(issues).toEqual([]);
    expect(keys[0]?.existing).toBe(existing);
    expect(keys[0]?.settings).toMatchObject({ deviceLimit: 20, information: 'order 4711', automatic: true });
    expect(keys[0]?.activationCode).toBeUndefined();
  });

  it('names line and column of everything that is wrong, also behind a field of several lines', () => {
    const { issues } = read(
      [
        'serialNumber,productName,kind,deviceLimit,createdAt,expiresAt,client,shared,automatic,activationCode,information',
        'A,P,commercial,12x,2026-03-01,2026-02-31,Nobody,no,maybe,short,"two',
        'lines"',
        'A,,gift,0,2026-03-01,2026-02-01,Contoso,all,no,,',
        'ok!,P,trial,,,,,,,,,more',
      ].join('\n'),
    );
    const short = issues.map(({ line, column }) => `${line} ${column}`);
    expect(short).toEqual([
      '2 deviceLimit',
      '2 expiresAt',
      '2 client',
      '2 automatic',
      '2 activationCode',
      '4 serialNumber',
      '4 productName',
      '4 kind',
      '4 deviceLimit',
      '5 null',
      '5 serialNumber',
    ]);
    expect(issues.find(({ line, column }) => line === 4 && column === 'serialNumber')?.what).toContain('line 2');
  });

  it('says what is wrong with the names and the form of the file', () => {
    expect(read('serialNumber,kind,colour,kind\nA,trial,red,oem').issues).toEqual([
      { line: 1, column: 'colour', what: 'There is no such column' },
      { line: 1, column: 'kind', what: 'The column is there twice' },
      { line: 1, column: 'productName', what: 'The column is missing' },
    ]);
    expect(read('\n \n').issues).toEqual([{ line: 1, column: null, what: 'The file is empty' }]);
    expect(read('serialNumber,productName,kind\n"A,P,trial').issues[0]).toMatchObject({ line: 2, column: null });
    expect(read('serialNumber,productName,kind\n"A"x,P,trial').issues[0]).toMatchObject({ line: 2, column: null });
    expect(read('serialNumber,productName,kind\n').issues).toEqual([
      { line: 1, column: null, what: 'There is no key below the names' },
    ]);
  });

  it('never breaks on a file, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const csv of [text, `serialNumber,productName,kind\n${text}`]) {
          const { keys, issues } = read(csv);
          expect(keys.length + issues.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
