import { getTicketGuards, listIntegrationTenants, listMaintenanceGroups, putTicketGuards } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

/** All server talk about the noise guards of one integration. */
export const useTicketGuards = (integrationId: string) => ({
  guards: useAsk(getTicketGuards, { params: { integrationId } }, { topics: ['tickets'] }),
  put: useTell(putTicketGuards, { changes: [getTicketGuards] }),
});

/** The clients that maintenance can be for, by a part of the name. */
export const useMaintenanceClients = (integrationId: string, text: string) =>
  useAsk(
    listIntegrationTenants,
    { params: { integrationId }, query: { ...(text ? { text } : {}), limit: 100 } },
    { keep: true },
  );

/** Groups of a client, asked of its Administration Server. */
export const useMaintenanceGroups = (
  integrationId: string,
  client: { sourceId: string; sourceTenantId: string } | null,
) =>
  useAsk(
    listMaintenanceGroups,
    { params: { integrationId }, query: client ?? { sourceId: integrationId, sourceTenantId: '-' } },
    { enabled: client !== null },
  );
