import type { ApplicationServices, BilledApplication, BillingCategory, ServiceMap } from '@gatehouse/contract';
import { billingCategories } from '@gatehouse/contract';

export type ServiceField = BillingCategory | 'all';

/** What was chosen and not saved yet. */
export interface ServiceDraft {
  byCategory: boolean;
  services: Record<string, ApplicationServices>;
}

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

export const bodyOf = ({ byCategory, services }: ServiceDraft) => ({
  byCategory,
  applications: Object.entries(services).map(([application, chosen]) => ({ application, services: chosen })),
});
