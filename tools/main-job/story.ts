import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addEnrolmentToken,
  addIntegration,
  addTenant,
  type Device,
  getDevice,
  giveCommand,
  listDecisions,
  listDevices,
  listEvents,
  listMappings,
  listPsaAccounts,
  listTicketRules,
  listTickets,
  putMapping,
  putTicketRules,
  setUp,
} from '../../contract/src/index.ts';
import { sampleCredentials } from '../../sandboxes/src/autotask/index.ts';
import { type Api, apiClient } from '../lib/api.ts';
import { type ChildProgram, startProgram } from '../lib/child-program.ts';
import { freePort, type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { inRoot } from '../lib/root.mjs';
import { allTickets, COMPLETE } from './psa.ts';
import type { Report } from './report.ts';
import { waitFor } from './wait.ts';

/** A link of the chain that is left out, so that one can see the story fail. */
export const links = ['agent', 'psa-secret', 'rule'] as const;
export type Link = (typeof links)[number];

const RULE = 'status:critical:activeThreats';
/** Another link than the one that is waited for is at fault when it takes longer. */
const PATIENCE_MS = 60_000;

// The test string that every scanner knows, in two parts, so that no scanner takes this file for what it tests.
export const testFile = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export interface StoryOptions {
  report: Report;
  without?: Link;
  /** Shortens the waiting for a story that is expected to fail. */
  patienceMs?: number;
}

/**
 * The main job from end to end on real input: a scanner finds a test file, the device turns Critical, a ticket opens in
 * the PSA; the file goes, the device turns OK, the ticket closes. Starts and ends everything that it needs.
 * @throws StepFailed at the first step that fails
 */
export const mainJob = async ({ report, without, patienceMs = PATIENCE_MS }: StoryOptions): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-main-job-'));
  const watched = join(folder, 'watched');
  mkdirSync(watched);
  const ending: (() => Promise<unknown>)[] = [];
  const withinMs = patienceMs;
  try {
    const server = await report.step('A server starts on a fresh data folder', async () => {
      const dataDir = join(folder, 'data');
      const started: GatehouseProcess = await startGatehouse({
        dataDir,
        flags: ['--integration-poll-seconds', '2', '--agent-sync-seconds', '5', '--log-level', 'warn'],
      });
      ending.push(started.remove);
      return { result: started, detail: `${started.url}, ready after ${(started.readyAfterMs / 1000).toFixed(1)} s` };
    });
    const api: Api = apiClient(server.url);

    await report.step('The first administrator is made with the one-time link', async () => {
      const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
      const me = await api.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
      return { result: me, detail: `${me.name}, ${me.role}` };
    });

    const psaPort = await freePort();
    const psaOrigin = `http://127.0.0.1:${psaPort}`;
    await report.step('The PSA stand-in starts', async () => {
      const psa: ChildProgram = startProgram('sandboxes/src/autotask/main.ts', ['--port', String(psaPort)]);
      ending.push(psa.stop);
      await psa.printed(/Autotask sandbox: /);
      return { result: psa, detail: psaOrigin };
    });

    const integration = await report.step('Gatehouse connects to the PSA and checks its rights', async () => {
      const made = await api.call(addIntegration, {
        body: {
          kind: 'autotask',
          name: 'Integration with Autotask',
          settings: {
            baseUrl: `${psaOrigin}/ATServicesRest/V1.0`,
            userName: sampleCredentials.userName,
            secret: without === 'psa-secret' ? 'not the secret' : sampleCredentials.secret,
            trackingId: sampleCredentials.trackingId,
          },
        },
      });
      return { result: made, detail: made.state };
    });
    const inIntegration = { integrationId: integration.id };

    const { tenant, token } = await report.step('A tenant and an enrolment token are made', async () => {
      const made = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
      const secret = await api.call(addEnrolmentToken, { params: { tenantId: made.id }, body: { name: 'Main job' } });
      return { result: { tenant: made, token: secret.secret }, detail: made.name };
    });

    await report.step(
      'The Integration Service sees the tenant over the Open API; it is mapped to an account',
      async () => {
        const mapping = await waitFor(
          'the tenant in the list of mappings',
          async () =>
            (await api.call(listMappings, { params: inIntegration })).items.find(
              (row) => row.sourceTenantName === tenant.name,
            ),
          { withinMs },
        );
        const { items } = await api.call(listPsaAccounts, { params: inIntegration });
        const account = items.find((one) => one.active && one.id !== '0');
        if (!account) throw new Error('the PSA has no active account');
        await api.call(putMapping, {
          params: { ...inIntegration, sourceId: mapping.sourceId, sourceTenantId: mapping.sourceTenantId },
          body: { accountId: account.id },
        });
        return { result: account, detail: `${tenant.name} = ${account.name}` };
      },
    );

    await report.step('The rule for active threats is switched on', async () => {
      const { items } = await api.call(listTicketRules, { params: inIntegration });
      const rule = items.find(({ reason }) => reason === RULE);
      if (!rule) throw new Error(`there is no rule ${RULE}`);
      const { title: _title, problem: _problem, ...settings } = rule;
      await api.call(putTicketRules, {
        params: inIntegration,
        body: { rules: [{ ...settings, enabled: without !== 'rule' }] },
      });
      return { result: null, detail: without === 'rule' ? 'left off' : `queue and priority by their defaults` };
    });

    const state = join(folder, 'agent');
    await report.step('This machine is enrolled as a managed device', async () => {
      const enrolment = startProgram('agent/src/main.ts', [
        'enrol',
        '--server',
        server.url,
        '--token',
        token,
        '--state-dir',
        state,
      ]);
      if ((await enrolment.ended) !== 0) throw new Error(enrolment.output().trim());
      return { result: null, detail: enrolment.output().trim() };
    });
    if (without !== 'agent') {
      const agent = startProgram('agent/src/main.ts', [
        ...['run', '--state-dir', state, '--watch', watched],
        ...['--signature-dir', inRoot('agent', 'signatures'), '--clamd-socket', 'none'],
      ]);
      ending.push(agent.stop);
    }

    let device: Device | undefined;
    const lookAtDevice = async (): Promise<Device | undefined> => {
      const { items } = await api.call(listDevices, { query: { tenantId: [tenant.id] } });
      const row = items[0];
      device = row && (await api.call(getDevice, { params: { deviceId: row.id } }));
      return device;
    };
    const deviceBecomes = (status: Device['status']) =>
      waitFor(
        `the device turning ${status}`,
        async () => {
          const found = await lookAtDevice();
          return found?.status === status && found.facts.securityApplication ? found : null;
        },
        {
          withinMs,
          seen: () => `${device?.status}, ${device?.reasons.map(({ detail }) => detail).join('; ') || 'no reasons'}`,
        },
      );

    const enrolled = await report.step('The device tells its facts and is OK', async () => {
      const found = await deviceBecomes('ok');
      return { result: found, detail: `${found.name}, ${found.osName}, ${found.securityApplication}` };
    });

    const infected = join(watched, 'invoice.com');
    await report.step('A malware test file is written; the scanner finds it', async () => {
      writeFileSync(infected, testFile);
      const event = await waitFor(
        'the event GNRL_EV_VIRUS_FOUND',
        async () => (await api.call(listEvents, { query: { type: ['GNRL_EV_VIRUS_FOUND'] } })).items[0],
        { withinMs },
      );
      return { result: event, detail: `${event.params['5']} in ${event.params['2']}` };
    });

    await report.step('The device turns Critical', async () => {
      const found = await deviceBecomes('critical');
      return { result: found, detail: found.reasons.map(({ title, detail }) => `${title}: ${detail}`).join('; ') };
    });

    const ticket = await report.step('A ticket appears in the PSA', async () => {
      let decisions = '';
      const found = await waitFor(
        'a ticket in the PSA',
        async () => {
          const { items } = await api.call(listDecisions, { query: { limit: 3 } });
          decisions = items.map(({ decision, explanation }) => `${decision}: ${explanation}`).join('; ');
          return (await allTickets(psaOrigin))[0];
        },
        { withinMs, seen: () => decisions },
      );
      return { result: found, detail: `${found.ticketNumber} “${found.title}”` };
    });

    await report.step('The file is removed and the device scans again', async () => {
      rmSync(infected);
      const { commandId } = await api.call(giveCommand, {
        params: { deviceId: enrolled.id },
        body: { kind: 'scan', scan: { mode: 'quick', paths: [] } },
      });
      const done = await waitFor(
        'the scan being completed',
        async () => {
          const found = (await lookAtDevice())?.commands.find(({ id }) => id === commandId);
          if (found?.state === 'failed') throw new Error(`the scan failed: ${found.result}`);
          return found?.state === 'completed' ? found : null;
        },
        { withinMs, seen: () => device?.commands[0]?.state ?? 'no command' },
      );
      return { result: done, detail: done.result ?? '' };
    });

    await report.step('The device turns OK', async () => {
      const found = await deviceBecomes('ok');
      return { result: found, detail: `${found.activeThreats} active threats` };
    });

    await report.step('The ticket closes by itself', async () => {
      const closed = await waitFor(
        'the ticket being complete in the PSA',
        async () => (await allTickets(psaOrigin)).find(({ id, status }) => id === ticket.id && status === COMPLETE),
        { withinMs },
      );
      return { result: closed, detail: `${closed.ticketNumber} is complete` };
    });

    await report.step('It was one ticket, and the log tells why it opened and closed', async () => {
      const inPsa = await allTickets(psaOrigin);
      if (inPsa.length !== 1) throw new Error(`the PSA has ${inPsa.length} tickets instead of one`);
      const { items } = await api.call(listTickets, { query: {} });
      if (items.length !== 1) throw new Error(`Gatehouse knows of ${items.length} tickets instead of one`);
      const decisions = (await api.call(listDecisions, { query: {} })).items.map(({ decision }) => decision);
      for (const expected of ['open', 'close'] as const) {
        if (!decisions.includes(expected)) throw new Error(`the decision log has no “${expected}”`);
      }
      return { result: null, detail: `${decisions.length} lines in the decision log` };
    });

    await report.step('The server stops cleanly', async () => {
      const { code, tookMs } = await server.stop();
      if (code !== 0) throw new Error(`it ended with ${code}:\n${server.output().slice(-1000)}`);
      return { result: null, detail: `${Math.round(tookMs)} ms` };
    });
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
};
