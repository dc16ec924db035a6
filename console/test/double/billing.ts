import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const DAY_MS = 86_400_000;
const ADVANCED = 'Kaspersky Endpoint Security for Business - Advanced';
const CLOUD = 'Kaspersky Endpoint Security Cloud Plus';
const MAIL = 'Kaspersky Security for Mail Server';
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const day = (days: number) => ago(days).slice(0, 10);

const counts = (workstations: number, servers: number, other: number, unknown = 0): contract.BilledDevices => ({
  'windows-workstation': workstations,
  'windows-server': servers,
  'non-windows': other,
  unknown,
  total: workstations + servers + other + unknown,
});
const noServices: contract.ApplicationServices = {
  all: null,
  'windows-workstation': null,
  'windows-server': null,
  'non-windows': null,
};

const services: contract.PsaServiceView[] = [
  { id: '101', name: 'Endpoint protection, workstation', active: true, period: 'Monthly', unitPrice: '4.50' },
  { id: '102', name: 'Endpoint protection, server', active: true, period: 'Monthly', unitPrice: '9.00' },
  { id: '103', name: 'Endpoint protection, other device', active: true, period: 'Monthly', unitPrice: '3.00' },
  { id: '105', name: 'Antivirus (retired)', active: false, period: 'Monthly', unitPrice: '2.50' },
];

const clients = ['Northwind Dental', 'Alder Joinery', 'Birchwood Logistics', 'Cedar & Sons'];

/** Billing of one connection: two clients with changes that wait, one that is held up, and a journal of two months. */
export const answerBilling = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const integrationId = idOf('integration');
  const sourceId = idOf('source');
  const place = (at: number) => ({
    integrationId,
    sourceId,
    sourceTenantId: String(at + 1),
    tenantName: clients[at] ?? '',
    accountId: String(175 + at),
    accountName: `${clients[at]} Ltd`,
    contractId: String(29_684_183 + at),
    contractName: `Managed security ${at + 1}`,
  });
  const line = (number: number, at: number, more: Partial<contract.Adjustment>): contract.Adjustment => {
    const had = more.had ?? 90;
    const wanted = more.wanted ?? 92;
    return {
      id: idOf(`adjustment ${String(number).padStart(4, '0')}`),
      ...place(at),
      serviceId: '101',
      serviceName: 'Endpoint protection, workstation',
      parts: [{ application: ADVANCED, category: 'windows-workstation', devices: wanted }],
      effectiveOn: day(0),
      state: 'confirmed',
      why: `${wanted} Windows workstations of ${ADVANCED}: +2 from ${day(0)}`,
      asks: null,
      problem: null,
      plannedAt: ago(number),
      decidedBy: null,
      decidedAt: null,
      reason: null,
      endedAt: ago(number),
      ...more,
      had,
      wanted,
      change: wanted - had,
    };
  };
  const waits = { state: 'waiting', endedAt: null } as const;
  const lines: contract.Adjustment[] =
    kind === 'empty'
      ? []
      : [
          line(0, 0, {
            ...waits,
            had: 0,
            wanted: 90,
            why: `90 Windows workstations of ${ADVANCED}: +90 from ${day(0)}`,
            asks: 'It is the first change of this contract',
          }),
          line(1, 0, {
            ...waits,
            had: 0,
            wanted: 10,
            serviceId: '102',
            serviceName: 'Endpoint protection, server',
            parts: [{ application: ADVANCED, category: 'windows-server', devices: 10 }],
          }),
          line(2, 1, {
            ...waits,
            had: 40,
            wanted: 12,
            why: `12 Windows workstations of ${ADVANCED}: −28 from ${day(0)}`,
            asks: 'It is a change by 70 %, more than 20 %',
          }),
          line(3, 2, {
            state: 'unknown',
            endedAt: null,
            problem: 'The connection to Autotask ended before it answered a write',
          }),
          line(4, 1, {
            state: 'rejected',
            had: 40,
            wanted: 44,
            decidedBy: 'grace',
            decidedAt: ago(4),
            reason: 'Loaned for the fair',
          }),
          line(5, 2, {
            state: 'failed',
            problem: 'The contract Managed security 3 takes no change any more: it ended on 2026-01-31',
          }),
          ...Array.from({ length: 60 }, (_, at) => line(6 + at, at % 4, { had: 80 + at, wanted: 82 + at })),
        ];
  const found = (id: string): contract.Adjustment => {
    const one = lines.find((each) => each.id === id);
    if (!one) throw new Refusal(404, 'adjustment.not-found', `There is no adjustment ${id}`);
    return one;
  };
  let settings = contract.BillingSettings.parse({});
  const defaults = contract.BillingSettings.parse({});
  let map: contract.ServiceMap = {
    byCategory: true,
    supported: true,
    services,
    problem: null,
    readAt: kind === 'full' ? ago(0.3) : null,
    unreadTenants: kind === 'full' ? 1 : 0,
    applications:
      kind === 'empty'
        ? []
        : [
            {
              application: ADVANCED,
              perUser: false,
              services: { ...noServices, 'windows-workstation': '101', 'windows-server': '102' },
              devices: counts(312, 41, 17, 2),
              otherDevices: 4,
              notBilled: 19,
            },
            {
              application: CLOUD,
              perUser: true,
              services: noServices,
              devices: counts(25, 0, 8),
              otherDevices: 0,
              notBilled: 33,
            },
            {
              application: MAIL,
              perUser: false,
              services: { ...noServices, 'windows-server': '105' },
              devices: counts(0, 6, 0),
              otherDevices: 0,
              notBilled: 0,
            },
          ],
  };
  const accountRun = (at: number, more: Partial<contract.AccountRun> = {}): contract.AccountRun => {
    const { integrationId: _, ...rest } = place(at);
    return {
      ...rest,
      runId: idOf('run 0'),
      state: 'unchanged',
      explanation: '92 devices. Every service has the right number',
      devices: 92,
      notBilled: 0,
      endedAt: ago(0.2),
      ...more,
    };
  };
  const accountRuns: contract.AccountRun[] = [
    accountRun(3, {
      state: 'failed',
      explanation:
        'Nothing was changed, since the use of licences is not known: https://ksc.example.com:13299 cannot be read just now',
      devices: null,
      notBilled: null,
    }),
    accountRun(2, {
      state: 'held',
      explanation:
        '30 devices. Endpoint protection, workstation: The contract expired on 2026-01-31: choose the one that follows it',
      devices: 30,
    }),
    accountRun(0, { state: 'changed', explanation: '100 devices. 2 changes wait for approval', devices: 100 }),
    accountRun(1, {
      state: 'changed',
      explanation: '12 devices. 1 change waits for approval',
      devices: 12,
      notBilled: 3,
    }),
  ];
  const run = (number: number): contract.BillingRun => ({
    id: idOf(`run ${number}`),
    integrationId,
    integrationName: 'Integration with Autotask',
    day: day(number),
    cause: number === 1 ? 'person' : 'daily',
    startedBy: number === 1 ? 'grace' : null,
    asksFirst: number === 1,
    startedAt: ago(number + 0.2),
    endedAt: ago(number + 0.19),
    accounts:
      number === 0
        ? { waiting: 0, unchanged: 0, changed: 2, held: 1, failed: 1 }
        : { waiting: 0, unchanged: 4, changed: 0, held: 0, failed: 0 },
  });
  const runs = kind === 'empty' ? [] : Array.from({ length: 12 }, (_, number) => run(number));
  const accounts = (): contract.BilledAccount[] =>
    kind === 'empty'
      ? []
      : clients.map((_, at) => ({
          ...place(at),
          integrationName: 'Integration with Autotask',
          billing: at !== 1,
          contractId: at === 3 ? null : place(at).contractId,
          contractName: at === 3 ? null : place(at).contractName,
          waiting: lines.filter(
            ({ state, accountName }) => state === 'waiting' && accountName === place(at).accountName,
          ).length,
          last: accountRuns.find(({ sourceTenantId }) => sourceTenantId === String(at + 1)) ?? null,
        }));

  const page = <T>(items: T[], { limit, after }: { limit: number; after?: string | undefined }) => {
    const from = Number(after ?? 0);
    return { items: items.slice(from, from + limit), next: items.length > from + limit ? String(from + limit) : null };
  };

  on(contract.getServiceMap, () => map);
  on(contract.putServiceMap, ({ body }) => {
    const bad = body.applications.find(({ services: chosen }) => Object.values(chosen).includes('999'));
    if (bad) throw new Refusal(400, 'service-map.invalid', 'The PSA has no service 999');
    map = {
      ...map,
      byCategory: body.byCategory,
      applications: map.applications.map((row) => ({
        ...row,
        services: body.applications.find(({ application }) => application === row.application)?.services ?? noServices,
      })),
    };
    return map;
  });
  on(contract.readLicensesNow, () => ({ tenants: clients.length }));
  on(contract.getBillingSettings, () => ({ settings, defaults }));
  on(contract.putBillingSettings, ({ body }) => {
    settings = body;
    return { settings, defaults };
  });
  on(contract.listAdjustments, ({ query }) => {
    const states = query.state as string[] | undefined;
    const text = (query.account ?? '').toLowerCase();
    return page(
      lines.filter(
        ({ state, accountName }) => (!states || states.includes(state)) && accountName.toLowerCase().includes(text),
      ),
      query,
    );
  });
  on(contract.exportAdjustments, () => 'Planned (UTC),Tenant\r\n');
  on(contract.getAdjustmentEvidence, ({ params }) => {
    const { wanted, parts, state, plannedAt, why, decidedBy, reason } = found(params.adjustmentId);
    const [part] = parts;
    return {
      devices: Array.from({ length: wanted }, (_, at) => ({
        deviceId: idOf(`device ${at}`),
        deviceName: `pc-${String(at).padStart(3, '0')}`,
        application: part?.application ?? '',
        serialNumber: 'AAAA-000000-00000001',
        category: part?.category ?? null,
      })),
      readAt: ago(0.2),
      steps: [
        { at: plannedAt, state: 'waiting' as const, explanation: why, by: null },
        ...(decidedBy
          ? [{ at: plannedAt, state, explanation: `${decidedBy} rejected it: ${reason}`, by: decidedBy }]
          : []),
      ],
    };
  });
  on(contract.decideAdjustments, ({ body }) => {
    for (const id of [...body.approve, ...body.reject]) {
      if (found(id).state !== 'waiting')
        throw new Refusal(409, 'billing.line-changed', 'Nothing was decided, since these no longer wait: look again');
    }
    for (const id of body.approve) Object.assign(found(id), { state: 'confirmed', decidedBy: 'ada', endedAt: ago(0) });
    for (const id of body.reject)
      Object.assign(found(id), { state: 'rejected', decidedBy: 'ada', reason: body.reason, endedAt: ago(0) });
    return { approved: body.approve.length, rejected: body.reject.length };
  });
  on(contract.reopenAdjustment, ({ params }) =>
    Object.assign(found(params.adjustmentId), { state: 'waiting', decidedBy: null, reason: null, endedAt: null }),
  );
  on(contract.startBillingRun, ({ body }) => {
    const started = {
      ...run(0),
      id: idOf(`run ${runs.length + 100}`),
      cause: 'person' as const,
      startedBy: 'ada',
      asksFirst: body.asksFirst,
      endedAt: null,
      accounts: { waiting: body.only ? 1 : 4, unchanged: 0, changed: 0, held: 0, failed: 0 },
    };
    runs.unshift(started);
    return started;
  });
  on(contract.listBillingRuns, ({ query }) => page(runs, query));
  on(contract.listAccountRuns, ({ query }) =>
    page(
      accountRuns.filter(({ accountName }) => accountName.toLowerCase().includes((query.text ?? '').toLowerCase())),
      query,
    ),
  );
  on(contract.listBilledAccounts, ({ query }) => {
    const text = (query.text ?? '').toLowerCase();
    const all = accounts().filter(
      ({ accountName, billing, last }) =>
        accountName.toLowerCase().includes(text) &&
        (query.show === 'all' ||
          (query.show === 'billed' && billing) ||
          (query.show === 'off' && !billing) ||
          (query.show === 'problems' && (last?.state === 'held' || last?.state === 'failed'))),
    );
    return { ...page(all, query), total: all.length };
  });
  on(contract.getBillingOverview, () => ({
    waiting: lines.filter(({ state }) => state === 'waiting').length,
    unknown: lines.filter(({ state }) => state === 'unknown').length,
    failed: lines.filter(({ state }) => state === 'failed').length,
    accounts: { billed: accounts().filter(({ billing }) => billing).length, all: accounts().length },
    integrations: world.integrations.map(({ id, name }) => ({
      id,
      name,
      supported: true,
      nextRunAt: new Date(Date.now() + DAY_MS / 2).toISOString(),
      lastRun: runs[0] ?? null,
    })),
    problems: accounts().flatMap(({ accountName, last }) =>
      last && (last.state === 'held' || last.state === 'failed')
        ? [{ what: accountName, message: last.explanation, since: last.endedAt ?? ago(0) }]
        : [],
    ),
  }));
  on(contract.getUsageOfAccount, ({ query }) => {
    const days = (Date.parse(query.to) - Date.parse(query.from)) / DAY_MS + 1;
    // The server was away for two days.
    const read = Array.from({ length: days }, (_, at) => day(days - 1 - at)).filter((_, at) => at % 15 !== 7);
    return {
      days: read,
      items: read.flatMap((each, at) => [
        { day: each, application: ADVANCED, devices: counts(80 + (at % 9), 9, 2), otherDevices: 0 },
        { day: each, application: MAIL, devices: counts(0, 2, 0), otherDevices: 0 },
      ]),
    };
  });
  return { lines, settings: () => settings, map: () => map };
};
