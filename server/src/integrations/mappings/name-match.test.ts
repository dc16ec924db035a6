import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { companyName } from './company-name.ts';
import { editsBetween, nameLikeness } from './name-match.ts';

const score = (a: string, b: string): number => nameLikeness(a, b).score;

describe('a company name without what does not matter', () => {
  test.each([
    ['Alder Joinery Ltd.', 'alder joinery', 'ltd'],
    ['ALDER JOINERY, LIMITED', 'alder joinery', 'limited'],
    ['Müller & Söhne GmbH & Co. KG', 'muller and sohne', 'gmbh and co kg'],
    ['Crédit Agricole S.A.', 'credit agricole', 'sa'],
    ['Crédit Agricole S. A.', 'credit agricole', 'sa'],
    ['Kowalski Sp. z o.o.', 'kowalski', 'sp z oo'],
    ['Novák s.r.o.', 'novak', 'sro'],
    ["O'Brien's Bakery Inc", 'obriens bakery', 'inc'],
    ['The Dental Group, LLC', 'dental group', 'llc'],
    ['J. B. Smith Pty Ltd', 'jb smith', 'pty ltd'],
    ['ООО «Ромашка»', 'ромашка', 'ооо'],
    ['Grupo Sol S.A. de C.V.', 'grupo sol', 'sa de cv'],
    ['Straße & Weg e.K.', 'strasse and weg', 'ek'],
    ['Łódź Logistics S.A.', 'lodz logistics', 'sa'],
    ['３Ｄ Print Co., Ltd', '3d print', 'co ltd'],
  ])('%s is %s', (name, words, form) => {
    expect(companyName(name)).toEqual({ words: words.split(' '), form });
  });

  it('keeps a name that is nothing but a legal form, and a form inside a name', () => {
    expect(companyName('Limited').words).toEqual(['limited']);
    expect(companyName('The').words).toEqual(['the']);
    expect(companyName('SA Power Tools').words).toEqual(['sa', 'power', 'tools']);
    expect(companyName('???')).toEqual({ words: [], form: '' });
  });
});

describe('the likeness of two names', () => {
  it('is 100 for the same letters in other case and with other accents', () => {
    expect(score('Café  Noir', 'CAFE NOIR')).toBe(100);
    expect(score('Zażółć', 'zazolc')).toBe(100);
  });

  test.each([
    ['Alder Joinery', 'Alder Joinery Ltd', 'legal-form'],
    ['Alder Joinery Ltd', 'ALDER JOINERY LIMITED', 'spelling'],
    ['Alder-Joinery, Inc.', 'Alder Joinery Inc', 'spelling'],
    ['Blue Sky Dental', 'BlueSky Dental', 'words-joined'],
    ['Müller Bau GmbH', 'Mueller Bau GmbH', 'spelling'],
    ['Smith & Sons', 'Smith and Sons', 'spelling'],
    ['The Alder Group', 'Alder Group', 'spelling'],
    ['Jörg Äpfel', 'Joerg Aepfel GmbH', 'spelling'],
  ])('is 90 or more for %s and %s', (a, b, alike) => {
    expect(nameLikeness(a, b)).toMatchObject({ alike });
    expect(score(a, b)).toBeGreaterThanOrEqual(90);
    expect(score(a, b)).toBeLessThan(100);
  });

  test.each([
    // Different companies, however alike they look.
    ['Acme Ltd', 'Acme GmbH'],
    ['Praxis Nord 1', 'Praxis Nord 2'],
    ['Northwind Dental Leeds', 'Northwind Dental York'],
    ['Noel Ltd', 'Nol Ltd'],
    ['Boat Hire', 'Bolt Hire'],
    ['Alder Joinery', 'Birchwood Joinery'],
    ['Store 12', 'Store 21'],
    ['Main', 'Maine'],
    ['Kowalski', 'Kowalska'],
  ])('is below 90 for %s and %s', (a, b) => {
    expect(score(a, b)).toBeLessThan(90);
  });

  test.each([
    ['Northwind Dental', 'Northwind Dentel'],
    ['Northwind Dental', 'Dental Northwind'],
    ['Fabrikam Steel Works', 'Fabrikam Steelworks'],
    ['Contoso Legal Services', 'Contosso Legal Services'],
  ])('still finds %s and %s, to be looked at', (a, b) => {
    expect(score(a, b)).toBeGreaterThanOrEqual(60);
  });

  it('is 40 at most when the numbers differ, so that a branch is never suggested for another', () => {
    expect(score('Praxis Gruppe Nord 1', 'Praxis Gruppe Nord 2')).toBe(40);
    expect(score('Praxis Gruppe Nord 1', 'Praxis Gruppe Nord')).toBe(40);
  });

  it('is 0 for names without a letter, unless they are the same', () => {
    expect(score('???', '!!!')).toBe(0);
    expect(score('', 'Alder')).toBe(0);
    expect(score('', '')).toBe(100);
  });

  it('is a whole number from 0 to 100, the same both ways, and 100 with itself, for any two texts', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc
        .array(fc.constantFrom('alder', 'Müller', 'GmbH', 'Ltd.', '&', 'Co', '12', 'a', 'B.', 'dental'), {
          maxLength: 6,
        })
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(score(a, b)).toBe(score(b, a));
        expect(Number.isInteger(score(a, b))).toBe(true);
        expect(score(a, b)).toBeGreaterThanOrEqual(0);
        expect(score(a, b)).toBeLessThanOrEqual(100);
        expect(score(a, a)).toBe(100);
      }),
      { numRuns: 400 },
    );
  });

  it('counts letters added, left out, changed and swapped as one edit each', () => {
    expect(editsBetween('dental', 'dental', 2)).toBe(0);
    expect(editsBetween('dental', 'dentla', 2)).toBe(1);
    expect(editsBetween('dental', 'dentl', 2)).toBe(1);
    expect(editsBetween('dental', 'dentel', 2)).toBe(1);
    expect(editsBetween('dental', 'denture', 2)).toBe(3);
  });
});
