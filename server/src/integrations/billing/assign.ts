import type { ApplicationServices, BillingCategory } from '@gatehouse/contract';
import { billingCategories } from '@gatehouse/contract';
import type { ApplicationUse, BilledDevice } from './count.ts';

/** Which service bills which application. */
export interface ServiceChoice {
  byCategory: boolean;
  services: ReadonlyMap<string, ApplicationServices>;
  /** Applications that are sold per user, also those that nobody uses just now. */
  perUser: ReadonlySet<string>;
}

/** What one service is to be billed for, in one account. */
export interface Wanted {
  serviceId: string;
  units: number;
  parts: { application: string; category: BillingCategory | null; devices: number }[];
  devices: (BilledDevice & { application: string })[];
  /** Why there may be more than this, in words: then units are never taken away. */
  uncertain: string | null;
}

export interface Assigned {
  wanted: Wanted[];
  /** Devices that use an application and have no service, each once for an application. */
  notBilled: { application: string; category: BillingCategory | null; devices: number }[];
}

const noServices: ApplicationServices = {
  all: null,
  'windows-workstation': null,
  'windows-server': null,
  'non-windows': null,
};

/** True when the application has one service for all devices, by the switch or since it is sold per user. */
export const hasOneService = (perUser: boolean, byCategory: boolean): boolean => perUser || !byCategory;

/**
 * Brings devices to services. Every service that was chosen is answered for, also with no device: that is how units
 * that nobody uses any more are found. Services of several applications are added up.
 */
export const assign = (uses: readonly ApplicationUse[], { byCategory, services, perUser }: ServiceChoice): Assigned => {
  const wanted = new Map<string, Wanted>();
  const notBilled: Assigned['notBilled'] = [];
  const known = new Map(uses.map((use) => [use.application, use]));

  const add = (
    serviceId: string | null,
    application: string,
    category: BillingCategory | null,
    devices: readonly BilledDevice[],
    uncertain: string | null,
  ): void => {
    if (serviceId === null) {
      if (devices.length > 0) notBilled.push({ application, category, devices: devices.length });
      return;
    }
    const before = wanted.get(serviceId) ?? { serviceId, units: 0, parts: [], devices: [], uncertain: null };
    wanted.set(serviceId, {
      serviceId,
      units: before.units + devices.length,
      parts: [...before.parts, { application, category, devices: devices.length }],
      devices: [...before.devices, ...devices.map((device) => ({ ...device, application }))],
      uncertain: before.uncertain ?? uncertain,
    });
  };

  for (const application of new Set([...services.keys(), ...known.keys()])) {
    const chosen = services.get(application) ?? noServices;
    const use = known.get(application);
    const devices = use?.devices ?? [];
    if (hasOneService(use?.perUser || perUser.has(application), byCategory)) {
      add(chosen.all, application, null, devices, use?.uncertain ?? null);
      continue;
    }
    const unknown = devices.filter(({ category }) => category === null);
    // A device of unknown kind may be the one that seems to be missing.
    const uncertain =
      use?.uncertain ??
      (unknown.length > 0
        ? `${unknown
            .map(({ deviceName }) => deviceName)
            .slice(0, 5)
            .join(
              ', ',
            )}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''} never told their system, so it is not known which service bills them`
        : null);
    for (const category of billingCategories) {
      add(
        chosen[category],
        application,
        category,
        devices.filter((device) => device.category === category),
        uncertain,
      );
    }
    if (unknown.length > 0) notBilled.push({ application, category: null, devices: unknown.length });
  }
  return { wanted: [...wanted.values()].sort((a, b) => (a.serviceId < b.serviceId ? -1 : 1)), notBilled };
};
