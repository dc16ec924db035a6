import type { z } from 'zod';
import { isSecretName, MASK, maskSecrets } from '../secrets/index.ts';

/** The parts of a schema's definition that are walked here. */
interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
  innerType?: z.ZodType;
  out?: z.ZodType;
  options?: z.ZodType[];
}
const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;

const isMarkedSecret = (schema: z.ZodType): boolean => {
  if (schema.meta()?.secret === true) return true;
  const { innerType } = defOf(schema);
  return innerType !== undefined && isMarkedSecret(innerType);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A checked value as an audit line may keep it: fields that are marked `.meta({ secret: true })` or have a secret's name
 * read `•••`. So does text that the schema says nothing about (`z.unknown()`), since nobody promised that it is none.
 */
export const auditableValue = (schema: z.ZodType, value: unknown, name = ''): unknown => {
  if (value === null || value === undefined) return value ?? null;
  if (isMarkedSecret(schema) || isSecretName(name)) return MASK;
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
      if (!isObject(value)) return MASK;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => {
          const field = def.shape?.[key];
          return [key, field ? auditableValue(field, inner, key) : MASK];
        }),
      );
    case 'record':
      if (!isObject(value)) return MASK;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          def.valueType ? auditableValue(def.valueType, inner, key) : MASK,
        ]),
      );
    case 'array': {
      const { element } = def;
      return Array.isArray(value) && element ? value.map((item) => auditableValue(element, item)) : MASK;
    }
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
    case 'catch':
      return def.innerType ? auditableValue(def.innerType, value, name) : MASK;
    case 'pipe':
      return def.out ? auditableValue(def.out, value, name) : MASK;
    case 'union': {
      const fitting = def.options?.find((option) => option.safeParse(value).success);
      return fitting ? auditableValue(fitting, value, name) : MASK;
    }
    case 'unknown':
    case 'any':
    case 'custom':
    case 'transform':
      return typeof value === 'string' || typeof value === 'object' ? MASK : value;
    default:
      return maskSecrets(value);
  }
};
