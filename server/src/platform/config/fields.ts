import type { z } from 'zod';

/** A setting as its schema tells of it. */
export interface Field {
  key: string;
  kind: 'text' | 'number' | 'flag' | 'list';
  /** From `.meta({ help })`. */
  help: string;
  /** From `.meta({ secret: true })`: shown to nobody. */
  secret: boolean;
  schema: z.ZodType;
  /** Values that it may have, when these are few. */
  choices: readonly string[] | null;
}

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  entries?: Record<string, string>;
}

/** The schema below defaults, null and transforms. */
const core = (schema: z.ZodType): Def => {
  const def = schema.def as unknown as Def;
  const inner = def.innerType ?? def.in;
  return inner ? core(inner) : def;
};

const metaOf = (schema: z.ZodType): { help?: unknown; secret?: unknown } => {
  const own = schema.meta();
  if (own) return { help: own.help, secret: own.secret };
  const inner = (schema.def as unknown as Def).innerType;
  return inner ? metaOf(inner) : {};
};

export const fieldsOf = (schema: z.ZodObject): Field[] =>
  Object.entries(schema.shape).map(([key, raw]) => {
    const field = raw as z.ZodType;
    const def = core(field);
    const entries = def.entries ?? (def.element ? core(def.element).entries : undefined);
    const { help, secret } = metaOf(field);
    return {
      key,
      kind: def.type === 'number' ? 'number' : def.type === 'boolean' ? 'flag' : def.type === 'array' ? 'list' : 'text',
      help: typeof help === 'string' ? help : '',
      secret: secret === true,
      schema: field,
      choices: entries ? Object.values(entries) : null,
    };
  });

/** A value as it stands in a flag or variable, as what its setting wants. What does not fit stays text and is refused later. */
export const fromText = (kind: Field['kind'], text: string): unknown => {
  switch (kind) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'flag':
      if (/^(true|1|yes|on)$/i.test(text)) return true;
      return /^(false|0|no|off)$/i.test(text) ? false : text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
      return text;
  }
};
