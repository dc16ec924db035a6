import { z } from 'zod';
import { Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads } from './common.ts';

export const getIntegrationsOverview = endpoint({
  method: 'GET',
  path: '/api/integrations/overview',
  tag: 'Overview',
  summary: 'Open tickets, tickets of the last week by day, mappings, and what holds things up',
  needs: 'overview:read',
  audit: reads,
  reply: z.object({
    openTickets: z.number().int(),
    ticketDays: z.array(z.object({ day: z.string(), opened: z.number().int(), closed: z.number().int() })),
    mappedTenants: z.number().int(),
    tenants: z.number().int(),
    rulesOn: z.number().int(),
    problems: z.array(z.object({ what: z.string(), message: z.string(), since: Moment })),
  }),
});
