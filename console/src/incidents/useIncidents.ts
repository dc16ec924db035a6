import {
  addIncident,
  commentIncident,
  deleteIncident,
  getDevice,
  getIncident,
  IncidentSeverity,
  listDevices,
  listIncidents,
  processIncidents,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlList, urlOneOf, urlText } from '../platform/index.ts';

export const IncidentSearch = z.object({
  ...listState,
  severity: urlList(IncidentSeverity),
  processed: urlOneOf(['true', 'false']),
  text: urlText,
});
export type IncidentSearch = z.output<typeof IncidentSearch>;

const topics = ['incidents'] as const;
const lists = [listIncidents, getIncident];

export const useIncidents = (
  { limit, after, severity, processed, text }: Partial<IncidentSearch>,
  place: { tenantId?: string; deviceId?: string },
) =>
  useAsk(
    listIncidents,
    {
      query: {
        ...{ limit, after, severity, processed, text, deviceId: place.deviceId },
        tenantId: place.tenantId ? [place.tenantId] : undefined,
      },
    },
    { topics, keep: true },
  );

export const useIncident = (incidentId: string) =>
  useAsk(getIncident, { params: { incidentId } }, { topics, keep: true });

export const useIncidentActs = () => ({
  add: useTell(addIncident, { changes: [...lists, getDevice, listDevices] }),
  process: useTell(processIncidents, { changes: [...lists, getDevice, listDevices] }),
  comment: useTell(commentIncident, { changes: lists }),
  remove: useTell(deleteIncident, { changes: [listIncidents, getDevice, listDevices] }),
});
