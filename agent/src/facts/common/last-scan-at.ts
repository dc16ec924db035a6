import { fact } from '../fact.ts';

export const lastScanAt = fact({
  name: 'lastScanAt',
  collect: async (sources) => sources.lastScanAt()?.toISOString() ?? null,
});
