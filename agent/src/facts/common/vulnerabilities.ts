import { fact } from '../fact.ts';

/** What the last search found. Searching takes long, so it is not done for every sync. */
export const vulnerabilities = fact({
  name: 'vulnerabilities',
  collect: async (sources) => sources.vulnerabilities(),
});
