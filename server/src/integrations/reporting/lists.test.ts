import type { ServiceReport } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { highestOf, pageOf, servicesOf } from './lists.ts';

const report = (sourceTenantName: string, more: Partial<ServiceReport> = {}): ServiceReport => ({
  integrationId: '019a0000-0000-7000-8000-000000000001',
  sourceId: '019a0000-0000-7000-8000-000000000002',
  sourceName: 'Main',
  sourceTenantId: sourceTenantName,
  sourceTenantName,
  accountId: '1',
  accountName: sourceTenantName,
  madeAt: '2026-03-05T09:00:00Z',
  problem: null,
  days: 30,
  startsOn: '2026-02-03',
  endsOn: '2026-03-05',
  managedDevices: 1,
  protectedDevices: 1,
  problemDevices: 0,
  newCriticalTickets: 0,
  closedCriticalTickets: 0,
  newWarningTickets: 0,
  closedWarningTickets: 0,
  newFunctionalFailureTickets: 0,
  closedFunctionalFailureTickets: 0,
  ...more,
});
const services = [
  report('Birch', { problemDevices: 2, managedDevices: 40 }),
  report('Alder', { problemDevices: 2, closedWarningTickets: 9 }),
  report('Café Cedar', { problemDevices: 7 }),
  report('Alder', { days: 7 }),
];
const names = (query: Partial<Parameters<typeof servicesOf>[1]>) =>
  servicesOf({ services, licenses: [], missing: 0 }, { days: 30, sort: 'client', ...query }).map(
    ({ sourceTenantName }) => sourceTenantName,
  );

describe('the list of service reports', () => {
  it('has the reports of one period, by client', () => {
    expect(names({})).toEqual(['Alder', 'Birch', 'Café Cedar']);
    expect(names({ days: 7 })).toEqual(['Alder']);
    expect(names({ descending: true })).toEqual(['Café Cedar', 'Birch', 'Alder']);
  });

  it('is sorted by any figure, and clients with the same figure by name', () => {
    expect(names({ sort: 'problemDevices' })).toEqual(['Alder', 'Birch', 'Café Cedar']);
    expect(names({ sort: 'problemDevices', descending: true })).toEqual(['Café Cedar', 'Alder', 'Birch']);
  });

  it('finds clients by a part of the name, whatever the accents', () => {
    expect(names({ text: 'cafe' })).toEqual(['Café Cedar']);
    expect(names({ text: ' LDE ' })).toEqual(['Alder']);
    expect(names({ text: 'oak' })).toEqual([]);
  });

  it('comes in pages that follow each other, and the last one has no next', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'];
    expect(pageOf(rows, { limit: 2 })).toEqual({ items: ['a', 'b'], next: '2', total: 5 });
    expect(pageOf(rows, { limit: 2, after: '4' })).toEqual({ items: ['e'], next: null, total: 5 });
    expect(pageOf(rows, { limit: 2, after: '900' })).toEqual({ items: [], next: null, total: 5 });
  });

  it('draws bars by the highest figures of all that match', () => {
    expect(highestOf(services)).toEqual({ devices: 40, tickets: 9 });
    expect(highestOf([])).toEqual({ devices: 0, tickets: 0 });
  });
});
