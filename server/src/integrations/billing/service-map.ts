import {
  type ApplicationServices,
  type BilledApplication,
  type BilledDevices,
  billingCategories,
  type ServiceMap,
} from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { InvalidInput, type Issue } from '../../platform/errors/index.ts';
import { type Integrations, PsaError, type PsaService } from '../psa/index.ts';
import type { BillingAccounts } from './accounts.ts';
import { hasOneService } from './assign.ts';
import type { BilledApplicationRow, BillingSettingStore } from './store-settings.ts';
import type { UsageStore, UseDayRow } from './store-usage.ts';
import { dayOf } from './units.ts';

/** A reading that is older tells nothing of today. */
const RECENT_DAYS = 31;

const noServices: ApplicationServices = {
  all: null,
  'windows-workstation': null,
  'windows-server': null,
  'non-windows': null,
};

export const devicesOf = (row: UseDayRow): BilledDevices => ({
  'windows-workstation': row.windows_workstations,
  'windows-server': row.windows_servers,
  'non-windows': row.non_windows,
  unknown: row.unknown,
  total: row.windows_workstations + row.windows_servers + row.non_windows + row.unknown,
});

const sum = (a: BilledDevices, b: BilledDevices): BilledDevices => ({
  'windows-workstation': a['windows-workstation'] + b['windows-workstation'],
  'windows-server': a['windows-server'] + b['windows-server'],
  'non-windows': a['non-windows'] + b['non-windows'],
  unknown: a.unknown + b.unknown,
  total: a.total + b.total,
});
const nobody: BilledDevices = { 'windows-workstation': 0, 'windows-server': 0, 'non-windows': 0, unknown: 0, total: 0 };

/** Devices that use an application and whose service was not chosen. */
export const notBilledOf = (devices: BilledDevices, services: ApplicationServices, oneService: boolean): number => {
  if (oneService) return services.all === null ? devices.total : 0;
  const left = billingCategories.filter((category) => services[category] === null);
  return left.reduce((all, category) => all + devices[category], devices.unknown);
};

/** Which service bills which application, beside what is used. */
export const serviceMaps = ({
  settings,
  usage,
  accounts,
  integrations,
  clock,
}: {
  settings: BillingSettingStore;
  usage: UsageStore;
  accounts: BillingAccounts;
  integrations: Pick<Integrations, 'connect'>;
  clock: () => Date;
}) => {
  const found = async (integrationId: string) => {
    const own = (await accounts.list()).filter((account) => account.integrationId === integrationId);
    const places = new Set(own.map(({ sourceId, tenantId }) => `${sourceId} ${tenantId}`));
    const { readings, uses } = await usage.latest(dayOf(new Date(clock().getTime() - RECENT_DAYS * DAY_MS)));
    const isOwn = (row: { source_id: string; tenant_id: string }) => places.has(`${row.source_id} ${row.tenant_id}`);
    const ofOwn = readings.filter(isOwn);
    const applications = new Map<string, { perUser: boolean; devices: BilledDevices; otherDevices: number }>();
    for (const row of uses.filter(isOwn)) {
      const before = applications.get(row.application) ?? { perUser: false, devices: nobody, otherDevices: 0 };
      applications.set(row.application, {
        perUser: before.perUser || row.per_user,
        devices: sum(before.devices, devicesOf(row)),
        otherDevices: before.otherDevices + row.other_devices,
      });
    }
    const oldest = ofOwn.map(({ read_at }) => read_at.getTime()).sort((a, b) => a - b)[0];
    return {
      applications,
      readAt: oldest === undefined ? null : new Date(oldest),
      unreadTenants: places.size - ofOwn.length,
    };
  };

  const servicesOf = async (
    integrationId: string,
  ): Promise<{ supported: boolean; services: PsaService[]; problem: string | null }> => {
    const { billing } = (await integrations.connect(integrationId)).connector;
    if (!billing) return { supported: false, services: [], problem: null };
    try {
      return { supported: true, services: await billing.services({ fresh: true }), problem: null };
    } catch (error) {
      // What was chosen can be looked at while the PSA is away.
      if (!(error instanceof PsaError)) throw error;
      return { supported: true, services: [], problem: error.message };
    }
  };

  const read = async (integrationId: string): Promise<ServiceMap> => {
    const { supported, services, problem } = await servicesOf(integrationId);
    const byCategory = await settings.byCategory(integrationId);
    const chosen = new Map((await settings.applications(integrationId)).map((row) => [row.application, row]));
    const { applications, readAt, unreadTenants } = await found(integrationId);
    const names = [...new Set([...chosen.keys(), ...applications.keys()])].sort((a, b) => a.localeCompare(b));
    return {
      byCategory,
      supported,
      problem,
      services: services.map(({ id, name, isActive, periodType, unitPriceText }) => ({
        id,
        name,
        active: isActive,
        period: periodType,
        unitPrice: unitPriceText,
      })),
      applications: names.map((application): BilledApplication => {
        const use = applications.get(application);
        const row = chosen.get(application);
        const perUser = use?.perUser || row?.perUser || false;
        const devices = use?.devices ?? nobody;
        const own = row?.services ?? noServices;
        return {
          application,
          perUser,
          services: own,
          devices,
          otherDevices: use?.otherDevices ?? 0,
          notBilled: notBilledOf(devices, own, hasOneService(perUser, byCategory)),
        };
      }),
      readAt: readAt?.toISOString() ?? null,
      unreadTenants,
    };
  };

  return {
    read,

    /** All of it is saved, or nothing. @throws InvalidInput with the field of each wrong choice */
    async save(
      integrationId: string,
      wish: { byCategory: boolean; applications: { application: string; services: ApplicationServices }[] },
    ): Promise<{ before: ServiceMap; after: ServiceMap }> {
      const before = await read(integrationId);
      if (!before.supported)
        throw new InvalidInput(
          'This PSA takes no billing, so there are no services to choose',
          [],
          'billing.not-supported',
        );
      const services = new Map(before.services.map((service) => [service.id, service]));
      const known = new Map(before.applications.map((row) => [row.application, row]));
      const issues: Issue[] = [];
      const seen = new Set<string>();
      for (const [at, { application, services: chosen }] of wish.applications.entries()) {
        const where = `body.applications.${at}`;
        if (seen.has(application))
          issues.push({ where: `${where}.application`, what: `${application} is named twice` });
        seen.add(application);
        const past = known.get(application)?.services;
        for (const [field, id] of Object.entries(chosen) as [keyof ApplicationServices, string | null][]) {
          // What was chosen before may be gone by now, and is no reason to refuse another change.
          if (id === null || past?.[field] === id) continue;
          const service = services.get(id);
          const name = `${where}.services.${field}`;
          if (before.problem !== null)
            issues.push({ where: name, what: `The services could not be read: ${before.problem}` });
          else if (!service) issues.push({ where: name, what: `The PSA has no service ${id}` });
          else if (!service.active) issues.push({ where: name, what: `${service.name} is inactive in the PSA` });
        }
        const perUser = known.get(application)?.perUser ?? false;
        if (perUser && billingCategories.some((category) => chosen[category] !== null)) {
          issues.push({
            where: `${where}.services`,
            what: `${application} is sold per user and takes one service for all its devices`,
          });
        }
      }
      if (issues.length > 0)
        throw new InvalidInput('The services cannot be saved like this', issues, 'service-map.invalid');
      const rows: BilledApplicationRow[] = wish.applications.map(({ application, services: chosen }) => ({
        application,
        perUser: known.get(application)?.perUser ?? false,
        services: chosen,
      }));
      await settings.saveServices(integrationId, { byCategory: wish.byCategory, applications: rows }, clock());
      return { before, after: await read(integrationId) };
    },
  };
};
export type ServiceMaps = ReturnType<typeof serviceMaps>;
