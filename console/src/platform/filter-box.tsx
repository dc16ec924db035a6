import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useRef } from 'react';
import { platformMessages } from './messages.ts';
import { useShortcuts } from './shortcuts.tsx';
import { useText } from './texts.ts';

/** A property that a list can be filtered by; its key is the name of the parameter in the address. */
export interface FilterProperty {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** Only one value can be asked for at a time. */
  single?: boolean;
}
/** What the address says of the filters: values by key; `text` is the free text. */
export type FilterValues = Record<string, string | string[] | undefined>;

/** The filters of the address as tokens. */
export const tokensOf = (values: FilterValues, properties: readonly FilterProperty[]): PropertyFilterProps.Query => ({
  operation: 'and',
  tokens: [
    ...properties.flatMap(({ key, single }) => {
      const value = values[key];
      if (value === undefined || value.length === 0) return [];
      return [{ propertyKey: key, operator: '=' as const, value: single ? value : [value].flat() }];
    }),
    ...(typeof values.text === 'string' && values.text !== '' ? [{ operator: ':' as const, value: values.text }] : []),
  ],
});

/** The tokens as filters of the address: every property is named, so that what was removed goes away. */
export const valuesOf = (query: PropertyFilterProps.Query, properties: readonly FilterProperty[]): FilterValues => {
  const values: FilterValues = { text: undefined };
  for (const { key, single } of properties) {
    const chosen = query.tokens
      .filter((token) => token.propertyKey === key)
      .flatMap(({ value }) => [value].flat() as string[]);
    values[key] = chosen.length === 0 ? undefined : single ? chosen.at(-1) : [...new Set(chosen)];
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
      filteringProperties={properties.map(({ key, label: propertyLabel, single }) => ({
        key,
        propertyLabel,
        groupValuesLabel: propertyLabel,
        operators: [{ operator: '=', tokenType: single ? ('value' as const) : ('enum' as const), format: wordOf(key) }],
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
