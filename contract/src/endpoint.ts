import type { z } from 'zod';
import type { Permission } from './accounts/permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call an endpoint: a permission, `signed-in` (any user or token), `agent` (an enrolled device's own key),
 * or `public` with the reason why nobody need be known.
 */
export type Needs = Permission | 'signed-in' | 'agent' | { public: string };

/** The name of the audit line that a call leaves, or the reason why it leaves none. */
export type Audit = `${string}.${string}` | { notAudited: string };

/**
 * One endpoint, said once. From it come the types, the checks in and out, the permission, the audit line,
 * the API documentation and the console's client.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  method: Method;
  /** With `:name` for path parameters, beginning with `/api/` or `/agent/`. */
  path: `/api/${string}` | `/agent/${string}`;
  /** One sentence for the API documentation. */
  summary: string;
  /** Heading under which the API documentation lists it. */
  tag: string;
  needs: Needs;
  audit: Audit;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Of a reply that is a file: its media type. Its schema says nothing then. */
  replyType?: string;
  reply: Reply;
}

export const endpoint = <
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodType,
>(
  declaration: Endpoint<Params, Query, Body, Reply>,
): Endpoint<Params, Query, Body, Reply> => declaration;

/** What a caller hands over: the schemas' input side (defaults may be left out). */
export type CallOf<E> =
  E extends Endpoint<infer P, infer Q, infer B, z.ZodType>
    ? (P extends z.ZodUndefined ? { params?: undefined } : { params: z.input<P> }) &
        (Q extends z.ZodUndefined ? { query?: undefined } : { query?: z.input<Q> }) &
        (B extends z.ZodUndefined ? { body?: undefined } : { body: z.input<B> })
    : never;

/** What a handler receives: the schemas' output side. */
export type InputOf<E> =
  E extends Endpoint<infer P, infer Q, infer B, z.ZodType>
    ? { params: z.output<P>; query: z.output<Q>; body: z.output<B> }
    : never;

/** What a handler must return, before the reply schema is applied. */
export type ReplyIn<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.input<R> : never;

/** What a caller gets back. */
export type ReplyOf<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
