import {
  getIntegrationsOverview,
  listEventTypes,
  listPsaFields,
  listTicketRules,
  previewTicket,
  putTicketRules,
  readTicketBacklog,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';
import { useMay } from '../platform/index.ts';

/** The ticket settings of one connection, and everything that is asked and told about them. */
export const useTicketing = (integrationId: string) => {
  const params = { integrationId };
  const mayReadEvents = useMay()('events:read');
  return {
    settings: useAsk(listTicketRules, { params }, { topics: ['integrations'] }),
    fields: useAsk(listPsaFields, { params }),
    // A process without an Administration Server has no catalogue; then codes are typed.
    eventTypes: useAsk(listEventTypes, {}, { enabled: mayReadEvents }).data?.items ?? [],
    put: useTell(putTicketRules, { changes: [listTicketRules, getIntegrationsOverview] }),
    backlog: useTell(readTicketBacklog),
    preview: useTell(previewTicket),
  };
};
