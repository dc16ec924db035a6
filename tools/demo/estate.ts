/** What an MSP sets up beside its customers: licence keys, policies, tasks, moving rules, a selection, tags, an incident. */
import {
  addDeviceSelection,
  addIncident,
  addLicense,
  addMovingRule,
  addPolicy,
  addTask,
  changeDeviceTags,
} from '../../contract/src/index.ts';
import { companies } from './companies.ts';
import type { Customer } from './customers.ts';
import type { DemoParts } from './parts.ts';

const DAY_MS = 86_400_000;
const NIGHT = 2 * 60 + 30;

/** A pool for all customers that is nearly used up, one that ends soon, and a trial that has ended. */
const keysOf = (now: Date, smallest: string | undefined) => {
  const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString();
  return [
    {
      serialNumber: 'GHEP-000000-10000001',
      productName: 'Gatehouse endpoint',
      kind: 'subscription',
      deviceLimit: 310,
      termDays: 365,
      createdAt: inDays(-120),
      expiresAt: inDays(245),
      automatic: true,
      sharing: { with: 'all' },
    },
    {
      serialNumber: 'GHMS-000000-20000002',
      productName: 'Gatehouse mail protection',
      kind: 'commercial',
      deviceLimit: 50,
      termDays: 365,
      createdAt: inDays(-353),
      expiresAt: inDays(12),
      tenantId: smallest ?? null,
    },
    {
      serialNumber: 'GHEP-TRIAL0-30000003',
      productName: 'Gatehouse endpoint',
      kind: 'trial',
      deviceLimit: 25,
      termDays: 30,
      createdAt: inDays(-45),
      expiresAt: inDays(-15),
    },
  ] as const;
};

/** Once, when the customers and their devices are there. Whatever people change of it afterwards stays as they made it. */
export const makeEstate = async (parts: DemoParts, customers: ReadonlyMap<string, Customer>): Promise<void> => {
  const { api, memory, devices, say } = parts;
  if (memory.state.estateMade) return;
  say('Demo: licence keys, policies, tasks and rules');
  const deviceIdsOf = (wanted: (device: (typeof devices)[number]) => boolean): string[] =>
    devices.flatMap((device) => {
      const mine = memory.state.devices[device.machineId];
      return mine && !mine.isGone && wanted(device) ? [mine.deviceId] : [];
    });
  const present = companies.flatMap((company) => {
    const customer = customers.get(company.name);
    const managed = customer?.groups.find(({ kind }) => kind === 'managed');
    return customer && managed ? [{ company, tenantId: customer.tenantId, groupId: managed.id, customer }] : [];
  });

  for (const key of keysOf(new Date(), present.at(-1)?.tenantId)) await api.call(addLicense, { body: key });

  for (const { tenantId, groupId, customer } of present) {
    await api.call(addPolicy, {
      body: {
        tenantId,
        groupId,
        name: 'Standard protection',
        state: 'active',
        settings: {
          realTimeProtection: { enabled: true },
          scan: { mode: 'quick', schedule: { every: 'day', minuteOfDay: NIGHT }, action: 'quarantine' },
          databaseUpdates: { schedule: { every: 'hours', hours: 4 } },
          vulnerabilitySearch: { schedule: { every: 'week', weekday: 6, minuteOfDay: NIGHT } },
          quarantine: { keepDays: 90 },
        },
        locked: ['realTimeProtection.enabled', 'scan.action'],
        profiles: [
          {
            name: 'Servers scan at the weekend',
            condition: { deviceKind: 'server' },
            settings: { scan: { schedule: { every: 'week', weekday: 0, minuteOfDay: NIGHT } } },
          },
        ],
      },
    });
    await api.call(addTask, {
      body: {
        tenantId,
        settings: {
          name: 'Weekly full scan',
          work: { type: 'scan', mode: 'full' },
          target: { kind: 'group', groupId },
          schedule: { kind: 'weekly', weekdays: [6], minuteOfDay: NIGHT },
          runMissed: true,
          spreadMinutes: 60,
        },
      },
    });
    const laptops = customer.groups.find(({ name }) => name === 'Laptops');
    if (!laptops) continue;
    await api.call(addMovingRule, {
      params: { tenantId },
      body: {
        name: 'Notebooks to Laptops',
        mode: 'enrolment',
        reach: 'unassigned',
        conditions: { names: ['*-NB-*'] },
        groupId: laptops.id,
      },
    });
  }

  const [first] = present;
  if (first) {
    const { tenantId, groupId } = first;
    await api.call(addTask, {
      body: {
        tenantId,
        settings: {
          name: 'Update databases',
          work: { type: 'update-databases' },
          target: { kind: 'group', groupId },
          schedule: { kind: 'daily', minuteOfDay: 6 * 60 },
        },
        start: true,
      },
    });
  }

  const directors = deviceIdsOf(({ users, isServer }) => !isServer && users.includes('a.hart'));
  if (directors.length > 0) await api.call(changeDeviceTags, { body: { deviceIds: directors, add: ['director'] } });
  await api.call(addDeviceSelection, {
    body: { name: 'Directors’ notebooks', settings: { filter: { names: ['*-NB-*'], tags: ['director'] } } },
  });
  const [infected] = deviceIdsOf(({ trouble }) => trouble === 'infected');
  if (infected) {
    await api.call(addIncident, {
      params: { deviceId: infected },
      body: {
        title: 'Ransom note found on the desktop',
        description: 'The user called: files of the shared folder have new names. The device is off the network.',
        severity: 'critical',
      },
    });
  }
  memory.state.estateMade = true;
  memory.save();
};
