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

/** What a template can put in, as `{device}`. `time` is when it happened, or when the device was last visible. */
export const ticketPlaceholders = [
  'device',
  'client',
  'condition',
  'severity',
  'event',
  'threat',
  'object',
  'time',
  'link',
  'application',
  'details',
] as const;
export type TicketPlaceholder = (typeof ticketPlaceholders)[number];
export const isTicketPlaceholder = (name: string): name is TicketPlaceholder =>
  (ticketPlaceholders as readonly string[]).includes(name);

/** What stands in braces on one line of a template. */
export const placeholderPattern = (): RegExp => /\{([^{}\n]*)\}/g;

/** What keeps templates from being saved, field by field, with the place of every placeholder that nobody knows. */
export const templateProblems = (
  templates: TicketTemplates,
): { field: Exclude<keyof TicketTemplates, 'consoleUrl'>; what: string }[] =>
  (['eventTitle', 'eventBody', 'statusTitle', 'statusBody'] as const).flatMap((field) => {
    const template = templates[field];
    const isTitle = field === 'eventTitle' || field === 'statusTitle';
    if (template.trim() === '') return [{ field, what: 'A ticket needs words here' }];
    const unknown = template.split('\n').flatMap((line, at) =>
      [...line.matchAll(placeholderPattern())]
        .filter(([, name = '']) => !isTicketPlaceholder(name))
        .map(({ 0: written, index }) => ({
          field,
          what: `There is no placeholder ${written} (${isTitle ? '' : `line ${at + 1}, `}character ${index + 1})`,
        })),
    );
    return isTitle && template.trim().includes('\n') ? [{ field, what: 'A title has one line' }, ...unknown] : unknown;
  });

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
