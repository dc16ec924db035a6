import { z } from 'zod';
import { Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';

export const getSystemLogState = endpoint({
  method: 'GET',
  path: '/api/system-log',
  tag: 'Export to SIEM',
  summary: "How writing events to the log of the server's operating system goes",
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({
    /** `idle`: no event type is chosen for it. `no-log`: this computer has no log to write to. */
    kind: z.enum(['idle', 'working', 'failing', 'no-log']),
    /** The socket of the log. */
    socket: z.string(),
    /** Since the server started. */
    written: z.number().int(),
    /** Too old when the log could be written to again. */
    tooOld: z.number().int(),
    lastWrittenAt: Moment.nullable(),
    lastError: z.string().nullable(),
  }),
});
export type SystemLogState = z.output<(typeof getSystemLogState)['reply']>;
