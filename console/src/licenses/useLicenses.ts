import {
  addLicense,
  assignLicense,
  changeLicense,
  deleteLicense,
  getLicense,
  getLicenseUsage,
  getLicenseUsageHistory,
  importLicenses,
  LicenseKind,
  LicenseState,
  licenseSorts,
  listDeviceLicenses,
  listDevices,
  listLicenseDevices,
  listLicenses,
  listTenants,
  listUsageEvidence,
  SeatDifference,
  withdrawLicense,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlFlag, urlList, urlOneOf, urlText } from '../platform/index.ts';

export const LicenseSearch = z.object({
  ...listState,
  state: urlList(LicenseState),
  kind: urlList(LicenseKind),
  product: urlList(z.string().max(256)),
  text: urlText,
  sort: urlOneOf(licenseSorts),
  descending: urlFlag,
});
export type LicenseSearch = z.output<typeof LicenseSearch>;

const topics = ['licenses'] as const;
const all = [listLicenses, getLicense, listLicenseDevices, listDeviceLicenses, getLicenseUsage];

export const useLicenses = (search: LicenseSearch, tenantId: string | undefined) => {
  const { limit, after, state, kind, product, text, sort, descending } = search;
  return useAsk(
    listLicenses,
    { query: { limit, after, state, kind, product, text, sort, descending: descending ? 'true' : 'false', tenantId } },
    { topics, keep: true },
  );
};

export const useLicenseSaves = () => ({
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
  add: useTell(addLicense, { changes: all }),
  change: useTell(changeLicense, { changes: all }),
  remove: useTell(deleteLicense, { changes: [listLicenses, getLicenseUsage, listDeviceLicenses] }),
  read: useTell(importLicenses, { changes: all }),
});

export const useLicense = (licenseId: string) => ({
  license: useAsk(getLicense, { params: { licenseId } }, { topics }),
  assign: useTell(assignLicense, { changes: all }),
  withdraw: useTell(withdrawLicense, { changes: all }),
});

export const LicenseDeviceSearch = z.object({
  ...listState,
  difference: urlList(SeatDifference),
});
export type LicenseDeviceSearch = z.output<typeof LicenseDeviceSearch>;

export const useLicenseDevices = (licenseId: string, { limit, after, difference }: LicenseDeviceSearch) =>
  useAsk(listLicenseDevices, { params: { licenseId }, query: { limit, after, difference } }, { topics, keep: true });

/** Devices by name, for who assigns a key. */
export const useDevicesNamed = (text: string, tenantId: string | undefined) =>
  useAsk(
    listDevices,
    {
      query: {
        text: text || undefined,
        limit: 50,
        sort: 'name',
        descending: 'false',
        tenantId: tenantId ? [tenantId] : undefined,
      },
    },
    { keep: true },
  );

export const useDeviceLicenses = (deviceId: string) => useAsk(listDeviceLicenses, { params: { deviceId } }, { topics });

export const useUsage = (tenantId: string | undefined, byGroup: boolean) =>
  useAsk(getLicenseUsage, { query: { tenantId, byGroup: byGroup ? 'true' : 'false' } }, { topics, keep: true });

/** @param serialNumber left out: all keys */
export const useUsageHistory = (span: { from: string; to: string; tenantId?: string; serialNumber?: string }) =>
  useAsk(getLicenseUsageHistory, { query: span }, { topics, keep: true });

export const useEvidence = (query: { day: string; tenantId?: string; after?: string; limit?: number } | null) =>
  useAsk(listUsageEvidence, { query: query ?? { day: '2000-01-01' } }, { enabled: query !== null, keep: true });
