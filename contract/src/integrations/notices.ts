import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads, tag } from './common.ts';

/** News for everybody who administers integrations, shown to each until they have read it. */
export const IntegrationNotice = z
  .object({
    id: Id,
    kind: z.literal('integration-deleted'),
    at: Moment,
    /** Who did it. */
    by: z.string(),
    integrationId: Id,
    /** The integration's name when it was there. */
    name: z.string(),
    /** Virtual servers that belonged to it and are free now. */
    tenants: z.number().int(),
    /** Mappings to accounts that ended. */
    mappings: z.number().int(),
  })
  .meta({ id: 'IntegrationNotice' });
export type IntegrationNotice = z.output<typeof IntegrationNotice>;

export const listIntegrationNotices = endpoint({
  method: 'GET',
  path: '/api/integrations/notices',
  tag,
  summary: 'News of integrations that the caller has not read yet, the newest first',
  needs: 'integrations:write',
  audit: reads,
  reply: z.object({ items: z.array(IntegrationNotice) }),
});

export const readIntegrationNotice = endpoint({
  method: 'POST',
  path: '/api/integrations/notices/:noticeId/read',
  tag,
  summary: 'Do not show this news to the caller again',
  needs: 'integrations:write',
  audit: { notAudited: 'it only remembers that the caller has seen the news; nobody else sees a difference' },
  params: z.object({ noticeId: Id }),
  reply: Done,
});
