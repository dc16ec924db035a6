/** An Administration Server of a test: real stores, real HTTP, the Open API over real TLS. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceFacts, type ReportedEvent, type Role, roles } from '@gatehouse/contract';
import { type KscClientOptions, openKscClient } from '@gatehouse/protocols/ksc-open-api';
import {
  type Administration,
  administrationMigrations,
  createAdministration,
  ensureCertificate,
  type OpenApiUser,
  type ServerCertificate,
  startOpenApi,
} from '../administration/index.ts';
import { type Database, migrate } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import type { Authenticator } from '../platform/http/index.ts';
import { startJobs } from '../platform/jobs/index.ts';
import { createLog } from '../platform/log/index.ts';
import { openSecrets } from '../platform/secrets/index.ts';
import { anActor, type CallOptions, startTestHttp } from './http.ts';

/** The password of every user of the kit. */
export const PASSWORD = 'pässword';

/** Of the user `reader`. */
export const readingRights = [
  'licenses:read',
  'servers:read',
  'devices:read',
  'tasks:read',
  'events:read',
  'tenants:read',
  'overview:read',
];
const allRights = [
  ...readingRights,
  'licenses:write',
  'incidents:write',
  'devices:write',
  'devices:command',
  'groups:write',
  'tenants:write',
  'statuses:write',
  'tasks:write',
  'scripts:run',
  'policies:read',
  'policies:write',
  'servers:write',
  'events:delete',
  'server:read',
  'server:write',
];

export interface AdministrationOptions {
  /** New and empty, of one test block. */
  database: Database;
  /** Its events are dropped. */
  engine: EventEngine;
  /** Null: nothing runs by itself, `settle` and `sweep` are called by the test. */
  sweepSeconds?: number | null;
  /** Runs jobs; else what is enqueued fails. */
  withJobs?: boolean;
  /** Of schedules; UTC unless told. */
  timeZone?: string;
  /** Tasks may run scripts. */
  remoteScripts?: boolean;
}

/** An event of a device without what the kit fills in. */
export type SentEvent = Partial<Omit<ReportedEvent, 'type'>> & { type: string };

let certificate: Promise<ServerCertificate> | undefined;
const certificateOnce = (): Promise<ServerCertificate> => {
  certificate ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-certificate-'));
    try {
      return await ensureCertificate(folder, new Date());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })();
  return certificate;
};

const testBearers: Authenticator = {
  name: 'test',
  authenticate: async ({ bearer }) => {
    if (bearer === 'admin') return anActor({ permissions: allRights });
    const [, name, role, ...tenantIds] = (bearer?.startsWith('person:') ? bearer : '').split(':');
    if (name && role) {
      const hex = createHash('sha256').update(name).digest('hex');
      return anActor({
        id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
        name,
        role,
        permissions: [...roles[role as Role].permissions],
        tenantIds: tenantIds.length > 0 ? tenantIds : null,
      });
    }
    const tenantId = /^tenant:(.+)$/.exec(bearer ?? '')?.[1];
    return tenantId === undefined ? null : anActor({ permissions: allRights, tenantIds: [tenantId] });
  },
};

/**
 * Starts it on free ports of this machine. Users of the Open API: `admin` (every right), `reader` (no right to write),
 * `nobody` (no right), and those that `addUser` makes. Bearers of the console's API: `admin`, `tenant:<id>`,
 * and `person:<name>:<role>[:<tenant>…]`.
 */
export const startAdministration = async ({
  database,
  engine,
  sweepSeconds = null,
  withJobs = false,
  timeZone = 'UTC',
  remoteScripts = false,
}: AdministrationOptions) => {
  await migrate(database, [administrationMigrations]);
  await engine.command('drop table if exists administration_event sync');

  let offsetMs = 0;
  const clock = () => new Date(Date.now() + offsetMs);
  /** What the log said at level error: a test that expects none looks here. */
  const logged: string[] = [];
  const log = createLog({
    level: 'error',
    output: { write: (line: string) => logged.push(line) } as unknown as NodeJS.WritableStream,
  });
  const changes: string[] = [];
  const audited: { action: string; target: string; after: unknown }[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-administration-'));
  const jobs = startJobs({ db: database, log });
  const made: { administration?: Administration } = {};
  const web = await startTestHttp(
    async (http) => {
      made.administration = await createAdministration({
        database,
        engine,
        http,
        log,
        clock,
        secrets: openSecrets({ keyFile: join(dataDir, 'secret.key') }),
        jobs,
        changed: (topic) => changes.push(topic),
        audit: async (line) => void audited.push(line),
        visibleForMinutes: 120,
        agentSyncSeconds: 60,
        sweepSeconds: sweepSeconds ?? 3600,
        dataDir,
        deletedHistoryDays: 90,
        siemQueueMostMegabytes: 32,
        systemLogSocket: join(dataDir, 'log'),
        timeZone,
        remoteScripts,
        taskHistoryDays: 90,
      });
    },
    { log, authenticators: [testBearers] },
  );
  const administration = made.administration as Administration;
  if (withJobs) await jobs.start();
  if (sweepSeconds !== null) await administration.start();

  const users = new Map<string, OpenApiUser>();
  const addUser = (name: string, permissions: readonly string[], tenantIds: readonly string[] | null = null) =>
    users.set(name, { id: randomUUID(), name, permissions: new Set(permissions), tenantIds });
  addUser('admin', allRights);
  addUser('reader', readingRights);
  addUser('nobody', []);

  const { key, cert } = await certificateOnce();
  const logins: { user: string; outcome: string }[] = [];
  const logouts: string[] = [];
  const openApiWrites: { action: string; call: string; details?: object }[] = [];
  const openApi = await startOpenApi({
    administration,
    verifyPassword: async (name, password) => (password === PASSWORD ? (users.get(name) ?? null) : null),
    people: async () => [...users.values()],
    onLogin: ({ user, outcome }) => logins.push({ user, outcome }),
    onLogout: ({ user }) => logouts.push(user),
    onWrite: ({ action, call, details }) =>
      openApiWrites.push({ action, call, ...(Object.keys(details).length > 0 && { details }) }),
    tls: { key, cert },
    host: '127.0.0.1',
    port: 0,
    log,
    clock,
  });
  const openApiUrl = `https://127.0.0.1:${openApi.port}`;
  const clients: { close(): Promise<void> }[] = [];

  const call = (method: string, path: string, options: CallOptions = {}) =>
    web.call(method, path, { bearer: 'admin', ...options });
  const mainTenant = async () => {
    const tenant = await administration.tenantsOf('all').byVirtualServerId(0);
    if (!tenant) throw new Error('there is no main server');
    return tenant;
  };

  /** Enrols a device of a tenant (the main server's own when none is named) as an agent does. */
  const enrol = async (hostname: string, { tenantId, groupId }: { tenantId?: string; groupId?: number } = {}) => {
    const tenant = tenantId ?? (await mainTenant()).id;
    const token = await call('POST', `/api/tenants/${tenant}/enrolment-tokens`, { body: { name: 'test', groupId } });
    const enrolled = await web.call('POST', '/agent/v1/enrol', {
      body: { token: token.body.secret, machineId: `machine-of-${hostname}`, hostname, agentVersion: '1.0.0' },
    });
    if (enrolled.status !== 200) throw new Error(`enrol: ${enrolled.status} ${JSON.stringify(enrolled.body)}`);
    const { deviceId, key: bearer } = enrolled.body as { deviceId: string; key: string };
    let seq = 0;
    const agent = (method: string, path: string, body?: unknown) => web.call(method, path, { bearer, body });
    return {
      id: deviceId,
      key: bearer,
      agent,
      /** Tells facts, as the agent's sync. */
      reports: (facts: DeviceFacts) =>
        agent('POST', '/agent/v1/sync', { agentVersion: '1.0.0', sentAt: clock().toISOString(), facts }),
      /** Sends events in one batch, numbered on. */
      sends: (...events: SentEvent[]) =>
        agent('POST', '/agent/v1/events', {
          epoch: 'epoch-of-kit',
          events: events.map((event) => {
            seq += 1;
            return { riseTime: clock().toISOString(), ...event, seq };
          }),
        }),
      /** As the console shows it. */
      shown: async () => (await call('GET', `/api/devices/${deviceId}`)).body,
    };
  };

  return {
    administration,
    web,
    openApi,
    openApiUrl,
    /** The certificate of the Open API, to be trusted. */
    cert,
    clock,
    /** Folder of what the server keeps on the disk; its system log is the socket `log` in it. */
    dataDir,
    /** Turns the server's clock on. */
    advance: (ms: number) => {
      offsetMs += ms;
    },
    changes,
    /** What the server did by itself. */
    audited,
    logins,
    logouts,
    /** What programs changed by the Open API, as the audit trail gets it. */
    openApiWrites,
    logged,
    addUser,
    mainTenant,
    addTenant: (name: string) => administration.createTenant(name),
    enrol,
    /** The console's API, with every right. */
    call,
    /** Brings all up to date: what was stored is applied, what is due is decided, what was decided is stored. */
    settle: () => administration.settle(),
    /** As the clock does: what time alone changed is decided too. */
    sweep: async () => {
      await administration.sweep();
      await administration.settle();
    },
    /** An Open API client, closed at `stop`. */
    client: (user = 'admin', options: Partial<KscClientOptions> = {}) => {
      const client = openKscClient({
        url: openApiUrl,
        trust: { caPem: cert, serverName: 'localhost' },
        credentials: { scheme: 'KSCBasic', user, password: PASSWORD },
        ...options,
      });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) await client.close();
      await openApi.close();
      await jobs.stop({ graceSeconds: 2 });
      await administration.stop();
      await web.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
export type TestAdministration = Awaited<ReturnType<typeof startAdministration>>;
