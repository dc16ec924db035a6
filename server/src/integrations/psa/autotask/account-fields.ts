import type { AccountField, PsaAccountFields } from '../connector-account-fields.ts';
import { PsaReferenceInvalid, PsaRefused } from '../errors.ts';
import type { AutotaskClient } from './client.ts';
import { fit } from './text.ts';
import { isSameValue, type OwnField, userDefinedFields, valuesOf, written } from './user-defined-fields.ts';

const VALUE_LENGTH = 8_000;

/** User-defined fields of companies. */
export const autotaskAccountFields = (client: AutotaskClient): PsaAccountFields => {
  const definitions = userDefinedFields(client);
  let known = new Map<string, OwnField>();

  const ensure = async (fields: AccountField[]): Promise<void> => {
    const ensured = await definitions.ensure(
      'company',
      fields.map((field) => ({ ...field, kind: 'text' as const })),
    );
    known = new Map([...known, ...ensured]);
  };

  /** What has to be changed of the company; null when it is gone. */
  const differing = async (
    accountId: string,
    values: Record<string, string | null>,
  ): Promise<{ name: string; value: string | null }[] | null> => {
    const row = await client.get('Companies', accountId);
    if (!row) return null;
    const have = valuesOf(row);
    return Object.entries(values).flatMap(([wantedName, wanted]) => {
      const name = known.get(wantedName)?.name ?? wantedName;
      const value = written('text', wanted === null ? null : fit(wanted, VALUE_LENGTH));
      return isSameValue('text', have.get(name) ?? null, value) ? [] : [{ name, value }];
    });
  };

  const send = async (accountId: string, changes: { name: string; value: string | null }[]): Promise<boolean> => {
    try {
      const row = { id: Number(accountId), userDefinedFields: changes };
      await client.patch('Companies', row, { priority: 'sync' });
      return true;
    } catch (error) {
      // Somebody renamed or removed a field: the caller makes it anew.
      if (error instanceof PsaReferenceInvalid) return false;
      throw error;
    }
  };

  return {
    ensure,

    async write(accountId, fields, values) {
      if (Object.keys(values).some((name) => !known.has(name))) await ensure(fields);
      const first = await differing(accountId, values);
      if (first === null) return 'account-gone';
      if (first.length === 0) return 'was-there';
      await send(accountId, first);
      let left = await differing(accountId, values);
      if (left === null) return 'account-gone';
      if (left.length > 0) {
        // A field that is gone takes no value, and says so or not; and some releases empty by an empty text only.
        await ensure(fields);
        const again = await differing(accountId, values);
        if (again === null) return 'account-gone';
        await send(
          accountId,
          again.map(({ name, value }) => ({ name, value: value ?? '' })),
        );
        left = await differing(accountId, values);
        if (left === null) return 'account-gone';
      }
      if (left.length === 0) return 'written';
      throw new PsaRefused(
        `Autotask does not keep the value of ${left.map(({ name }) => `"${name}"`).join(', ')} of company ${accountId}; see whether the field is protected`,
      );
    },
  };
};
