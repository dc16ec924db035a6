/**
 * The search filter language as a tree.
 *
 * Meaning, for whoever evaluates or translates it (`evaluate.ts` is the reference):
 * - Two-valued logic. A comparison is true or false, never unknown; `not` turns it round.
 * - A missing attribute (null in a database) makes every comparison false, except `<>`, which is true; but `<> ""`
 *   asks for "not empty" and is false for it. A bit test on a missing attribute is false.
 * - `= "*"` is true for every attribute that is there, an empty string included.
 * - Text compares without regard to case. `=` understands wildcards (`wildcards.ts`); no other operator does.
 * - A value is read as the type of the attribute (`read-value.ts`): "4" is a number beside a number, "True" a bool
 *   beside a bool, "2024-01-01" a time beside a time. What cannot be read so equals nothing: `<>` is true, all else
 *   false.
 * - Times compare by whole seconds.
 */

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type FilterValue =
  | { kind: 'int'; value: number }
  /** Binary, or a number beside a number. Lower case, an even number of digits. */
  | { kind: 'hex'; digits: string }
  | { kind: 'string'; value: string }
  /** `YYYY-MM-DDThh:mm:ssZ` */
  | { kind: 'utc'; value: string }
  /** The time of the evaluation plus so many seconds. */
  | { kind: 'curtime'; offsetSeconds: number };

export interface Comparison {
  kind: 'compare';
  attribute: string;
  operator: ComparisonOperator;
  value: FilterValue;
}

/** `(attribute & mask) = expected` or `<> expected`, on 64-bit two's complement integers. */
export interface BitTest {
  kind: 'bitTest';
  attribute: string;
  mask: number;
  operator: '=' | '<>';
  expected: number;
}

export type Condition =
  | { kind: 'and'; parts: Condition[] }
  | { kind: 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | Comparison
  | BitTest;

/** `all` is the empty filter: every object. */
export type Filter = { kind: 'all' } | Condition;

/** Every attribute that the filter names, once each, in the order of their first place. */
export const attributesOf = (filter: Filter): string[] => {
  const found = new Set<string>();
  const visit = (condition: Filter): void => {
    switch (condition.kind) {
      case 'and':
      case 'or':
        condition.parts.forEach(visit);
        return;
      case 'not':
        visit(condition.part);
        return;
      case 'compare':
      case 'bitTest':
        found.add(condition.attribute);
    }
  };
  visit(filter);
  return [...found];
};
