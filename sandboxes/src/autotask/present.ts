import type { Database } from './database.ts';
import type { EntitySpec, Scalar, StoredRow } from './entities/entity.ts';
import { udfKindOf } from './metadata.ts';
import { writeDateTime } from './times.ts';

/** Protected values are never shown. */
const MASK = '*****';

interface Shape {
  /** Names in output casing; null shows all. */
  fields: ReadonlySet<string> | null;
  /** Ids of definitions; null shows all. */
  udfIds: ReadonlySet<number> | null;
}
export const everything: Shape = { fields: null, udfIds: null };

/** Rows as the API gives them out. Whether UDFs appear depends on all rows of the answer together. */
export const present = (db: Database, spec: EntitySpec, rows: StoredRow[], shape: Shape): Record<string, unknown>[] => {
  const fields = spec.fields.filter((field) => shape.fields?.has(field.name) ?? true);
  const definitions = db.udfDefinitions(spec).filter(({ values }) => shape.udfIds?.has(values.id) ?? true);
  const anyUdf = rows.some((row) => definitions.some(({ values }) => row.udf[values.id] !== undefined));
  const wantsUdf = spec.udfType !== null && (shape.fields === null || definitions.length > 0 || shape.udfIds === null);
  const showsUdf = wantsUdf && (anyUdf || db.switches.udfWhenEmpty === 'empty-array');
  return rows.map((row) => ({
    ...Object.fromEntries(
      fields.map((field) => [field.name, shown(row.values[field.name] ?? null, field.dataType === 'datetime')]),
    ),
    ...(showsUdf && {
      userDefinedFields: anyUdf
        ? definitions.map(({ values }) => {
            const value = shown(row.udf[values.id] ?? null, udfKindOf(values.dataType) === 'datetime');
            return { name: values.name, value: value !== null && values.isProtected === true ? MASK : value };
          })
        : [],
    }),
  }));
};

const shown = (value: Scalar, isDateTime: boolean): Scalar =>
  isDateTime && typeof value === 'string' ? writeDateTime(value) : value;
