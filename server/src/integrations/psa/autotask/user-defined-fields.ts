import { z } from 'zod';
import { PsaAnswerUnreadable, PsaFieldLimitReached, PsaRefused } from '../errors.ts';
import type { AutotaskClient, Row } from './client.ts';
import { fit } from './text.ts';

const NAME_LENGTH = 45;
const DESCRIPTION_LENGTH = 128;
const ENTITY = 'UserDefinedFieldDefinitions';

export type FieldKind = 'text' | 'number' | 'date';
export interface WantedField {
  name: string;
  kind: FieldKind;
  description?: string;
}
/** A field as the database has it. `name` is what values are written by. */
export interface OwnField {
  id: number;
  name: string;
  kind: FieldKind;
}

/** What the fields belong to. Labels differ between databases: configuration items were installed products once. */
export const owners = {
  company: {
    entity: 'Companies',
    called: 'companies',
    label: /^(account|compan(y|ies)|organi[sz]ations?)$/i,
    most: 200,
  },
  item: {
    entity: 'ConfigurationItems',
    called: 'configuration items',
    label: /install|config|asset|device/i,
    most: 500,
  },
} as const;
export type Owner = keyof typeof owners;

const kindLabels: Record<FieldKind, RegExp> = { text: /^(string|text)/i, number: /^num/i, date: /^date/i };

const Metadata = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      picklistValues: z
        .array(z.object({ value: z.union([z.string(), z.number()]).transform(String), label: z.string() }))
        .nullish(),
    }),
  ),
});

const same = (a: unknown, b: string): boolean => String(a).toLowerCase() === b.toLowerCase();

/** The name to go to when the wanted one belongs to a field of another kind. */
const alternate = (name: string): string => `${name.slice(0, NAME_LENGTH - 4)} (2)`;

/** Definitions of user-defined fields: found by name, made when absent, switched on when off, never made twice. */
export const userDefinedFields = (client: AutotaskClient) => {
  const idsOf = async (owner: Owner): Promise<{ udfType: number; dataTypes: Record<FieldKind, number> }> => {
    const read = Metadata.safeParse(await client.read(ENTITY, `${ENTITY}/entityInformation/fields`));
    if (!read.success) throw new PsaAnswerUnreadable('Autotask describes user-defined fields in an unknown shape');
    const choice = (field: string, label: RegExp, what: string): number => {
      const values = read.data.fields.find(({ name }) => same(name, field))?.picklistValues ?? [];
      const found = values.find((value) => label.test(value.label.trim()));
      if (!found) throw new PsaAnswerUnreadable(`Autotask offers no user-defined fields ${what}`);
      return Number(found.value);
    };
    return {
      udfType: choice('udfType', owners[owner].label, `of ${owners[owner].called}`),
      dataTypes: {
        text: choice('dataType', kindLabels.text, 'that hold text'),
        number: choice('dataType', kindLabels.number, 'that hold numbers'),
        date: choice('dataType', kindLabels.date, 'that hold dates'),
      },
    };
  };

  return {
    /**
     * @returns the fields by the names that were wanted
     * @throws PsaFieldLimitReached before anything is made that would not fit
     */
    async ensure(owner: Owner, wanted: WantedField[]): Promise<Map<string, OwnField>> {
      const { udfType, dataTypes } = await idsOf(owner);
      const rows = await client.query(ENTITY, {
        filter: [{ op: 'eq', field: 'udfType', value: udfType }],
        IncludeFields: ['id', 'name', 'dataType', 'isActive'],
      });
      rows.sort((a, b) => Number(a['id']) - Number(b['id']));

      const named = (name: string): Row[] => rows.filter((row) => same(row['name'], name));
      const place = ({ name, kind }: WantedField): { name: string; row: Row | undefined } => {
        const isFitting = (row: Row) => row['dataType'] === dataTypes[kind];
        const first = named(name);
        if (first.length === 0 || first.some(isFitting)) {
          return {
            name,
            row: first.find((row) => isFitting(row) && row['isActive'] !== false) ?? first.find(isFitting),
          };
        }
        const other = alternate(name);
        const second = named(other);
        if (second.length > 0 && !second.some(isFitting)) {
          throw new PsaRefused(
            `Autotask has fields "${name}" and "${other}" of another data type; rename one of them in Autotask`,
          );
        }
        return {
          name: other,
          row: second.find((row) => isFitting(row) && row['isActive'] !== false) ?? second.find(isFitting),
        };
      };

      const plan = wanted.map((field) => ({ field, ...place(field) }));
      const missing = plan.filter(({ row }) => row?.['isActive'] !== true);
      const active = rows.filter((row) => row['isActive'] !== false).length;
      const { most, called } = owners[owner];
      if (missing.length > 0 && active + missing.length > most) {
        throw new PsaFieldLimitReached(
          `Autotask takes at most ${most} active user-defined fields of ${called}; ${active} are there and ${missing.length} more are needed. Deactivate some in Autotask`,
        );
      }

      const fields = new Map<string, OwnField>();
      for (const { field, name, row } of plan) {
        let id = Number(row?.['id']);
        if (!row) {
          const created = await client.create(
            ENTITY,
            ENTITY,
            {
              name,
              udfType,
              dataType: dataTypes[field.kind],
              description: fit(field.description ?? '', DESCRIPTION_LENGTH),
              isActive: true,
            },
            { priority: 'sync' },
          );
          id = Number(created);
        } else if (row['isActive'] === false) {
          await client.patch(ENTITY, { id, isActive: true }, { priority: 'sync' });
        }
        fields.set(field.name, { id, name: row ? String(row['name']) : name, kind: field.kind });
      }
      return fields;
    },
  };
};

/** Values of an entity's row by field name; a row without any says nothing of them at all. */
export const valuesOf = (row: Row): Map<string, string | null> => {
  const sent = row['userDefinedFields'];
  if (!Array.isArray(sent)) return new Map();
  return new Map(
    sent.flatMap((each: { name?: unknown; value?: unknown }): [string, string | null][] =>
      typeof each?.name === 'string'
        ? [
            [
              each.name,
              each.value === null || each.value === undefined || each.value === '' ? null : String(each.value),
            ],
          ]
        : [],
    ),
  );
};

/** As Autotask takes a value. */
export const written = (kind: FieldKind, value: string | number | null): string | null => {
  if (value === null || value === '') return null;
  return kind === 'date' ? `${String(value).slice(0, 10)}T00:00:00Z` : String(value);
};

/** The same value, however the database writes it. */
export const isSameValue = (kind: FieldKind, have: string | null, want: string | null): boolean => {
  if (have === null || want === null) return have === want;
  if (kind === 'number') return Number(have) === Number(want);
  if (kind === 'date') return have.slice(0, 10) === want.slice(0, 10);
  return have.trim() === want.trim();
};
