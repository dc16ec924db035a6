import { Readable } from 'node:stream';
import type { Endpoint } from '@gatehouse/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Forbidden } from '../errors/index.ts';
import { maskSecrets } from '../secrets/index.ts';
import { type Actor, anonymous } from './actor.ts';
import { auditableValue } from './audit-values.ts';
import { requireCsrfToken } from './same-site.ts';
import type {
  AuditLine,
  AuditWords,
  CallReply,
  FileHandler,
  FileReply,
  Handler,
  HandlerInput,
  Http,
  RouteOptions,
} from './types.ts';
import { checkInput } from './validation.ts';

/** What is known of a call so far; kept beside the request so that a failure anywhere leaves a true audit line. */
export interface Call {
  endpoint: Endpoint;
  actor: Actor;
  words: AuditWords;
  /** The checked body, secrets masked; null until it was checked, and where no audit line is left. */
  body: unknown;
  tenantId: string | null;
}

const calls = new WeakMap<FastifyRequest, Call>();
export const callOf = (request: FastifyRequest): Call | undefined => calls.get(request);

/** The audit line of a call, or null when its endpoint leaves none. */
export const auditLineOf = (request: FastifyRequest, outcome: AuditLine['outcome']): AuditLine | null => {
  const call = callOf(request);
  if (!call || typeof call.endpoint.audit !== 'string') return null;
  const who = call.words.actor ?? call.actor;
  return {
    actor: who.name,
    actorKind: who.kind,
    actorId: who.id,
    action: call.endpoint.audit,
    target: request.url.split('?')[0] ?? request.url,
    tenantId: call.words.tenantId === undefined ? call.tenantId : call.words.tenantId,
    address: request.ip,
    outcome,
    before: maskSecrets(call.words.before ?? null),
    after: call.words.after === undefined ? call.body : maskSecrets(call.words.after),
    requestId: request.id,
  };
};

/** @throws Forbidden */
export const requireRight = ({ needs }: Endpoint, actor: Actor): void => {
  if (typeof needs !== 'string') return;
  const isAgent = actor.kind === 'agent';
  if (needs === 'agent' ? isAgent : !isAgent && (needs === 'signed-in' || actor.permissions.has(needs))) return;
  throw new Forbidden(
    needs === 'agent'
      ? 'Only an enrolled agent may do this, with its own key'
      : `This needs the right ${needs}, which ${actor.name} does not have`,
  );
};

const replyTo = (reply: FastifyReply, isSecure: boolean): CallReply => {
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;
  return {
    setCookie: (name, value, { maxAgeSeconds }) =>
      void reply.setCookie(name, value, { ...attributes, maxAge: maxAgeSeconds }),
    clearCookie: (name) => void reply.clearCookie(name, attributes),
  };
};

const tenantOf = (params: unknown): string | null => {
  const tenantId = (params as { tenantId?: unknown } | undefined)?.tenantId;
  return typeof tenantId === 'string' ? tenantId : null;
};

/** Lets a call in, checks what it brings, and leaves its answer to `answer`. */
const serve = <E extends Endpoint>(
  http: Http,
  endpoint: E,
  answer: (input: HandlerInput<E>, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  { bodyLimitBytes }: RouteOptions,
): void => {
  const { internals } = http;
  internals.endpoints.push(endpoint);

  http.app.route({
    method: endpoint.method,
    url: endpoint.path,
    bodyLimit: bodyLimitBytes,
    onRequest: async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const call: Call = { endpoint, actor: anonymous, words: {}, body: null, tenantId: null };
      calls.set(request, call);
      call.actor = await internals.identify(request, endpoint);
      requireCsrfToken(request.method, request.headers, call.actor);
      requireRight(endpoint, call.actor);
    },
    handler: async (request, reply) => {
      const call = callOf(request);
      if (!call) throw new Error('a call reached its handler without having been let in');
      const checked = checkInput(
        [
          { name: 'params', schema: endpoint.params, value: request.params },
          { name: 'query', schema: endpoint.query, value: request.query },
          { name: 'body', schema: endpoint.body, value: request.body },
        ],
        // What a device found (a file's name, say) is news even when it is ugly: its door cleans it and keeps it.
        { refuseUnstorable: !endpoint.path.startsWith('/agent/') },
      );
      call.tenantId = tenantOf(checked.params);
      // A batch of events has hundreds of values, and no line would show them.
      if (endpoint.body && typeof endpoint.audit === 'string') {
        call.body = auditableValue(endpoint.body, checked.body);
      }

      const { signal, abort, end } = internals.callSignal();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) abort(new Error('the caller has gone'));
        end();
      });
      const input = {
        params: checked.params,
        query: checked.query,
        body: checked.body,
        actor: call.actor,
        request: {
          id: request.id,
          address: request.ip,
          headers: request.headers,
          cookies: request.cookies,
          signal,
        },
        reply: replyTo(reply, internals.isSecure),
        audit: (words: AuditWords) => void Object.assign(call.words, words),
      } as unknown as HandlerInput<E>;
      return answer(input, request, reply);
    },
  });
};

/**
 * Serves an endpoint of the contract: who calls, whether they may, what they send, what they get and what is recorded
 * all follow from its declaration; the handler only does the work. Rights come before the body is read.
 */
export const route = <E extends Endpoint>(
  http: Http,
  endpoint: E,
  handler: Handler<E>,
  options: RouteOptions = {},
): void =>
  serve(
    http,
    endpoint,
    async (input, request) => {
      const result = endpoint.reply.safeParse(await handler(input));
      if (!result.success) {
        throw new Error(
          `the reply of ${endpoint.method} ${endpoint.path} does not match the contract: ${result.error.message}`,
        );
      }
      // An answer that says "done" goes out only when the line that says so is written.
      await http.internals.recordDone(request);
      return result.data;
    },
    options,
  );

/** A name as every browser understands it, whatever letters it has. */
const disposition = (name: string): string =>
  `attachment; filename="${name.replace(/[^\x20-\x7e]|["\\%]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`;

/**
 * Serves an endpoint whose answer is a file (`replyType`). It is made while it is read and never held whole; a failure
 * in its middle cuts the connection, so that nobody takes half a file for a whole one.
 */
export const fileRoute = <E extends Endpoint>(
  http: Http,
  endpoint: E,
  handler: FileHandler<E>,
  options: RouteOptions = {},
): void =>
  serve(
    http,
    endpoint,
    async (input, request, reply) => {
      const file: FileReply = await handler(input);
      await http.internals.recordDone(request);
      return reply
        .type(file.type)
        .header('content-disposition', disposition(file.name))
        .send(Readable.from(file.chunks, { objectMode: false, highWaterMark: 64 * 1024 }));
    },
    options,
  );
