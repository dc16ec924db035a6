/** The search filter language: text, tree, meaning. */
export {
  attributesOf,
  type BitTest,
  type Comparison,
  type ComparisonOperator,
  type Condition,
  type Filter,
  type FilterValue,
} from './ast.ts';
export { checkAttributes, FilterSyntaxError, UnknownAttribute } from './errors.ts';
export { type AttributeValue, compileFilter, evaluateFilter, type Lookup, lookupIn } from './evaluate.ts';
export { MAX_FILTER_DEPTH, MAX_FILTER_LENGTH, parseFilter } from './parse.ts';
export { printFilter } from './print.ts';
export { readAsBoolNumber, readAsBytes, readAsNumber, readAsTime } from './read-value.ts';
export {
  hasWildcards,
  literalPattern,
  matchesWildcards,
  parseWildcards,
  type WildcardPart,
  wildcardsToLike,
  wildcardsToRegex,
} from './wildcards.ts';
