/** Known holes in installed software: what is searched, how grave it is, and what the last search found. */
export { openLastSearch } from './last-search.ts';
export { searchVulnerabilities } from './search.ts';
