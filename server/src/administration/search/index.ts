/** The Open API's filter language as SQL of both stores, with the meaning it has in memory. Owns no table. */
export {
  checkOrder,
  compileSearch,
  type MemberAttribute,
  type Piece,
  type SearchAttribute,
  type SearchAttributes,
  type SearchDialect,
  type TextsAttribute,
} from './compile.ts';
export { clickhouseSearch, clickhouseText, postgresqlSearch } from './dialects.ts';
export { postgresqlCondition } from './store-condition.ts';
