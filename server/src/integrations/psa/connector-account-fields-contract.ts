import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountField, PsaAccountFields } from './connector-account-fields.ts';
import { PsaFieldLimitReached, PsaOutcomeUnknown, PsaUnavailable } from './errors.ts';

/** The fields of a PSA's accounts, as a test can steer and see them. */
export interface AccountFieldsStandIn {
  /** As after a restart: nothing is remembered from calls before. */
  connect(): PsaAccountFields;
  accountId: string;
  /** Active fields of accounts, by name. */
  fieldNames(): string[];
  valueOf(accountId: string, name: string): string | null;
  /** An administrator removes a field with all its values. */
  removeField(name: string): void;
  switchOff(name: string): void;
  /** The name is taken by a field that holds dates. */
  takeName(name: string): void;
  /** As many fields as the PSA takes. */
  fillUp(): void;
  /** How many writes the PSA saw. */
  writes(): number;
  cutAfterNextWrite(): void;
  goDown(): void;
  reset(): void;
  stop(): Promise<void>;
}

/** What every PSA with fields on accounts promises. */
export const describeAccountFieldsContract = (psaName: string, start: () => Promise<AccountFieldsStandIn>): void => {
  describe(`${psaName} keeps the PsaAccountFields contract`, () => {
    const server: AccountField = { name: 'Kaspersky virtual server', description: 'Name of the virtual server' };
    const workspace: AccountField = { name: 'Kaspersky workspace', description: 'Name of the workspace' };
    const fields = [server, workspace];
    let psa: AccountFieldsStandIn;
    beforeAll(async () => {
      psa = await start();
    });
    beforeEach(() => psa.reset());
    afterAll(() => psa.stop());

    it('makes its fields once, however often it is asked', async () => {
      await psa.connect().ensure(fields);
      await psa.connect().ensure(fields);
      expect(psa.fieldNames().filter((name) => name.startsWith('Kaspersky'))).toEqual([server.name, workspace.name]);
    });

    it('makes no field twice when an answer was lost', async () => {
      psa.cutAfterNextWrite();
      await expect(psa.connect().ensure(fields)).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      await psa.connect().ensure(fields);
      expect(psa.fieldNames().filter((name) => name.startsWith('Kaspersky'))).toEqual([server.name, workspace.name]);
    });

    it('brings back what was removed or switched off, and leaves the rest alone', async () => {
      const connector = psa.connect();
      await connector.ensure(fields);
      psa.removeField(server.name);
      psa.switchOff(workspace.name);
      await connector.ensure(fields);
      expect(psa.fieldNames().sort()).toEqual([server.name, workspace.name]);
      const before = psa.writes();
      await connector.ensure(fields);
      expect(psa.writes()).toBe(before);
    });

    it('writes a value, not twice, and empties it', async () => {
      const connector = psa.connect();
      expect(await connector.write(psa.accountId, fields, { [server.name]: 'Alder Joinery' })).toBe('written');
      expect(psa.valueOf(psa.accountId, server.name)).toBe('Alder Joinery');
      const before = psa.writes();
      expect(await psa.connect().write(psa.accountId, fields, { [server.name]: 'Alder Joinery' })).toBe('was-there');
      expect(psa.writes()).toBe(before);
      expect(await connector.write(psa.accountId, fields, { [server.name]: null })).toBe('written');
      expect(psa.valueOf(psa.accountId, server.name)).toBeNull();
    });

    it('leaves the fields alone that it was not told about', async () => {
      const connector = psa.connect();
      await connector.write(psa.accountId, fields, { [server.name]: 'A', [workspace.name]: 'B' });
      await connector.write(psa.accountId, fields, { [server.name]: 'C' });
      expect(psa.valueOf(psa.accountId, workspace.name)).toBe('B');
    });

    it('finds its value there after an answer was lost', async () => {
      await psa.connect().ensure(fields);
      psa.cutAfterNextWrite();
      const writing = psa.connect().write(psa.accountId, fields, { [server.name]: 'Alder Joinery' });
      await expect(writing).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      expect(await psa.connect().write(psa.accountId, fields, { [server.name]: 'Alder Joinery' })).toBe('was-there');
    });

    it('makes a field anew that was removed since, and keeps the value', async () => {
      const connector = psa.connect();
      await connector.ensure(fields);
      psa.removeField(server.name);
      expect(await connector.write(psa.accountId, fields, { [server.name]: 'Alder Joinery' })).toBe('written');
      expect(psa.valueOf(psa.accountId, server.name)).toBe('Alder Joinery');
    });

    it('goes to another name when its own is taken by a field of another kind', async () => {
      psa.takeName(server.name);
      const connector = psa.connect();
      await connector.write(psa.accountId, fields, { [server.name]: 'Alder Joinery' });
      expect(psa.valueOf(psa.accountId, `${server.name} (2)`)).toBe('Alder Joinery');
      await psa.connect().ensure(fields);
      expect(psa.fieldNames().filter((name) => name.startsWith(server.name))).toHaveLength(2);
    });

    it('says that there is no room for more fields, and makes none', async () => {
      psa.fillUp();
      const before = psa.fieldNames().length;
      await expect(psa.connect().ensure(fields)).rejects.toBeInstanceOf(PsaFieldLimitReached);
      expect(psa.fieldNames()).toHaveLength(before);
    });

    it('says that an account is gone', async () => {
      expect(await psa.connect().write('999999999', fields, { [server.name]: 'x' })).toBe('account-gone');
    });

    it('says that the PSA is unavailable', async () => {
      psa.goDown();
      await expect(psa.connect().ensure(fields)).rejects.toBeInstanceOf(PsaUnavailable);
    });
  });
};
