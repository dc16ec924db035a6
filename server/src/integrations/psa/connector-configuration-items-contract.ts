import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ItemKind, PsaConfigurationItems, WantedItem } from './connector-configuration-items.ts';
import { PsaFieldLimitReached, PsaOutcomeUnknown, PsaReferenceInvalid } from './errors.ts';

/** An item as the PSA stored it. */
export interface StoredItem {
  itemId: string;
  active: boolean;
  title: string;
  kind: string;
  values: Record<string, string | null>;
}

/** The items of a PSA, as a test can steer and see them. */
export interface ConfigurationItemsStandIn {
  /** As after a restart: nothing is remembered from calls before. */
  connect(): PsaConfigurationItems;
  accountId: string;
  productId: string;
  /** All items of a key, the oldest first. */
  itemsOf(key: string): StoredItem[];
  /** Names of the kinds that are there and in use. */
  kindNames(): string[];
  /** Names of the fields that people see on items of this kind. */
  shownFields(kind: string): string[];
  /** A second item of the same key, as a lost answer may leave behind. */
  copy(itemId: string): void;
  removeField(name: string): void;
  switchOffKind(name: string): void;
  switchOffProduct(): void;
  /** Space for so many more fields. */
  leaveRoomFor(fields: number): void;
  writes(): number;
  cutAfterNextWrite(): void;
  reset(): void;
  stop(): Promise<void>;
}

/** What every PSA that keeps items about accounts promises. */
export const describeConfigurationItemsContract = (
  psaName: string,
  start: () => Promise<ConfigurationItemsStandIn>,
): void => {
  describe(`${psaName} keeps the PsaConfigurationItems contract`, () => {
    const report: ItemKind = {
      name: 'Kaspersky report',
      fields: [
        { name: 'Kaspersky report period', kind: 'text' },
        { name: 'Kaspersky report end date', kind: 'date' },
        { name: 'Kaspersky managed computers', kind: 'number' },
      ],
    };
    const license: ItemKind = {
      name: 'Kaspersky license report',
      fields: [{ name: 'Kaspersky license ID', kind: 'text' }],
    };
    const kinds = [report, license];
    let psa: ConfigurationItemsStandIn;
    const anItem = (more: Partial<WantedItem> = {}): WantedItem => ({
      key: 'ksi:svc:1:7',
      accountId: psa.accountId,
      productId: psa.productId,
      kind: report.name,
      title: 'Service report, 7 days',
      values: {
        'Kaspersky report period': '7 days',
        'Kaspersky report end date': '2026-03-05',
        'Kaspersky managed computers': 12,
      },
      ...more,
    });
    const ready = async (): Promise<PsaConfigurationItems> => {
      const connector = psa.connect();
      await connector.prepare(kinds);
      return connector;
    };
    beforeAll(async () => {
      psa = await start();
    });
    beforeEach(() => psa.reset());
    afterAll(() => psa.stop());

    it('makes kinds with fields that people see, once, however often it is asked', async () => {
      await ready();
      const before = psa.writes();
      await ready();
      expect(psa.writes()).toBe(before);
      expect(psa.kindNames()).toEqual(expect.arrayContaining([report.name, license.name]));
      for (const { name, fields } of kinds) {
        expect(psa.shownFields(name)).toEqual(fields.map((field) => field.name));
      }
    });

    it('makes nothing twice when answers are lost on the way', async () => {
      for (let tries = 0; tries < 30; tries++) {
        psa.cutAfterNextWrite();
        try {
          await ready();
          break;
        } catch (error) {
          expect(error).toBeInstanceOf(PsaOutcomeUnknown);
        }
      }
      expect(psa.kindNames().filter((name) => name.startsWith('Kaspersky'))).toHaveLength(2);
      expect(psa.shownFields(report.name)).toEqual(report.fields.map(({ name }) => name));
    });

    it('keeps one item per key: made once, changed where it differs, else left alone', async () => {
      const connector = await ready();
      const first = await connector.put(anItem());
      expect(first.how).toBe('created');
      const before = psa.writes();
      expect(await connector.put(anItem())).toEqual({ itemId: first.itemId, how: 'same' });
      expect(psa.writes()).toBe(before);
      const values = { 'Kaspersky managed computers': 13, 'Kaspersky report period': null };
      expect(await connector.put(anItem({ values }))).toEqual({ itemId: first.itemId, how: 'changed' });
      expect(psa.writes()).toBe(before + 1);
      const [stored, ...others] = psa.itemsOf('ksi:svc:1:7');
      expect(others).toEqual([]);
      expect(stored).toMatchObject({ active: true, title: 'Service report, 7 days', kind: report.name });
      expect(stored?.values['Kaspersky managed computers']).toBe('13');
      expect(stored?.values['Kaspersky report period']).toBeNull();
      expect(stored?.values['Kaspersky report end date']).toMatch(/^2026-03-05/);
    });

    it('finds its item after an answer was lost', async () => {
      await ready();
      const connector = await ready();
      psa.cutAfterNextWrite();
      await expect(connector.put(anItem())).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      expect((await (await ready()).put(anItem())).how).toBe('same');
      expect(psa.itemsOf('ksi:svc:1:7')).toHaveLength(1);
    });

    it('switches off doubles and keeps the oldest', async () => {
      const connector = await ready();
      const { itemId } = await connector.put(anItem());
      psa.copy(itemId);
      await connector.put(anItem());
      expect(psa.itemsOf('ksi:svc:1:7').map(({ active }) => active)).toEqual([true, false]);
    });

    it('switches an item off and on again, with its values', async () => {
      const connector = await ready();
      await connector.put(anItem());
      const at = { key: 'ksi:svc:1:7', accountId: psa.accountId };
      expect(await connector.retire(at)).toBe('retired');
      expect(await connector.retire(at)).toBe('was-retired');
      const [off] = psa.itemsOf('ksi:svc:1:7');
      expect(off).toMatchObject({ active: false });
      expect(off?.values['Kaspersky report period']).toBe('7 days');
      await connector.put(anItem());
      expect(psa.itemsOf('ksi:svc:1:7')).toMatchObject([{ active: true }]);
    });

    it('makes a removed field or kind anew while it writes', async () => {
      const connector = await ready();
      await connector.put(anItem());
      psa.removeField('Kaspersky managed computers');
      await connector.put(anItem({ values: { 'Kaspersky managed computers': 14 } }));
      expect(psa.itemsOf('ksi:svc:1:7')[0]?.values['Kaspersky managed computers']).toBe('14');
      psa.switchOffKind(license.name);
      await connector.put(anItem({ key: 'ksi:lic:1', kind: license.name, values: { 'Kaspersky license ID': 'A-1' } }));
      expect(psa.itemsOf('ksi:lic:1')).toMatchObject([{ active: true, kind: license.name }]);
      expect(psa.kindNames()).toContain(license.name);
    });

    it('says that there is no room for its fields, and makes none of them', async () => {
      psa.leaveRoomFor(3); // and four are needed
      await expect(ready()).rejects.toBeInstanceOf(PsaFieldLimitReached);
      psa.leaveRoomFor(4);
      await ready();
    });

    it('refuses an account or a product that is gone', async () => {
      const connector = await ready();
      await expect(connector.put(anItem({ accountId: '999999999' }))).rejects.toBeInstanceOf(PsaReferenceInvalid);
      psa.switchOffProduct();
      await expect(connector.put(anItem())).rejects.toBeInstanceOf(PsaReferenceInvalid);
      expect(psa.itemsOf('ksi:svc:1:7')).toEqual([]);
    });

    it('lists products, active and inactive', async () => {
      psa.switchOffProduct();
      expect(await psa.connect().products()).toContainEqual(
        expect.objectContaining({ id: psa.productId, isActive: false }),
      );
    });
  });
};
