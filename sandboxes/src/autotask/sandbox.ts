import fastify, { type FastifyInstance } from 'fastify';
import { apiRoutes } from './api-routes.ts';
import { virtualClock } from './clock.ts';
import { controlRoutes } from './control/routes.ts';
import { type Controls, createControls } from './controls.ts';
import { Database, type State, type Zone } from './database.ts';
import { AddressUnusable, PortTaken } from './errors.ts';
import { createFaults } from './faults.ts';
import { fixture, usualSwitches } from './fixture.ts';
import { createLimits } from './limits.ts';
import { pageRoutes } from './page/routes.ts';
import { keepInFile, loadState } from './persistence.ts';
import { createRequestLog } from './request-log.ts';
import { BASE_PATH, createService } from './service.ts';

const MAX_BODY_BYTES = 10_000_000;

export interface SandboxOptions {
  /** 0 takes a free port. */
  port: number;
  /** Default 127.0.0.1. The control API answers loopback callers only, whatever the host. */
  host?: string;
  /** Opens a second zone to move the database to: the API alone, at this port. 0 takes a free one. */
  secondZonePort?: number;
  /** Keeps the database over restarts. Without it everything is in memory. */
  dataFile?: string;
  /** The real clock; the virtual one is set by control. */
  now?: () => Date;
  /** Gets one line per thing that an operator should know. Default: silence. */
  log?: (line: string) => void;
}

export interface AutotaskSandbox {
  /** e.g. `http://127.0.0.1:9080`: the ticket page, and the host for zone discovery. */
  origin: string;
  /** The API's base, as zone discovery would lead to it. */
  baseUrl: string;
  port: number;
  /** Where the second zone answers; null without one. */
  secondZoneOrigin: string | null;
  controls: Controls;
  /** Stops serving and writes the data file. */
  close(): Promise<void>;
}

const server = (onBug: (error: Error) => void): FastifyInstance => {
  const http = fastify({ exposeHeadRoutes: false, forceCloseConnections: true, bodyLimit: MAX_BODY_BYTES });
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  http.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500)
      return reply.code(status).send({ code: error.code ?? 'sandbox.bad_request', message: error.message });
    onBug(error);
    return reply.code(500).send({ code: 'sandbox.defect', message: 'A defect of the sandbox; its log has the reason' });
  });
  return http;
};

/** @returns the port that it got */
const listen = async (http: FastifyInstance, { port, host }: { port: number; host: string }): Promise<number> => {
  try {
    await http.listen({ port, host });
  } catch (error) {
    await http.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new PortTaken(host, port, { cause: error });
    throw new AddressUnusable(host, port, message, { cause: error });
  }
  const address = http.server.address();
  return typeof address === 'object' && address ? address.port : port;
};

const originAt = (host: string, port: number): string => {
  const shownHost =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${shownHost}:${port}`;
};

/** A file of an older version of this program may lack newer switches, lists and first ids. */
const completed = (stored: State, fresh: State): State => ({
  ...stored,
  switches: { ...usualSwitches, ...stored.switches },
  picklists: { ...fresh.picklists, ...stored.picklists },
  nextIds: { ...fresh.nextIds, ...stored.nextIds },
});

/**
 * Starts a stand-in of the Autotask PSA REST API on a loopback address.
 *
 * @throws PortTaken, AddressUnusable, DataFileUnreadable
 */
export const startAutotaskSandbox = async ({
  port,
  host = '127.0.0.1',
  dataFile,
  now: realNow = () => new Date(),
  log = () => {},
  secondZonePort,
}: SandboxOptions): Promise<AutotaskSandbox> => {
  const stored = dataFile === undefined ? null : await loadState(dataFile);
  const db = new Database(stored === null ? fixture(realNow()) : completed(stored, fixture(realNow())));
  const onFileError = (error: Error) => log(`The data file could not be written: ${error.message}`);
  const file = dataFile === undefined ? null : keepInFile(db, dataFile, onFileError);

  if (secondZonePort === undefined && db.zone !== 1) db.zone = 1;

  const clock = virtualClock(db, realNow);
  const limits = createLimits();
  const faults = createFaults();
  const requestLog = createRequestLog();
  const origins = new Map<Zone, string>();
  const service = createService({ db, limits, clock, originOf: (zone) => origins.get(zone) });
  const controls = createControls({ db, clock, limits, faults, requestLog, realNow, origins });
  const stopping = new AbortController();
  const onBug = (error: Error) => log(`A defect of the sandbox: ${error.stack ?? error.message}`);
  const api = { service, faults, requestLog, clock, stopping: stopping.signal, onBug };

  const http = server(onBug);
  controlRoutes(http, { controls, onBug });
  pageRoutes(http, { db, clock, controls });
  apiRoutes(http, { ...api, zone: 1 });
  const actualPort = await listen(http, { port, host });
  const origin = originAt(host, actualPort);
  origins.set(1, origin);

  const secondHttp = secondZonePort === undefined ? null : server(onBug);
  if (secondHttp && secondZonePort !== undefined) {
    apiRoutes(secondHttp, { ...api, zone: 2 });
    try {
      origins.set(2, originAt(host, await listen(secondHttp, { port: secondZonePort, host })));
    } catch (error) {
      await http.close();
      throw error;
    }
  }

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([http.close(), secondHttp?.close()]);
    await file?.flush();
  };
  return {
    origin,
    baseUrl: `${origin}${BASE_PATH}`,
    port: actualPort,
    secondZoneOrigin: origins.get(2) ?? null,
    controls,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
