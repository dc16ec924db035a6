import type { ApplicationServices, BilledApplication, BillingCategory, ServiceMap } from '@gatehouse/contract';
import { billingCategories } from '@gatehouse/contract';

export type ServiceField = BillingCategory | 'all';

/** What was chosen and not saved yet. */
export interface ServiceDraft {
  byCategory: boolean;
  services: Record<string, ApplicationServices>;
}

export const noServices: ApplicationServices = {
  all: null,
  'windows-workstation': null,
  'windows-server': null,
  'non-windows': null,
};

export const draftOf = ({
  byCategory,
  applications,
}: Pick<ServiceMap, 'byCategory' | 'applications'>): ServiceDraft => ({
  byCategory,
  services: Object.fromEntries(applications.map(({ application, services }) => [application, services])),
});

/** The services that an application can have: one, or one for each kind of device. */
export const fieldsOf = (perUser: boolean, byCategory: boolean): readonly ServiceField[] =>
  perUser || !byCategory ? ['all'] : billingCategories;

/** How many choices differ from what is saved. */
export const changesOf = (draft: ServiceDraft, saved: ServiceDraft): number =>
  (draft.byCategory === saved.byCategory ? 0 : 1) +
  Object.entries(draft.services).reduce(
    (sum, [application, services]) =>
      sum +
      (Object.keys(services) as ServiceField[]).filter(
        (field) => services[field] !== (saved.services[application]?.[field] ?? null),
      ).length,
    0,
  );

/** Devices that would not be billed with this choice. */
export const notBilled = (
  { devices, perUser }: Pick<BilledApplication, 'devices' | 'perUser'>,
  services: ApplicationServices,
  byCategory: boolean,
): number => {
  if (perUser || !byCategory) return services.all === null ? devices.total : 0;
  const left = billingCategories.filter((category) => services[category] === null);
  return left.reduce((sum, category) => sum + devices[category], devices.unknown);
};

/** How far an application is billed; `devices` are those that are not. */
export interface Standing {
  kind: 'none-chosen' | 'not-billed' | 'once-saved' | 'billed';
  devices: number;
}

/** Without a choice nothing is billed, even when no device uses the application yet; a choice counts when it is saved. */
export const standingOf = (
  row: Pick<BilledApplication, 'application' | 'devices' | 'perUser'>,
  draft: ServiceDraft,
  saved: ServiceDraft,
): Standing => {
  const services = draft.services[row.application] ?? noServices;
  const before = saved.services[row.application] ?? noServices;
  const fields = fieldsOf(row.perUser, draft.byCategory);
  const devices = notBilled(row, services, draft.byCategory);
  if (fields.every((field) => services[field] === null)) return { kind: 'none-chosen', devices };
  if (devices > 0) return { kind: 'not-billed', devices };
  const isSaved =
    (row.perUser || draft.byCategory === saved.byCategory) &&
    fields.every((field) => services[field] === before[field]);
  return { kind: isSaved ? 'billed' : 'once-saved', devices };
};

export const bodyOf = ({ byCategory, services }: ServiceDraft) => ({
  byCategory,
  applications: Object.entries(services).map(([application, chosen]) => ({ application, services: chosen })),
});
