import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VirtualClock } from './clock.ts';
import type { Zone } from './database.ts';
import { ApiFailure, noSuchMethod, noSuchPath } from './errors.ts';
import type { Faults, PlannedFault } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { ApiRequest, Service } from './service.ts';

/** IIS, which serves the real API, refuses longer addresses. */
const MAX_URL_LENGTH = 2048;
const SERVICE_SEGMENT = 'atservicesrest';
const VERSION_SEGMENT = 'v1.0';

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
const DROPPED = Symbol('connection dropped');

interface Parts {
  service: Service;
  faults: Faults;
  requestLog: RequestLog;
  clock: VirtualClock;
  /** Ends every waiting when the sandbox stops. */
  stopping: AbortSignal;
  onBug(error: Error): void;
  /** The zone that these addresses belong to. */
  zone: Zone;
}

/** Everything under `/ATServicesRest`, in any casing, with or without a slash at the end. */
export const apiRoutes = (http: FastifyInstance, parts: Parts): void => {
  http.all('/*', async (request, reply) => {
    const asked = readRequest(request, parts.zone);
    if (asked === null) {
      return reply.code(404).send({ Message: 'Not found. The API is at /ATServicesRest/V1.0, the tickets at /.' });
    }
    const startedAt = parts.clock.now();
    const started = performance.now();
    const { answer, fault } = await serve(asked, parts);
    parts.requestLog.add({
      at: startedAt.toISOString(),
      method: asked.method,
      path: `/${asked.path.join('/')}`,
      query: asked.query.toString(),
      body: asked.body,
      status: answer === DROPPED ? 0 : answer.status,
      error: answer === DROPPED || answer.status < 400 ? null : errorText(answer.body),
      fault: fault && `${fault.mode} (fault ${fault.id})`,
      durationMs: Math.round(performance.now() - started),
    });
    if (answer === DROPPED) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return send(reply, answer);
  });
};

const send = (reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply => {
  reply.code(status).headers(headers);
  if (typeof body === 'string') return reply.type('text/plain; charset=utf-8').send(body);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
};

const errorText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 1000);

/** The fault decides before and after the work; the work itself knows nothing of it. */
const serve = async (
  asked: ApiRequest & { isVersioned: boolean; url: string },
  parts: Parts,
): Promise<{ answer: Answer | typeof DROPPED; fault: PlannedFault | null }> => {
  let fault: PlannedFault | null = null;
  let release = () => {};
  try {
    const work = prepare(asked, parts.service);
    release = work.release;
    fault = parts.faults.take(asked.method, `/${asked.path.join('/')}`);
    await pause(work.waitMs + (fault?.delayMs ?? 0), undefined, { signal: parts.stopping });
    if (fault?.mode === 'respond') return { answer: fault, fault };
    if (fault?.mode === 'drop-before-store') return { answer: DROPPED, fault };
    const body = work.perform();
    if (fault?.mode === 'store-then-drop') return { answer: DROPPED, fault };
    if (fault?.mode === 'store-then-respond') return { answer: fault, fault };
    return { answer: { status: 200, body }, fault };
  } catch (error) {
    if (error instanceof ApiFailure) return { answer: { status: error.status, body: error.body }, fault };
    if (parts.stopping.aborted) return { answer: DROPPED, fault };
    parts.onBug(error as Error);
    const text = 'An unexpected error has occurred in the sandbox itself; its log has the reason.';
    return { answer: { status: 500, body: { errors: [text], errorId: 0 } }, fault };
  } finally {
    release();
  }
};

interface Work {
  waitMs: number;
  release(): void;
  perform(): unknown;
}

const prepare = (asked: ApiRequest & { isVersioned: boolean; url: string }, service: Service): Work => {
  const open = (perform: () => unknown): Work => {
    if (asked.method !== 'GET') throw noSuchMethod(asked.method);
    return { waitMs: 0, release: () => {}, perform };
  };
  const path = asked.path.join('/').toLowerCase();
  if (path === 'versioninformation') return open(() => service.versionInformation());
  if (asked.isVersioned && path === 'zoneinformation') return open(() => service.zoneInformation(asked));
  if (!asked.isVersioned) throw noSuchPath(asked.url);
  const isFollowUp = /\/query\/(next|previous)$/.test(path);
  if (asked.method === 'GET' && asked.url.length > MAX_URL_LENGTH && !isFollowUp)
    throw noSuchPath('(the URL is too long)');
  return service.admit(asked);
};

/** Null when the address is not the API's. */
const readRequest = (
  request: FastifyRequest,
  zone: Zone,
): (ApiRequest & { isVersioned: boolean; url: string }) | null => {
  const [pathname = '', search = ''] = splitOnce(request.raw.url ?? '/', '?');
  const segments = pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  if (segments[0]?.toLowerCase() !== SERVICE_SEGMENT) return null;
  const isVersioned = segments[1]?.toLowerCase() === VERSION_SEGMENT;
  return {
    method: request.method,
    path: segments.slice(isVersioned ? 2 : 1),
    isVersioned,
    url: request.raw.url ?? '/',
    query: new URLSearchParams(search),
    body: typeof request.body === 'string' ? request.body : '',
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    origin: `http://${request.host}`,
    zone,
  };
};

const splitOnce = (text: string, sign: string): [string, string] => {
  const at = text.indexOf(sign);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign: no entity is named like that, so the route answers 404.
    return segment;
  }
};
