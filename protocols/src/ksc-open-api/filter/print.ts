/** Tree to search filter text. `parseFilter(printFilter(filter))` is the same tree. */
import { UnencodableValue } from '../errors.ts';
import type { Filter, FilterValue } from './ast.ts';

/** @throws UnencodableValue when the tree holds what the language cannot say, such as a blank in an attribute */
export const printFilter = (filter: Filter): string => {
  switch (filter.kind) {
    case 'all':
      return '';
    case 'and':
      return `(&${printParts(filter.parts)})`;
    case 'or':
      return `(|${printParts(filter.parts)})`;
    case 'not':
      return `(!${printFilter(filter.part)})`;
    case 'compare':
      return `(${printAttribute(filter.attribute)} ${filter.operator} ${printValue(filter.value)})`;
    case 'bitTest': {
      const { attribute, mask, operator, expected } = filter;
      return `(${printAttribute(attribute)} & ${printInteger(mask)} ${operator} ${printInteger(expected)})`;
    }
  }
};

const printParts = (parts: Filter[]): string => {
  if (parts.length === 0) throw new UnencodableValue('The filter language has no "and" or "or" of nothing');
  return parts.map(printFilter).join('');
};

const printAttribute = (attribute: string): string => {
  if (!/^[A-Za-z0-9_.-]+$/.test(attribute)) {
    throw new UnencodableValue(`An attribute is letters, digits, "_", "-" and ".", not ${JSON.stringify(attribute)}`);
  }
  return attribute;
};

const printValue = (value: FilterValue): string => {
  switch (value.kind) {
    case 'int':
      return printInteger(value.value);
    case 'hex':
      return `0x${value.digits}`;
    case 'string':
      return `"${value.value.replaceAll('"', '""')}"`;
    case 'utc':
      return `T"${value.value.slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replace('T', ' ')}"`;
    case 'curtime':
      return `CURTIME(${value.offsetSeconds === 0 ? '' : printInteger(value.offsetSeconds)})`;
  }
};

const printInteger = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new UnencodableValue(`A whole number within 2^53 is needed, not ${value}`);
  return String(value);
};
