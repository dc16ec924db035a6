import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { integrationParams, tag } from './common.ts';

const title = z.string().max(500);
const body = z.string().max(8000);

/** How title and text of tickets are made: plain text with {placeholders}. */
export const TicketTemplates = z
  .object({
    eventTitle: title,
    eventBody: body,
    statusTitle: title,
    statusBody: body,
    /** Address of this console, which links to devices begin with; null: the server's own public address, if it has one. */
    consoleUrl: z
      .url({ protocol: /^https?$/, error: 'Must begin with https:// or http://' })
      .max(300)
      .nullable(),
  })
  .meta({ id: 'TicketTemplates' });
export type TicketTemplates = z.output<typeof TicketTemplates>;

export const previewTicket = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/ticket-rules/preview',
  tag,
  summary: 'A ticket as templates would word it, made of a real event and a real status of a mapped client',
  needs: 'integrations:write',
  audit: { notAudited: 'words a ticket and keeps nothing; POST because the templates may be unsaved' },
  params: integrationParams,
  body: z.object({ kind: z.enum(['event', 'status']), templates: TicketTemplates }),
  reply: z.object({
    title: z.string(),
    description: z.string(),
    /** The PSA takes less than this; what is shown is what is left. */
    isCut: z.boolean(),
    /** `real`: something that a client's server told; `sample`: made up, since no client has one now. */
    madeOf: z.enum(['real', 'sample']),
    clientName: z.string(),
  }),
});
