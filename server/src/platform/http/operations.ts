import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, Forbidden } from '../errors/index.ts';
import type { Log } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Actor } from './actor.ts';

const READY_CHECK_MS = 3000;

const isLoopback = (address: string) => /^(::ffff:)?127\./.test(address) || address === '::1';

/** From this machine itself. A proxy on this machine says whom it speaks for, and that is somebody else. */
const isLocal = ({ socket, headers }: FastifyRequest) =>
  isLoopback(socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;

const withinMs = async (work: Promise<void> | void): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${READY_CHECK_MS} ms`)), READY_CHECK_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * For whoever keeps the server running: `/healthz` (the process answers), `/readyz` (its parts do too, else 503 and
 * which does not), `/metrics` (Prometheus' text form; from this machine, or with the right for it).
 */
export const serveOperations = (
  app: FastifyInstance,
  {
    log,
    metrics,
    authenticate,
    metricsNeeds,
    isStopping,
  }: {
    log: Log;
    metrics: Metrics;
    authenticate: (request: FastifyRequest) => Promise<Actor>;
    metricsNeeds: string;
    isStopping: () => boolean;
  },
): { addReadyCheck(name: string, check: () => Promise<void> | void): void } => {
  const checks = new Map<string, () => Promise<void> | void>();

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(
      [...checks].map(async ([name, check]) => {
        try {
          await withinMs(check());
          return { name, ready: true };
        } catch (err) {
          log.warn({ check: name, err }, 'not ready');
          // Anybody may ask; only what was worded for the outside is told.
          return { name, ready: false, why: err instanceof AppError ? err.message : 'see the server log' };
        }
      }),
    );
    const ready = !isStopping() && results.every((result) => result.ready);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks: results });
  });

  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) {
      const actor = await authenticate(request);
      if (!actor.permissions.has(metricsNeeds)) throw new Forbidden(`This needs the right ${metricsNeeds}`);
    }
    return reply.type(metrics.contentType).send(await metrics.text());
  });

  return { addReadyCheck: (name, check) => void checks.set(name, check) };
};
