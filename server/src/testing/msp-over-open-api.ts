/** An MSP of a test, with nothing played but the PSA: our own Administration Server, read over the Open API. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision, DeviceFacts, Ticket, TicketGuards, TicketRule } from '@gatehouse/contract';
import { expect } from 'vitest';
import { createIntegrations, integrationsMigrations } from '../integrations/index.ts';
import { startAutotaskStandIn } from '../integrations/psa/autotask/stand-in.testing.ts';
import { type Database, migrate } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startJobs } from '../platform/jobs/index.ts';
import { createLog } from '../platform/log/index.ts';
import { openSecrets } from '../platform/secrets/index.ts';
import { PASSWORD, startAdministration } from './administration.ts';
import { anActor, startTestHttp } from './http.ts';

const DAY_MS = 86_400_000;
const rights = ['integrations:read', 'integrations:write', 'tickets:read', 'overview:read'];
const quiet = { timeout: 20_000, interval: 50 };

/** Facts of a device with nothing wrong, but for what is said. */
export const factsOf = (
  hostname: string,
  now: Date,
  { databasesDays = 0 }: { databasesDays?: number } = {},
): DeviceFacts => ({
  hostname,
  securityApplication: { product: 'ClamAV', name: 'ClamAV', version: '1.4.3', running: true, rtpState: 4 },
  databases: { releasedAt: new Date(now.getTime() - databasesDays * DAY_MS).toISOString(), records: null },
});

/** Starts it on free ports of this machine. One database and event engine of one test block. */
export const startMspOverOpenApi = async ({ database, engine }: { database: Database; engine: EventEngine }) => {
  const administration = await startAdministration({ database, engine });
  await migrate(database, [integrationsMigrations]);
  const psa = await startAutotaskStandIn();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-msp-'));
  const log = createLog({ level: 'silent' });
  const jobs = startJobs({ db: database, log });
  const made: { service?: ReturnType<typeof createIntegrations> } = {};
  const web = await startTestHttp(
    (http) => {
      made.service = createIntegrations({
        db: database,
        jobs,
        secrets: openSecrets({ keyFile: join(folder, 'secret.key') }),
        log,
        http,
        clock: administration.clock,
        pollSeconds: 36_000,
        followSeconds: 36_000,
        pauseScale: 0.001,
      });
    },
    { authenticators: [{ name: 'test', authenticate: async () => anActor({ permissions: rights }) }] },
  );
  await jobs.start();
  const service = made.service as ReturnType<typeof createIntegrations>;
  const sourceId = await service.ensureLocalSource({
    url: administration.openApiUrl,
    user: 'admin',
    password: PASSWORD,
    fingerprint: new X509Certificate(administration.cert).fingerprint256,
  });

  const call = (method: string, path: string, body?: unknown) =>
    web.call(method, path, { bearer: 'all', ...(body === undefined ? {} : { body }) });
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  let integrationId = '';
  const at = (path: string) => `/api/integrations/${integrationId}${path}`;
  const endIntegration = async (): Promise<void> => {
    if (integrationId) await must('DELETE', at(''));
    integrationId = '';
  };
  const rulesNow = async (): Promise<TicketRule[]> => (await must('GET', at('/ticket-rules'))).items;
  const tickets = async (): Promise<Ticket[]> => (await must('GET', '/api/tickets?limit=200')).items;

  return {
    administration,
    psa,
    call,
    must,
    at,
    tickets,
    rulesNow,
    decisions: async (): Promise<Decision[]> => (await must('GET', '/api/decisions?limit=200')).items,
    /** A client with an account of its own and one device. */
    async client(name: string) {
      const tenant = await administration.addTenant(name);
      await service.pollNow();
      const [account] = psa.sandbox.controls.createCompanies([{ companyName: name }]);
      const mapped = await must('GET', at('/mappings'));
      const { sourceTenantId } = mapped.items.find(
        (row: { sourceTenantName: string }) => row.sourceTenantName === name,
      );
      const mapping = at(`/mappings/${sourceId}/${sourceTenantId}`);
      const map = (accountId: string | null) => must('PUT', mapping, { accountId });
      await map(String(account?.id));
      return { tenantId: tenant.id, sourceTenantId, accountId: Number(account?.id), map };
    },
    /** A device that tells how it is. */
    async device(tenantId: string, hostname: string) {
      const enrolled = await administration.enrol(hostname, { tenantId });
      const tells = async (wrong: Parameters<typeof factsOf>[2] = {}) => {
        const told = await enrolled.reports(factsOf(hostname, administration.clock(), wrong));
        if (told.status !== 200) throw new Error(`sync: ${told.status} ${JSON.stringify(told.body)}`);
        await administration.settle();
      };
      const threat = (type: string, severity: number) => async (uid: string) => {
        const params = { '2': `/tmp/${uid}`, '5': 'Sample.Trojan', '6': uid };
        await enrolled.sends({ type, severity: severity as 1 | 4, params });
        await administration.settle();
      };
      await tells();
      return {
        ...enrolled,
        tells,
        catches: threat('GNRL_EV_VIRUS_FOUND', 4),
        isHealed: threat('GNRL_EV_OBJECT_DELETED', 1),
      };
    },
    endIntegration,
    /** A new integration; that of the test before ends. */
    async reset() {
      await endIntegration();
      await database.executeSql('truncate integrations.ticket, integrations.decision cascade');
      psa.reset();
      psa.sandbox.controls.setClock(administration.clock());
      const wish = { kind: 'autotask', name: 'Our Autotask', settings: psa.settings };
      integrationId = (await must('POST', '/api/integrations', wish)).id;
    },
    sourceId,
    /** Switches these rules on. */
    async rules(...on: string[]) {
      const wanted = (await rulesNow()).filter(({ reason }) => on.includes(reason));
      expect(wanted).toHaveLength(on.length);
      const rules = wanted.map(({ title: _, problem: __, ...rule }) => ({ ...rule, enabled: true }));
      await must('PUT', at('/ticket-rules'), { rules });
    },
    async guards(change: Partial<TicketGuards>) {
      const { guards, revision } = await must('GET', at('/ticket-guards'));
      await must('PUT', at('/ticket-guards'), { guards: { ...guards, ...change }, revision });
    },
    /** Reads the server and waits until every ticket is in the PSA as decided, or says why not. */
    async settle() {
      await administration.settle();
      await service.pollNow();
      const unsettled = `select action from integrations.delivery
        where state = 'sent' or (state = 'planned' and problem is null)`;
      await expect.poll(async () => (await database.executeSql(unsettled)).rows, quiet).toEqual([]);
    },
    /** Asks the PSA what became of the tickets. */
    follow: () => service.followNow(),
    /** Turns the clocks of everybody on. */
    async later(ms: number) {
      administration.advance(ms);
      psa.sandbox.controls.setClock(administration.clock());
      await administration.sweep();
    },
    async stop() {
      await service.stop();
      await jobs.stop({ graceSeconds: 2 });
      await web.stop();
      await administration.stop();
      await psa.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
export type MspOverOpenApi = Awaited<ReturnType<typeof startMspOverOpenApi>>;
