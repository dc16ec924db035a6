import { fact } from '../fact.ts';

const MOST = 500;

/** Objects that were moved away and can be restored, newest first. */
export const quarantine = fact({
  name: 'quarantine',
  collect: async ({ quarantined }) => quarantined().slice(0, MOST),
});
