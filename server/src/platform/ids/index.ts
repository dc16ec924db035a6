/** Names for things: sortable ids, random secrets and their hashes. Owns no table. */
export { hashOf, isSame, newId, randomSecret } from './ids.ts';
