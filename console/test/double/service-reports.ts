import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const clients = [
  'Alder Joinery',
  'Birchwood Dental',
  'Cedar Lane Logistics',
  'Dogwood Accounting and Tax Advice for Small Businesses',
  'Elm Bakery',
  'Fir Office Supplies',
];
const DAY_MS = 86_400_000;
const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

const clientOf = (name: string, at: number) => ({
  integrationId: idOf('integration Our Autotask'),
  sourceId: idOf('source main'),
  sourceName: 'This Administration Server',
  sourceTenantId: String(at + 1),
  sourceTenantName: name,
  accountId: String(175 + at),
  accountName: at === 1 ? 'Birchwood Dental Ltd.' : name,
  madeAt: new Date(Date.now() - 3_600_000 * (at + 1)).toISOString(),
  problem: at === 4 ? 'The server does not answer at this address' : null,
});

const serviceOf = (name: string, at: number, days: contract.ReportPeriod): contract.ServiceReport => {
  const share = days === 7 ? 1 : 4;
  return {
    ...clientOf(name, at),
    days,
    startsOn: day(-days),
    endsOn: day(0),
    managedDevices: [42, 12, 180, 7, 23, 96][at] ?? 0,
    protectedDevices: [40, 12, 171, 3, 23, 96][at] ?? 0,
    problemDevices: [3, 0, 22, 4, 1, 8][at] ?? 0,
    newCriticalTickets: ([2, 0, 9, 1, 0, 3][at] ?? 0) * share,
    closedCriticalTickets: ([1, 0, 8, 0, 0, 3][at] ?? 0) * share,
    newWarningTickets: ([4, 1, 14, 2, 1, 5][at] ?? 0) * share,
    closedWarningTickets: ([4, 1, 11, 0, 1, 6][at] ?? 0) * share,
    newFunctionalFailureTickets: ([0, 0, 2, 0, 0, 1][at] ?? 0) * share,
    closedFunctionalFailureTickets: ([0, 0, 2, 0, 0, 0][at] ?? 0) * share,
  };
};

const keyOf = (at: number, more: Partial<contract.LicenseReport>): contract.LicenseReport => ({
  ...clientOf(clients[at] ?? '', at),
  reportedOn: day(0),
  licenseId: `1A2B-00045${at}-5E21A0D8`,
  application: 'Kaspersky Endpoint Security for Business - Select',
  periodDays: 365,
  expiresOn: day(200),
  limit: 300,
  clientDevices: 42,
  totalDevices: 214,
  isOver90Percent: false,
  isExceeded: false,
  information: '',
  support: '',
  ...more,
});
const keys: contract.LicenseReport[] = [
  keyOf(0, { information: 'Order 2026-17', support: 'support@reseller.example' }),
  keyOf(1, {
    clientDevices: 12,
    totalDevices: 12,
    limit: 10,
    isOver90Percent: true,
    isExceeded: true,
    expiresOn: day(12),
  }),
  keyOf(2, { clientDevices: 180, totalDevices: 190, limit: 200, isOver90Percent: true }),
  keyOf(3, { clientDevices: 7, limit: null, totalDevices: 7, expiresOn: null, application: 'Subscription' }),
  keyOf(4, { clientDevices: 23, totalDevices: null, isOver90Percent: null, isExceeded: null }),
];

/** Service reports of six clients, five keys, and one integration whose product has to be chosen. */
export const answerServiceReports = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  const isFull = kind === 'full';
  const updates: string[] = [];
  const matches = (text: string | undefined, name: string) => name.toLowerCase().includes((text ?? '').toLowerCase());
  let settings: contract.ReportSettings = {
    supported: true,
    enabled: true,
    productId: null,
    products: [
      { id: '201', name: 'Antivirus report', active: true },
      { id: '202', name: 'Old product', active: false },
    ],
    problem: 'Reports wait for a product: choose the one that they are items of',
    items: { done: 0, waiting: 17, problems: [] },
    accountFields: {
      supported: true,
      names: ['Kaspersky virtual server', 'Kaspersky workspace', 'Kaspersky workspace URL'],
      done: 4,
      waiting: 0,
      problems: [
        { problem: 'Autotask takes at most 200 active user-defined fields of companies; 200 are there', count: 2 },
      ],
    },
  };
  on(contract.listServiceReports, ({ query }) => {
    const items = isFull
      ? clients
          .map((name, at) => serviceOf(name, at, query.days))
          .filter(({ sourceTenantName }) => matches(query.text, sourceTenantName))
          .sort((a, b) => {
            const by = query.sort === 'client' ? 0 : a[query.sort] - b[query.sort];
            return query.descending ? -by : by;
          })
      : [];
    return { items, next: null, total: items.length, highest: { devices: 180, tickets: 56 }, missing: isFull ? 2 : 0 };
  });
  on(contract.listLicenseReports, ({ query }) => {
    const items = isFull
      ? keys
          .filter((key) => matches(query.text, `${key.sourceTenantName} ${key.application} ${key.licenseId}`))
          .filter((key) => !query.problems || key.isOver90Percent || key.isExceeded)
      : [];
    return { items, next: null, total: items.length };
  });
  on(contract.updateServiceReports, () => {
    updates.push('update');
    return {};
  });
  on(contract.restoreAccountFields, () => {
    updates.push('restore');
    settings = {
      ...settings,
      accountFields: { ...settings.accountFields, done: 0, waiting: 6, problems: [] },
    };
    return {};
  });
  on(contract.getReportSettings, () => settings);
  on(contract.putReportSettings, ({ body }) => {
    if (body.productId === '201') {
      throw new Refusal(400, 'reports.product-unusable', 'The product Antivirus report is inactive in the PSA', [
        { where: 'body.productId', what: 'The product Antivirus report is inactive in the PSA: make it active there' },
      ]);
    }
    settings = { ...settings, ...body, problem: null };
    return settings;
  });
  return { updates };
};
