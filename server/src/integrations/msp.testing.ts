import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision, Ticket, TicketRule } from '@gatehouse/contract';
import { expect } from 'vitest';
import { tracingRoutes } from '../operations/index.ts';
import { type Database, migrate } from '../platform/db/index.ts';
import type { Actor } from '../platform/http/index.ts';
import { startJobs } from '../platform/jobs/index.ts';
import { createLog } from '../platform/log/index.ts';
import { openSecrets } from '../platform/secrets/index.ts';
import { openTrace } from '../platform/trace/index.ts';
import { anActor, startTestHttp } from '../testing/http.ts';
import { createIntegrations } from './create-integrations.ts';
import { startAutotaskStandIn } from './psa/autotask/stand-in.testing.ts';
import { startFakeServer } from './sources/administration-server/fake-server.testing.ts';
import { integrationsMigrations } from './store-migrations.ts';

/** Bits of the status mask. */
export const DATABASES_OUTDATED = 1 << 7;
export const ACTIVE_THREATS = 1 << 10;

const rights = [
  'integrations:read',
  'integrations:write',
  'tickets:read',
  'overview:read',
  'billing:read',
  'billing:write',
  'server:read',
  'server:write',
];
const TABLES =
  'adjustment_step, adjustment, billing_evidence, billing_account_run, billing_run, billing_contract, delivery, ticket, decision, held_back, pending_event, ticket_rule, mapping, integration, source_tenant, source' +
  ', integration_notice, health_setting, health_alarm';

/** An MSP with one server and one PSA: the real service, a real database and real jobs, and stand-ins behind sockets. */
export const startMsp = async (db: Database) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-msp-'));
  const secrets = openSecrets({ keyFile: join(folder, 'secret.key') });
  const log = createLog({ level: 'silent' });
  const server = await startFakeServer();
  const psa = await startAutotaskStandIn();
  await migrate(db, [integrationsMigrations]);

  const actors = new Map<string, Actor>([
    ['all', anActor({ permissions: rights })],
    ['second', anActor({ id: '019a0000-0000-7000-8000-000000000002', name: 'bob', permissions: rights })],
    ['limited', anActor({ permissions: rights, tenantIds: ['019a0000-0000-7000-8000-00000000abcd'] })],
  ]);
  let clockAheadMs = 0;
  let published = 0;

  const startService = async () => {
    const jobs = startJobs({ db, log });
    const trace = await openTrace({
      folder: join(folder, 'traces'),
      name: 'integration-service',
      isConfigured: false,
      clock: () => new Date(),
      log,
    });
    let service: ReturnType<typeof createIntegrations> | undefined;
    const listening = await startTestHttp(
      (routes) => {
        service = createIntegrations({
          db,
          jobs,
          secrets,
          log,
          http: routes,
          live: {
            publish: () => {
              published += 1;
            },
            subscribe: () => () => {},
          },
          clock: () => new Date(Date.now() + clockAheadMs),
          pollSeconds: 3_600,
          followSeconds: 3_600,
          pauseScale: 0.001,
          trace: trace.write,
        });
        tracingRoutes(routes, trace);
      },
      { authenticators: [{ name: 'test', authenticate: async ({ bearer }) => actors.get(bearer ?? '') ?? null }] },
    );
    await jobs.start();
    if (!service) throw new Error('the service was not made');
    return { service, jobs, http: listening };
  };
  let running = await startService();

  const call = async (method: string, path: string, body?: unknown, bearer = 'all') =>
    running.http.call(method, path, { bearer, ...(body === undefined ? {} : { body }) });
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  const msp = {
    server,
    psa,
    call,
    must,
    folder,
    audited: () => running.http.audited,
    /** How often open consoles were told that there is something new. */
    published: () => published,
    integrationId: '',
    sourceId: '',
    /** Empties everything and sets up anew: an integration, the server as local source, and one mapped tenant. */
    async reset({ mapped = true } = {}) {
      await db.executeSql(
        `truncate ${TABLES.split(', ')
          .map((table) => `integrations.${table}`)
          .join(', ')} cascade`,
      );
      psa.reset();
      clockAheadMs = 0;
      server.removeTenants();
      server.mainServer.devices = [];
      Object.assign(server.switches, {
        right: server.access.password,
        isDown: false,
        isSilent: false,
        refusesEventFilter: false,
        failsFor: '',
        forbids: [],
      });
      const { certificateFingerprint: fingerprint, ...access } = server.access;
      msp.sourceId = await running.service.ensureLocalSource({ ...access, fingerprint });
      const tenant = server.addTenant('Alder Joinery');
      await msp.poll();
      const added = await must('POST', '/api/integrations', {
        kind: 'autotask',
        name: 'Our Autotask',
        settings: psa.settings,
      });
      msp.integrationId = added.id;
      if (mapped) await msp.map('1', '175');
      return tenant;
    },
    map: (tenantId: string, accountId: string | null) =>
      must('PUT', `/api/integrations/${msp.integrationId}/mappings/${msp.sourceId}/${tenantId}`, { accountId }),
    async rules(...on: string[]): Promise<void> {
      const { items } = await must('GET', `/api/integrations/${msp.integrationId}/ticket-rules`);
      const rules = (items as TicketRule[])
        .filter(({ reason }) => on.includes(reason))
        .map(({ title: _, problem: __, ...rule }) => ({ ...rule, enabled: true }));
      expect(rules).toHaveLength(on.length);
      await must('PUT', `/api/integrations/${msp.integrationId}/ticket-rules`, { rules });
    },
    poll: () => running.service.pollNow(),
    /** Reads the server and waits until every ticket's outbox is empty or put off. */
    async settle() {
      await msp.poll();
      await expect
        .poll(
          async () =>
            (await msp.tickets()).filter(
              ({ state, problem }) => (state === 'opening' || state === 'closing') && problem === null,
            ),
          {
            timeout: 15_000,
            interval: 30,
          },
        )
        .toEqual([]);
    },
    /** Asks the PSA what became of the tickets: the job of every five minutes. */
    async follow() {
      clockAheadMs += 2 * 3_600_000;
      await running.service.followNow();
    },
    /** Asks the PSA which accounts changed. */
    readAccounts: () => running.service.readAccountsNow(),
    /** Looks for connections that are down for too long: the job of every minute. */
    checkHealth: () => running.service.checkHealthNow(),
    /** Heeds what another process saved: what the service does by itself every quarter of an hour. */
    reload: () => running.service.reloadNow(),
    /** What the clock does about billing each minute. */
    bill: () => running.service.billNow(),
    /** Makes the reports of today anew; without `all` as the job of every hour does. */
    report: ({ all = true } = {}) => running.service.reportNow({ all }),
    later: (ms: number) => {
      clockAheadMs += ms;
    },
    tickets: async (): Promise<Ticket[]> => (await must('GET', '/api/tickets?limit=200')).items,
    decisions: async (): Promise<Decision[]> => (await must('GET', '/api/decisions?limit=200')).items,
    /** As after a kill: everything in memory is gone, the database stays. */
    async restart() {
      await running.service.stop();
      await running.jobs.stop({ graceSeconds: 2 });
      await running.http.stop();
      running = await startService();
    },
    async stop() {
      await running.service.stop();
      await running.jobs.stop({ graceSeconds: 2 });
      await running.http.stop();
      await server.close();
      await psa.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return msp;
};
export type Msp = Awaited<ReturnType<typeof startMsp>>;
