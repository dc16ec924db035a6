import { listDeviceSoftware, listSoftware, listSoftwareHolders } from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk } from '../api/index.ts';
import { listState, urlNumber, urlText, useTenantScope } from '../platform/index.ts';

export const SoftwareSearch = z.object({
  ...listState,
  text: urlText,
  /** Then the devices that have this version are shown. */
  softwareId: urlNumber,
  /** Then the devices that have what was searched for are shown. */
  view: z.enum(['devices']).optional().catch(undefined),
});
export type SoftwareSearch = z.output<typeof SoftwareSearch>;

/** What one device has. */
export const useDeviceSoftware = (deviceId: string, { limit, after, text }: SoftwareSearch) =>
  useAsk(
    listDeviceSoftware,
    { params: { deviceId }, query: { limit, after, text } },
    { topics: ['devices'], keep: true },
  );

/** The software of all devices that may be seen. */
export const useSoftware = ({ limit, after, text }: SoftwareSearch, enabled: boolean) => {
  const scope = useTenantScope();
  const tenantId = scope ? [scope] : undefined;
  return useAsk(
    listSoftware,
    { query: { limit, after, text, tenantId } },
    { topics: ['devices'], keep: true, enabled },
  );
};

/** Which devices have one version, or anything that was searched for. */
export const useHolders = ({ limit, after, text, softwareId }: SoftwareSearch, enabled: boolean) => {
  const scope = useTenantScope();
  const filter = { text, softwareId, tenantId: scope ? [scope] : undefined };
  return useAsk(
    listSoftwareHolders,
    { query: { limit, after, ...filter } },
    { topics: ['devices'], keep: true, enabled },
  );
};
