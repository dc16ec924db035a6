import { z } from 'zod';

/** A moment in UTC, as `2026-03-04T05:06:07.000Z`. */
export const Moment = z.iso.datetime({ offset: true });

export const Id = z.uuid();

/** Nothing to say: the call was done. */
export const Done = z.object({});

/** Keyset paging: `after` is the `next` of the page before; it is opaque. */
export const paging = (defaultLimit = 50, mostLimit = 200) => ({
  limit: z.coerce.number().int().min(1).max(mostLimit).default(defaultLimit),
  after: z.string().max(500).optional(),
});

/** One page of a list. `next` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

/** A list given once or several times in a query string: `?level=critical&level=warning`. */
export const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).max(200));

/** `true` and `false` as words in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((word) => word === 'true');

/** The body of every failed call. */
export const Problem = z
  .object({
    /** Stable and public; match on it. */
    code: z.string(),
    /** What is wrong and what to do. */
    message: z.string(),
    issues: z.array(z.object({ where: z.string(), what: z.string() })),
    /** The same call may succeed later. */
    retryable: z.boolean(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;

export const SeverityName = z.enum(['info', 'warning', 'functional-failure', 'critical']);
export type SeverityName = z.output<typeof SeverityName>;

export const StatusLevel = z.enum(['ok', 'warning', 'critical']);
export type StatusLevel = z.output<typeof StatusLevel>;
