/** Billing, a maintenance window and reports of the demo, by the console's API: contracts, services, a first run. */
import { randomUUID } from 'node:crypto';
import {
  decideAdjustments,
  getServiceMap,
  getTicketGuards,
  type Integration,
  listAdjustments,
  listBillingRuns,
  listMaintenanceGroups,
  listMappings,
  putMappings,
  putReportSettings,
  putServiceMap,
  putTicketGuards,
  readLicensesNow,
  startBillingRun,
} from '../../contract/src/index.ts';
import { fixtureIds } from '../../sandboxes/src/autotask/index.ts';
import { waitFor } from '../main-job/wait.ts';
import { companies } from './companies.ts';
import type { Desk } from './desk.ts';
import type { DemoParts } from './parts.ts';
import { tellWhatWasGiven } from './seeding.ts';

const DAY_MS = 86_400_000;
const READING_MS = 120_000;
const CONTRACT = 'Managed Security';
const RECURRING_SERVICE = 7;
/** Paid by the hour: mapped, and not billed for licences. */
const withoutContract: readonly string[] = ['Juniper Lane Pharmacy', 'Larkspur Legal'];
/** Their changes of the first run are approved, so that the journal has something done; the others wait for a person. */
const approvedFirst: readonly string[] = [
  'Alder Bakery',
  'Copperleaf Accounting',
  'Elmfield School',
  'Ivystone Architects',
];
/** Of the devices; a few may wait longer for their key. */
const MOST_SHARE = 0.9;
const MAIL = /mail/i;

/** The contract of each company that has one, by the company's name. One that is in the PSA already is taken. */
const makeContracts = ({ sandbox: { controls }, accounts }: Desk, now: Date): Map<string, string> => {
  const dayIn = (days: number) => `${new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`;
  const contracts = new Map<string, string>();
  for (const { name } of companies.filter((company) => !withoutContract.includes(company.name))) {
    const companyID = Number(accounts.get(name));
    const known = controls
      .rows('Contracts')
      .find(({ values }) => values['companyID'] === companyID && values['contractName'] === CONTRACT);
    const id =
      known?.values.id ??
      controls.createRow('Contracts', {
        companyID,
        contractName: CONTRACT,
        contractType: RECURRING_SERVICE,
        status: 1,
        startDate: dayIn(-120),
        endDate: dayIn(245),
        contractPeriodType: 'm',
        timeReportingRequiresStartAndStopTimes: 0,
      });
    contracts.set(name, String(id));
  }
  return contracts;
};

/** Once. Whatever people change of it afterwards stays as they made it. */
export const makeBilling = async (parts: DemoParts, desk: Desk, { id: integrationId }: Integration): Promise<void> => {
  const { api, memory, say, signal } = parts;
  if (memory.state.billingMade) return;
  say('Demo: contracts, services and a first run of billing');
  const params = { integrationId };
  const until = <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> =>
    waitFor(
      what,
      async () => {
        signal.throwIfAborted();
        return look();
      },
      { withinMs: READING_MS },
    );

  const contracts = makeContracts(desk, new Date());
  const mapped = (await api.call(listMappings, { params, query: { show: 'mapped' } })).items;
  const changes = mapped.flatMap(({ sourceId, sourceTenantId, sourceTenantName, account, billing }) => {
    const contractId = contracts.get(sourceTenantName);
    if (!contractId || !account || billing.enabled) return [];
    return [{ sourceId, sourceTenantId, accountId: account.id, billing: { enabled: true, contractId } }];
  });
  if (changes.length > 0) await api.call(putMappings, { params, body: { changes } });

  // A key comes with the answer to a sync and is held from the next one on.
  await until('nearly all devices having a licence key', async () => {
    await tellWhatWasGiven(parts);
    const present = Object.values(memory.state.devices).filter(({ isGone }) => !isGone);
    return present.filter(({ licenses }) => licenses.length > 0).length >= present.length * MOST_SHARE;
  });
  await tellWhatWasGiven(parts);
  await api.call(readLicensesNow, { params });
  const { applications } = await until('the licences of the customers having been read', async () => {
    const map = await api.call(getServiceMap, { params });
    return map.applications.length > 0 && map.unreadTenants === 0 && map;
  });
  const { workstationService, serverService, otherDeviceService, mailboxService } = fixtureIds;
  await api.call(putServiceMap, {
    params,
    body: {
      byCategory: true,
      applications: applications.map(({ application, perUser }) => {
        const byMailbox = perUser || MAIL.test(application);
        const service = (id: number) => String(byMailbox ? mailboxService : id);
        return {
          application,
          services: {
            all: perUser ? String(mailboxService) : null,
            'windows-workstation': perUser ? null : service(workstationService),
            'windows-server': perUser ? null : service(serverService),
            'non-windows': perUser ? null : service(otherDeviceService),
          },
        };
      }),
    },
  });

  const run = await api.call(startBillingRun, { params, body: { asksFirst: true } });
  await until('the first run of billing having ended', async () => {
    const { items } = await api.call(listBillingRuns, { query: { integrationId } });
    return items.some(({ id, endedAt }) => id === run.id && endedAt !== null);
  });
  const { items: waiting } = await api.call(listAdjustments, {
    query: { integrationId, state: ['waiting'], limit: 200 },
  });
  const approve = waiting.filter(({ tenantName }) => approvedFirst.includes(tenantName)).map(({ id }) => id);
  if (approve.length > 0) await api.call(decideAdjustments, { body: { approve } });

  await makeMaintenance(parts, integrationId, mapped[0]);
  await api.call(putReportSettings, { params, body: { enabled: true, productId: null } });
  memory.state.billingMade = true;
  memory.save();
  say(`Demo: ${contracts.size} customers are billed; ${waiting.length - approve.length} changes wait for approval`);
};

/** A window on Sunday nights for the servers of one customer, unless people keep windows of their own already. */
const makeMaintenance = async (
  { api }: DemoParts,
  integrationId: string,
  tenant: { sourceId: string; sourceTenantId: string; sourceTenantName: string } | undefined,
): Promise<void> => {
  const params = { integrationId };
  const { guards, revision } = await api.call(getTicketGuards, { params });
  if (!tenant || guards.maintenance.length > 0) return;
  const { sourceId, sourceTenantId, sourceTenantName } = tenant;
  const { paths } = await api.call(listMaintenanceGroups, { params, query: { sourceId, sourceTenantId } });
  const groupPath = paths.find((path) => path.split('/').at(-1) === 'Servers');
  const scope = groupPath
    ? { kind: 'group' as const, sourceId, sourceTenantId, groupPath }
    : { kind: 'tenant' as const, sourceId, sourceTenantId };
  const window = {
    id: randomUUID(),
    name: `Updates of the servers of ${sourceTenantName}`,
    scope,
    schedule: {
      kind: 'weekly' as const,
      days: ['sunday' as const],
      startsAt: '02:00',
      durationMinutes: 120,
      timeZone: 'Europe/Vienna',
    },
    events: 'later' as const,
  };
  await api.call(putTicketGuards, { params, body: { guards: { ...guards, maintenance: [window] }, revision } });
};
