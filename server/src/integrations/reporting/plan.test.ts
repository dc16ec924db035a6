import type { LicenseReport, ServiceReport } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { planItems } from './plan.ts';
import { itemKinds, licenseItem, licenseKind, type ReportItem, serviceItem, serviceKind } from './psa-items.ts';

const client = {
  integrationId: '019a0000-0000-7000-8000-000000000001',
  sourceId: '019a0000-0000-7000-8000-000000000002',
  sourceName: 'Main',
  sourceTenantId: '12',
  sourceTenantName: 'Alder Joinery',
  accountId: '175',
  accountName: 'Alder',
  madeAt: '2026-03-05T09:00:00Z',
  problem: null,
};
const service: ServiceReport = {
  ...client,
  days: 7,
  startsOn: '2026-02-26',
  endsOn: '2026-03-05',
  managedDevices: 9,
  protectedDevices: 8,
  problemDevices: 2,
  newCriticalTickets: 1,
  closedCriticalTickets: 2,
  newWarningTickets: 3,
  closedWarningTickets: 4,
  newFunctionalFailureTickets: 5,
  closedFunctionalFailureTickets: 6,
};
const license: LicenseReport = {
  ...client,
  reportedOn: '2026-03-05',
  licenseId: '1A2B-000451-5E21A0D8',
  application: 'Endpoint Security',
  periodDays: 365,
  expiresOn: '2026-12-31',
  limit: 10,
  clientDevices: 4,
  totalDevices: 11,
  isOver90Percent: true,
  isExceeded: true,
  information: 'Ordered in March',
  support: '',
};

describe('reports as items of the PSA', () => {
  it('every figure of a service report has a field of its kind', () => {
    const { values, kind } = serviceItem(service);
    expect(kind).toBe(serviceKind);
    expect(values).toEqual({
      'Kaspersky report period': '7 days',
      'Kaspersky report start date': '2026-02-26',
      'Kaspersky report end date': '2026-03-05',
      'Kaspersky managed computers': 9,
      'Kaspersky protected computers': 8,
      'Kaspersky new critical tickets': 1,
      'Kaspersky closed critical tickets': 2,
      'Kaspersky new warning tickets': 3,
      'Kaspersky closed warning tickets': 4,
      'Kaspersky new functional failure tickets': 5,
      'Kaspersky closed functional failure tickets': 6,
      'Kaspersky problem computers': 2,
    });
  });

  it('every figure of a license report has a field of its kind', () => {
    const { values, kind } = licenseItem(license);
    expect(kind).toBe(licenseKind);
    expect(values).toEqual({
      'Kaspersky report date': '2026-03-05',
      'Kaspersky license ID': '1A2B-000451-5E21A0D8',
      'Kaspersky security application name': 'Endpoint Security',
      'Kaspersky license period': '365 days',
      'Kaspersky license expiration date': '2026-12-31',
      'Kaspersky license restriction': 10,
      'Kaspersky company computers using license': 4,
      'Kaspersky total computers using license': 11,
      'Kaspersky key more than 90 percent used': 'Yes',
      'Kaspersky key exceeded restriction': 'Yes',
      'Kaspersky license information': 'Ordered in March',
      'Kaspersky support information': null,
    });
  });

  it('names and keys are as long as the PSA takes', () => {
    for (const { fields } of itemKinds) for (const { name } of fields) expect(name.length).toBeLessThanOrEqual(45);
    const long = { sourceTenantId: '9'.repeat(15), licenseId: 'x'.repeat(500) };
    expect(licenseItem({ ...license, ...long }).key.length).toBeLessThanOrEqual(100);
    expect(serviceItem({ ...service, ...long }).key.length).toBeLessThanOrEqual(100);
  });

  it('a report keeps its key from day to day, and each client, period and license has its own', () => {
    const { key } = serviceItem(service);
    expect(serviceItem({ ...service, endsOn: '2026-03-06', managedDevices: 1 }).key).toBe(key);
    expect(serviceItem({ ...service, days: 30 }).key).not.toBe(key);
    expect(serviceItem({ ...service, sourceTenantId: '13' }).key).not.toBe(key);
    expect(licenseItem({ ...license, licenseId: 'B' }).key).not.toBe(licenseItem(license).key);
  });
});

describe('what is written', () => {
  const item = serviceItem(service);
  const kept = (more: Partial<ReportItem> = {}, isWanted = true) => ({ ...item, ...more, isWanted });

  it('is what is new or differs, and nothing else', () => {
    expect(planItems([item], []).put).toEqual([item]);
    expect(planItems([item], [kept()])).toEqual({ put: [], retire: [] });
    expect(planItems([item], [kept({ values: { ...item.values, 'Kaspersky managed computers': 8 } })]).put).toEqual([
      item,
    ]);
    expect(planItems([item], [kept({ title: 'Old' })]).put).toEqual([item]);
  });

  it('a report that is no longer made is switched off once, and comes back when it is made again', () => {
    expect(planItems([], [kept()]).retire).toHaveLength(1);
    expect(planItems([], [kept({}, false)])).toEqual({ put: [], retire: [] });
    expect(planItems([item], [kept({}, false)]).put).toEqual([item]);
  });

  it('moves with its client to another account: an item stays at its company for good', () => {
    const { put, retire } = planItems([{ ...item, accountId: '176' }], [kept()]);
    expect(put.map(({ accountId }) => accountId)).toEqual(['176']);
    expect(retire.map(({ accountId }) => accountId)).toEqual(['175']);
  });
});
