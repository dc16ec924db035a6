import { getEvent, listEvents, listEventTypes, listTenants, SeverityName } from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk } from '../api/index.ts';
import { listState, urlList, urlText, useTenantScope } from '../platform/index.ts';
import { momentsOf } from './time-range.ts';

export const EventSearch = z.object({
  ...listState,
  text: urlText,
  severity: urlList(SeverityName),
  type: urlList(z.string()),
  tenantId: urlList(z.string()),
  deviceId: urlText,
  within: urlText,
  from: urlText,
  to: urlText,
});
export type EventSearch = z.output<typeof EventSearch>;

/** One page of events as the address says. A relative range is counted from the moment of asking. */
export const useEvents = (search: EventSearch) => {
  const scope = useTenantScope();
  const { limit, after, severity, type, deviceId, text, within, from, to } = search;
  const asked = { limit, after, severity, type, deviceId, text, tenantId: scope ? [scope] : search.tenantId };
  return useAsk(
    listEvents,
    { query: { ...asked, within, from, to } as never },
    {
      topics: ['events'],
      keep: true,
      prepare: () => ({ query: { ...asked, ...momentsOf({ within, from, to }, new Date()) } }),
    },
  );
};

/** One event by its number; for an address whose list does not show it any more. */
export const useEvent = (eventId: string | undefined) =>
  useAsk(
    getEvent,
    { params: { eventId: eventId ?? '' } },
    { enabled: eventId !== undefined && /^\d{1,20}$/.test(eventId) },
  );

/** What the filters can offer. */
export const useEventChoices = () => ({
  types: useAsk(listEventTypes, {}),
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
  scope: useTenantScope(),
});
