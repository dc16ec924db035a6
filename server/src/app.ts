import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Accounts, accountRoutes, accountsMigrations, createAccounts } from './accounts/index.ts';
import {
  type Administration,
  administrationMigrations,
  createAccountHistory,
  createAdministration,
  ensureCertificate,
  startOpenApi,
} from './administration/index.ts';
import { auditMigrations, auditRoutes, createAuditTrail } from './audit/index.ts';
import { createIntegrations, integrationsMigrations } from './integrations/index.ts';
import { operationsRoutes, tracingRoutes } from './operations/index.ts';
import { systemClock } from './platform/clock/index.ts';
import { type Database, migrate, openDatabase } from './platform/db/index.ts';
import { AppError } from './platform/errors/index.ts';
import { openEventEngine } from './platform/event-engine/index.ts';
import { type Actor, type AuditLine, createHttp, serveDocs, serveLive } from './platform/http/index.ts';
import { newId } from './platform/ids/index.ts';
import { type Jobs, startJobs } from './platform/jobs/index.ts';
import type { Lifecycle } from './platform/lifecycle/index.ts';
import { createLive } from './platform/live/index.ts';
import { lockDataDir } from './platform/lock/index.ts';
import type { Log } from './platform/log/index.ts';
import { createMetrics } from './platform/metrics/index.ts';
import { openSecrets, type Secrets } from './platform/secrets/index.ts';
import { openTrace } from './platform/trace/index.ts';
import type { Settings } from './settings.ts';
import { VERSION } from './version.ts';

/** The name under which our own Integration Service logs in to our own Administration Server. */
const INTEGRATION_SERVICE_USER = 'gatehouse-integration-service';
const BUILT_CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));
const HOUR_SECONDS = 3600;
/** What audit lines that come from no call of the API have in common. */
const serverLine = {
  actorId: '',
  tenantId: null,
  address: null,
  outcome: 'done',
  before: null,
  after: null,
} as const satisfies Partial<AuditLine>;

/** Who asks for what no caller asked for. */
const theServer: Actor = { kind: 'server', id: '', name: 'gatehouse', permissions: new Set(), tenantIds: null };

export interface AppOptions {
  settings: Settings;
  log: Log;
  lifecycle: Lifecycle;
  /** Told before each step that can take long, with what is done. */
  onStep: (step: string) => void;
}

/** The parts that the command line needs without serving anything: `user add` and the like. */
export const openStores = async ({ settings, log, lifecycle, onStep }: AppOptions) => {
  const dataDir = resolve(settings.dataDir);
  const lock = await lockDataDir(dataDir);
  lifecycle.onStop('data folder', lock.release);

  onStep(settings.databaseUrl ? 'Connecting to PostgreSQL' : 'Opening the embedded database');
  const database = await openDatabase(
    settings.databaseUrl
      ? { url: settings.databaseUrl }
      : {
          dataDir: join(dataDir, 'database'),
          onFatal: (error) => {
            log.fatal({ err: error }, 'the embedded database died; start the server again');
            process.exit(1);
          },
        },
  );
  lifecycle.onStop('database', database.close);
  await migrate(
    database,
    [accountsMigrations, auditMigrations, administrationMigrations, integrationsMigrations],
    (step) => onStep(`Preparing tables: ${step}`),
  );
  const accounts = createAccounts({
    db: database,
    now: systemClock,
    limits: { idleMinutes: settings.sessionIdleMinutes, absoluteHours: settings.sessionAbsoluteHours },
  });
  return { dataDir, database, accounts, audit: createAuditTrail({ db: database, now: systemClock }) };
};

/** What is wired to what. The server is ready when this resolves; `lifecycle` stops it, last started first. */
export const startApp = async (options: AppOptions) => {
  const { settings, log, lifecycle, onStep } = options;
  const clock = systemClock;
  const startedAt = clock();
  const { dataDir, database, accounts, audit } = await openStores(options);
  const secrets = openSecrets({ keyFile: settings.secretKeyFile ?? join(dataDir, 'secret.key') });

  let onPublished = () => {};
  const accountHistory = createAccountHistory({
    database,
    clock,
    linesSince: audit.since,
    onPublished: () => onPublished(),
  });
  const record = async (line: AuditLine): Promise<void> => {
    await audit.record(line);
    // What was done is done and written down; its event is made up for once an hour.
    await accountHistory
      .onAudited(line)
      .catch((error: unknown) => log.error({ err: error }, 'an audit event could not be published; trying again'));
  };

  const live = createLive();
  const metrics = createMetrics();
  const http = await createHttp({
    log,
    metrics,
    audit: record,
    authenticators: accounts.authenticators,
    publicUrl: settings.publicUrl,
    consoleDir: settings.consoleDir ?? BUILT_CONSOLE,
    trustedProxies: settings.trustedProxies,
    anonymousCallsPerMinute: settings.anonymousCallsPerMinute,
    metricsNeeds: 'server:read',
  });
  http.addReadyCheck('database', database.ping);
  accountRoutes(http, { accounts });
  auditRoutes(http, { audit });
  serveLive(http, live);
  serveDocs(http, { version: VERSION });

  const jobs = startJobs({ db: database, log });
  jobs.every({
    name: 'accounts.clean-up',
    seconds: HOUR_SECONDS,
    run: async () => {
      for (const { id, name } of (await accounts.cleanUp()).endedSessionsOf) {
        await record({
          ...serverLine,
          ...{ actor: name, actorKind: 'user', actorId: id, action: 'session.expired', target: '/api/session' },
          requestId: newId(),
        });
      }
    },
  });
  jobs.every({ name: 'administration.account-history', seconds: HOUR_SECONDS, run: accountHistory.catchUp });

  // Statuses may change before the Integration Service is there; its own clock makes up for what it misses.
  let wakeIntegrations = () => {};
  const server = settings.roles.includes('administration')
    ? await startAdministrationServer({
        ...options,
        ...{ dataDir, database, accounts, http, live, audit, record, jobs, secrets },
        onStatusChange: () => wakeIntegrations(),
      })
    : null;

  const trace = await openTrace({
    folder: join(dataDir, 'traces'),
    name: 'integration-service',
    isConfigured: settings.trace,
    clock,
    log: log.child({ part: 'trace' }),
  });
  lifecycle.onStop('trace', trace.close);

  const integrations = settings.roles.includes('integrations')
    ? createIntegrations({
        db: database,
        jobs,
        secrets,
        log: log.child({ part: 'integrations' }),
        clock,
        http,
        live,
        pollSeconds: settings.integrationPollSeconds,
        reloadMinutes: settings.configReloadMinutes,
        psaProxy:
          settings.psaProxyUrl === null
            ? null
            : { url: settings.psaProxyUrl, user: settings.psaProxyUser, password: settings.psaProxyPassword },
        publicUrl: settings.publicUrl,
        trace: trace.write,
      })
    : null;

  if (server) onPublished = server.onPublished;
  if (integrations) wakeIntegrations = integrations.wake;

  operationsRoutes(http, {
    version: VERSION,
    startedAt,
    roles: settings.roles,
    database: database.kind === 'pglite' ? 'PGlite (embedded, in the data folder)' : 'PostgreSQL',
    eventEngine: server?.eventEngine ?? 'none: this process has no Administration Server',
    openApi: server && {
      port: server.openApi.port,
      certificateFingerprint: server.certificate.fingerprint,
      certificatePem: server.certificate.cert,
    },
    jobs,
  });
  if (integrations) tracingRoutes(http, trace);

  onStep('Starting jobs');
  await jobs.start();
  lifecycle.onStop('jobs', () => jobs.stop({ graceSeconds: 2 }));
  metrics.labelledGauge('gatehouse_jobs_waiting', 'Jobs that wait or run, by name', 'job', async () =>
    Object.fromEntries((await jobs.counts()).map((count) => [count.name, count.waiting + count.running])),
  );

  if (integrations) {
    if (server) {
      // Our own Administration Server is a source like any other: by address, name, password and pinned certificate.
      await integrations.ensureLocalSource({
        url: `https://127.0.0.1:${server.openApi.port}`,
        user: INTEGRATION_SERVICE_USER,
        password: await accounts.ensureServiceUser(INTEGRATION_SERVICE_USER, 'read-only'),
        fingerprint: server.certificate.fingerprint,
      });
    }
    integrations.start();
    lifecycle.onStop('integrations', integrations.stop);
  }

  const listening = await http.listen({ host: settings.httpHost, port: settings.httpPort });
  lifecycle.onStop('http', http.close);
  const url = settings.publicUrl ?? listening.url;
  const setupLink = (await accounts.needsSetup())
    ? `${url.replace(/\/$/, '')}/setup?token=${await accounts.issueSetupToken()}`
    : null;
  return { url, localUrl: listening.url, setupLink, openApiPort: server?.openApi.port ?? null, accounts, dataDir };
};
export type App = Awaited<ReturnType<typeof startApp>>;

/** The Administration Server with its event store and its Open API, stopped in the order that loses nothing. */
const startAdministrationServer = async ({
  settings,
  log,
  lifecycle,
  onStep,
  dataDir,
  database,
  accounts,
  http,
  live,
  audit,
  record,
  jobs,
  secrets,
  onStatusChange,
}: AppOptions & {
  dataDir: string;
  database: Database;
  accounts: Accounts;
  http: Awaited<ReturnType<typeof createHttp>>;
  live: ReturnType<typeof createLive>;
  audit: ReturnType<typeof createAuditTrail>;
  record: (line: AuditLine) => Promise<void>;
  jobs: Jobs;
  secrets: Secrets;
  onStatusChange: () => void;
}) => {
  onStep(settings.clickhouseUrl ? 'Connecting to ClickHouse' : 'Opening the embedded event store');
  const engine = await openEventEngine(
    settings.clickhouseUrl ? { url: settings.clickhouseUrl } : { dataDir: join(dataDir, 'events') },
  );
  lifecycle.onStop('event store', engine.close);
  http.addReadyCheck('event store', engine.ping);

  const administration: Administration = await createAdministration({
    database,
    engine,
    http,
    log: log.child({ part: 'administration' }),
    clock: systemClock,
    secrets,
    jobs,
    changed: live.publish,
    onStatusChange,
    audit: audit.recordByServer,
    visibleForMinutes: settings.visibleForMinutes,
    agentSyncSeconds: settings.agentSyncSeconds,
    dataDir,
    deletedHistoryDays: settings.deletedHistoryDays,
    siemQueueMostMegabytes: settings.siemQueueMostMegabytes,
    systemLogSocket: settings.systemLogSocket,
    timeZone: settings.timeZone,
    remoteScripts: settings.remoteScripts,
    taskHistoryDays: settings.taskHistoryDays,
  });
  await administration.start();
  lifecycle.onStop('administration', administration.stop);

  onStep('Starting the KSC Open API');
  const certificate = await ensureCertificate(join(dataDir, 'certificates'), systemClock());
  const recordLogin = (
    line: Pick<AuditLine, 'actor' | 'action' | 'target' | 'address' | 'outcome' | 'requestId'> &
      Partial<Pick<AuditLine, 'tenantId' | 'before' | 'after'>>,
  ) => {
    // Our own service logs in by itself all the time; it would drown what people want to see.
    if (line.actor === INTEGRATION_SERVICE_USER && line.outcome === 'done') return;
    record({ ...serverLine, actorKind: 'user', ...line }).catch((error: unknown) =>
      log.error({ err: error }, 'an audit line could not be written'),
    );
  };
  const openApi = await startOpenApi({
    administration,
    verifyPassword: async (name, password, address) => {
      try {
        return await accounts.verifyPassword(name, password, address);
      } catch (error) {
        // Wrong, disabled or too often: the protocol has one answer for all of them.
        if (error instanceof AppError && error.httpStatus !== 503) return null;
        throw error;
      }
    },
    people: () => accounts.listUsers(theServer),
    onLogin: ({ user, server, address, outcome, requestId }) =>
      recordLogin({
        actor: user,
        action: 'open-api.login',
        target: server || hostname(),
        ...{ address, outcome, requestId },
      }),
    onLogout: ({ user, server, address, requestId }) =>
      recordLogin({ actor: user, action: 'open-api.logout', target: server, outcome: 'done', address, requestId }),
    onWrite: ({ user, server, address, requestId, action, call, details }) =>
      recordLogin({
        actor: user,
        action,
        target: `${server}, ${call}`,
        outcome: 'done',
        address,
        requestId,
        ...details,
      }),
    tls: certificate,
    host: settings.openApiHost,
    port: settings.openApiPort,
    log: log.child({ part: 'open-api' }),
    clock: systemClock,
  });
  lifecycle.onStop('open api', openApi.close);
  return {
    onPublished: administration.onPublished,
    openApi,
    certificate,
    eventEngine: engine.kind === 'chdb' ? 'chDB (embedded, in the data folder)' : 'ClickHouse',
  };
};
