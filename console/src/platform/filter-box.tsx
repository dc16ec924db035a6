import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useRef } from 'react';
import { platformMessages } from './messages.ts';
import { useShortcuts } from './shortcuts.tsx';
import { useText } from './texts.ts';

/** One way to ask for a property, kept in a parameter of the address of its own. */
export interface FilterOperator {
  operator: '=' | '!=' | ':' | '!:' | '^';
  key: string;
  /** What was typed, as the address keeps it, and back; undefined for what another operator of the same key wrote. */
  write?(typed: string): string;
  read?(kept: string): string | undefined;
}

/** A property that a list can be filtered by; its key is the name of the parameter in the address. */
export interface FilterProperty {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** Only one value can be asked for at a time. */
  single?: boolean;
  /** Left out: is one of the values. */
  operators?: readonly FilterOperator[];
}
/** What the address says of the filters: values by key; `text` is the free text. */
export type FilterValues = Record<string, string | string[] | undefined>;

const operatorsOf = ({ key, operators }: FilterProperty): readonly FilterOperator[] =>
  operators ?? [{ operator: '=', key }];
/** Of several known values one token tells all; of typed ones each has its own. */
const isTyped = ({ operators }: FilterProperty): boolean => operators?.some(({ write }) => write) ?? false;

/** Text with `*` around it, as the address keeps what contains, begins with or is exactly the text. */
export const maskOperators = (key: string, notKey?: string): readonly FilterOperator[] => {
  const plain = (kept: string) => (/[*?]/.test(kept) ? undefined : kept);
  const inner = (kept: string) => (/^\*[^*?]+\*$/.test(kept) ? kept.slice(1, -1) : undefined);
  const begin = (kept: string) => (/^[^*?]+\*$/.test(kept) ? kept.slice(0, -1) : undefined);
  const contains = { write: (typed: string) => `*${typed}*`, read: inner };
  return [
    { operator: ':', key, ...contains },
    // Whatever else was written by hand is shown as it is.
    {
      operator: '=',
      key,
      write: (typed) => typed,
      read: (kept) => (plain(kept) !== undefined || (inner(kept) ?? begin(kept)) === undefined ? kept : undefined),
    },
    { operator: '^', key, write: (typed) => `${typed}*`, read: begin },
    ...(notKey === undefined
      ? []
      : [
          {
            operator: '!:' as const,
            key: notKey,
            write: (typed: string) => (/[*?]/.test(typed) ? typed : `*${typed}*`),
            read: (kept: string) => inner(kept) ?? kept,
          },
        ]),
  ];
};

/** The filters of the address as tokens. */
export const tokensOf = (values: FilterValues, properties: readonly FilterProperty[]): PropertyFilterProps.Query => ({
  operation: 'and',
  tokens: [
    ...properties.flatMap((property) =>
      operatorsOf(property).flatMap(({ operator, key, read = (kept) => kept }) => {
        const kept = [values[key] ?? []].flat();
        const shown = kept.flatMap((each) => read(each) ?? []);
        const tokens = property.single || isTyped(property) ? shown : shown.length > 0 ? [shown] : [];
        return tokens.map((value) => ({ propertyKey: property.key, operator, value }));
      }),
    ),
    ...(typeof values.text === 'string' && values.text !== '' ? [{ operator: ':' as const, value: values.text }] : []),
  ],
});

/** The tokens as filters of the address: every property is named, so that what was removed goes away. */
export const valuesOf = (query: PropertyFilterProps.Query, properties: readonly FilterProperty[]): FilterValues => {
  const values: FilterValues = { text: undefined };
  for (const property of properties) {
    const gathered = new Map<string, string[]>();
    for (const { operator, key, write = (typed: string) => typed } of operatorsOf(property)) {
      const chosen = query.tokens
        .filter((token) => token.propertyKey === property.key && token.operator === operator)
        .flatMap(({ value }) => [value].flat() as string[])
        .filter((value) => value !== '');
      gathered.set(key, [...(gathered.get(key) ?? []), ...chosen.map(write)]);
    }
    for (const [key, chosen] of gathered) {
      values[key] = chosen.length === 0 ? undefined : property.single ? chosen.at(-1) : [...new Set(chosen)];
    }
  }
  // Two texts are one search with both words.
  const words = query.tokens.filter((token) => token.propertyKey === undefined).map(({ value }) => String(value));
  if (words.length > 0) values.text = words.join(' ').slice(0, 200);
  return values;
};

/** The filter of a list; `/` goes to it. */
export const FilterBox = ({
  label,
  values,
  properties,
  placeholder,
  countText,
  withText = true,
  onChange,
}: {
  label: string;
  values: FilterValues;
  properties: readonly FilterProperty[];
  placeholder?: string;
  countText?: string;
  /** Free text besides the properties. */
  withText?: boolean;
  onChange(values: FilterValues): void;
}) => {
  const text = useText(platformMessages);
  const box = useRef<PropertyFilterProps.Ref>(null);
  useShortcuts([{ keys: '/', label: text('shortcutFilter'), run: () => box.current?.focus() }]);
  const wordOf = (key: string) => (value: unknown) =>
    [value]
      .flat()
      .map(
        (each) =>
          properties.find((property) => property.key === key)?.options.find((option) => option.value === each)?.label ??
          String(each),
      )
      .join(', ');
  return (
    <PropertyFilter
      ref={box}
      query={tokensOf(values, properties)}
      onChange={({ detail }) => onChange(valuesOf(detail, properties))}
      filteringProperties={properties.map((property) => ({
        key: property.key,
        propertyLabel: property.label,
        groupValuesLabel: property.label,
        defaultOperator: operatorsOf(property)[0]?.operator,
        operators: operatorsOf(property).map(({ operator }) => ({
          operator,
          tokenType: property.single || isTyped(property) ? ('value' as const) : ('enum' as const),
          format: wordOf(property.key),
        })),
      }))}
      filteringOptions={properties.flatMap(({ key, options }) =>
        options.map((option) => ({ propertyKey: key, ...option })),
      )}
      freeTextFiltering={{ operators: [':'], defaultOperator: ':' }}
      disableFreeTextFiltering={!withText}
      hideOperations
      filteringAriaLabel={text('filterList', { label })}
      filteringPlaceholder={placeholder ?? text('filterPlaceholder')}
      filteringEmpty={text('filterNothing')}
      countText={countText}
      expandToViewport
      virtualScroll={properties.some(({ options }) => options.length > 100)}
    />
  );
};
