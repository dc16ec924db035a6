import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildConsole, launchChromium } from '../../console/test/chromium.ts';
import { addEnrolmentToken, addLicense, addTenant, setUp } from '../../contract/src/index.ts';
import { fixtureIds, sampleCredentials } from '../../sandboxes/src/autotask/index.ts';
import { apiClient } from '../lib/api.ts';
import { startProgram } from '../lib/child-program.ts';
import { deviceCaller } from '../lib/device-caller.ts';
import { freePort, startGatehouse } from '../lib/gatehouse-process.ts';
import { playDevice } from '../lib/played-device.ts';
import { allTickets } from '../main-job/psa.ts';
import { waitFor } from '../main-job/wait.ts';
import { startVisitor } from './console-visitor.ts';

const PATIENCE_MS = 60_000;
const PERSON = { name: 'grace', password: 'a long pass phrase' };
/** The stand-in has accounts that are called so. */
const CLIENT = 'Alder Joinery';
const OTHER_CLIENT = 'Birchwood Dental';
const PRODUCT = 'Gatehouse endpoint';
const SERIAL = 'GHEP-000000-00000077';
const INTEGRATION = 'Integration with Autotask';

/** Two workstations, a server, and one that is none of Windows: a service for each kind. */
const fleet = [
  { name: 'pc-front-desk', family: 'windows', isServer: false },
  { name: 'pc-workshop', family: 'windows', isServer: false },
  { name: 'srv-files', family: 'windows', isServer: true },
  { name: 'nas-drawings', family: 'linux', isServer: true },
] as const;

const services = [
  { category: 'Windows workstations', service: 'Endpoint protection, workstation', id: fixtureIds.workstationService },
  { category: 'Windows servers', service: 'Endpoint protection, server', id: fixtureIds.serverService },
  { category: 'Non-Windows devices', service: 'Endpoint protection, other device', id: fixtureIds.otherDeviceService },
] as const;

test('a newcomer comes by clicks and keys from no connection to the first ticket and the first approved bill', {
  timeout: 420_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-newcomer-'));
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const consoleDir = join(folder, 'console');
    await buildConsole(consoleDir);
    const server = await startGatehouse({
      dataDir: join(folder, 'data'),
      flags: ['--console-dir', consoleDir, '--log-level', 'warn', '--integration-poll-seconds', '2'],
    });
    ending.push(server.remove);
    const psaPort = await freePort();
    const psaOrigin = `http://127.0.0.1:${psaPort}`;
    const psa = startProgram('sandboxes/src/autotask/main.ts', ['--port', String(psaPort)]);
    ending.push(psa.stop);
    await psa.printed(/Autotask sandbox: /);

    const api = apiClient(server.url);
    const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await api.call(setUp, { body: { token, ...PERSON } });
    const { id: tenantId } = await api.call(addTenant, { body: { name: CLIENT } });
    await api.call(addTenant, { body: { name: OTHER_CLIENT } });
    await api.call(addLicense, {
      body: {
        serialNumber: SERIAL,
        productName: PRODUCT,
        kind: 'commercial',
        deviceLimit: 10,
        createdAt: '2026-01-01T00:00:00Z',
        expiresAt: '2099-01-01T00:00:00Z',
        tenantId,
      },
    });
    const enrolment = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Fleet' } });
    const caller = deviceCaller(server.url);
    ending.push(async () => caller.close());
    const licenses = [{ serialNumber: SERIAL, isActive: true, installedAt: '2026-02-03T04:05:06Z' }];
    const devices: Awaited<ReturnType<typeof playDevice>>[] = [];
    for (const { name, family, isServer } of fleet) {
      const device = await playDevice(caller, { name, enrolmentToken: enrolment.secret });
      const os = { family, name: family === 'windows' ? 'Windows' : 'Debian', version: '12', arch: 'x64', isServer };
      await device.tellFacts({ os, licenses });
      devices.push(device);
    }
    const [frontDesk, workshop] = devices;
    if (!frontDesk || !workshop) throw new Error('The fleet has no two workstations');
    await workshop.catches({ uid: 'old-find', path: 'C:\\Temp\\old.exe' });

    const browser = await launchChromium();
    ending.push(() => browser.close());
    const visitor = await startVisitor({
      browser,
      url: server.url,
      patienceMs: PATIENCE_MS,
      picturesDir: process.env.GATEHOUSE_TEST_SCREENSHOTS,
    });
    ending.push(visitor.close);
    const { page, look, step } = visitor;
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const goTo = async (link: string, heading = link) => {
      await page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    };
    const choose = async (picker: string | RegExp, option: string | RegExp) => {
      await button(picker).click();
      await page.getByRole('option', { name: option }).click();
    };
    const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
    const toIntegration = async () => {
      await goTo('Connections', 'Connections to a PSA');
      await page.getByRole('link', { name: INTEGRATION }).click();
    };

    await step('The newcomer signs in', async () => {
      await page.goto('/');
      await page.getByLabel('Name', { exact: true }).fill(PERSON.name);
      await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    });

    await step('Autotask is connected, and each right is tried', async () => {
      await goTo('Connections', 'Connections to a PSA');
      await button('Connect a PSA').first().click();
      const form = page.getByRole('dialog');
      await form.getByLabel('API user name').fill(sampleCredentials.userName);
      await form.getByLabel('API secret').fill(sampleCredentials.secret);
      await form.getByLabel('Tracking identifier').fill(sampleCredentials.trackingId);
      await form.getByLabel(/^Fixed address/).fill(`${psaOrigin}/ATServicesRest/V1.0`);
      await form.getByRole('button', { name: 'Try and save' }).click();
      await page.getByText(`${INTEGRATION} is connected`).waitFor();
      await openTab('Connection');
      await button('Test connection').click();
      await page.getByText('Everything works.').waitFor();
      await look('connection and its rights');
    });

    await step('Both clients are chosen', async () => {
      await openTab('Virtual servers');
      for (const name of [CLIENT, OTHER_CLIENT]) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
      await button('Save').click();
      await page.getByText('Saved: 2 added, 0 removed').waitFor();
      await look('virtual servers are chosen');
    });

    await step('The suggested accounts are checked and taken', async () => {
      await button('Map accounts').click();
      await look('accounts before mapping');
      await button('Suggest mappings').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('2 of 2 chosen').waitFor();
      await look('suggestions');
      await dialog.getByRole('button', { name: 'Check 2', exact: true }).click();
      await dialog.getByText('Nothing stands in the way of 2 mappings.').waitFor();
      await dialog.getByRole('button', { name: 'Map 2 virtual servers' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByLabel(`Billing of ${CLIENT}`).waitFor();
      await look('mapped accounts');
    });

    await step('Tickets get a source, one rule is on, and what is there already is left alone', async () => {
      await openTab('Ticketing');
      await choose(/^Ticket source/, 'Monitoring Alert');
      await look('general settings of tickets');
      await page.getByRole('link', { name: 'Critical status' }).click();
      await page.getByLabel(/^Create ticket: .*active threats/i).click();
      await button(/^Save \d changes?$/).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('1 problem is there already').waitFor();
      await dialog.getByRole('radio', { name: 'Ignore what is there' }).check();
      await look('the question of the backlog');
      await dialog.getByRole('button', { name: 'Save and go on' }).click();
      await page.getByText('Ticket settings were saved').waitFor();
      await look('ticket rules');
    });

    await step('A device turns Critical: its ticket is in Tickets and in the PSA, and it is the only one', async () => {
      await goTo('Tickets');
      await frontDesk.catches({ uid: 'new-find', path: 'C:\\Temp\\new.exe' });
      const row = page.getByRole('row').filter({ hasText: frontDesk.name });
      await row.getByText('Open', { exact: true }).waitFor();
      await look('the first ticket');
      const number = ((await row.getByRole('link', { name: /^T\d/ }).first().textContent()) ?? '').trim();
      const there = await allTickets(psaOrigin);
      expect(there.map(({ ticketNumber }) => ticketNumber)).toEqual([expect.stringContaining(number)]);
      expect(there[0]).toMatchObject({ companyID: 175, source: 8 });
    });

    await step('Each kind of device is billed by a service of its own', async () => {
      await toIntegration();
      await openTab('Services');
      await button('Read licences now').first().click();
      await page.getByText('4 devices are not billed').waitFor();
      await look('services before they are chosen');
      await page.getByLabel('Bill devices by category').click();
      for (const { category, service } of services) {
        await choose(new RegExp(`^Service of ${PRODUCT}, ${category}`), new RegExp(`^${service}`));
      }
      await look('services');
      await button(/^Save \d change/).click();
      await page.getByText('Saved', { exact: true }).waitFor();
      await page.getByText('All billed').waitFor();
    });

    await step('Billing is switched on, with the contract', async () => {
      await openTab('Accounts');
      await page.getByLabel(`Billing of ${CLIENT}`).click();
      await choose(new RegExp(`^Contract of ${CLIENT}`), /^Managed Security/);
      await look('billing of an account');
      await button('Save 1 change').click();
      await page.getByText(`${CLIENT} is billed to Managed Security`).waitFor();
    });

    await step('A run finds three changes, and waits with them', async () => {
      await goTo('Billing');
      await look('billing before the first run');
      await button('Run now').click();
      await page.getByText('Billing runs for 1 account', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'To approve (3)' }).waitFor();
      await look('changes to approve', { phone: true });
      await expectNoAdjustment();
    });

    await step('The devices behind a change are named', async () => {
      await page.getByRole('row').filter({ hasText: 'Endpoint protection, workstation' }).first().click();
      const evidence = page.getByRole('table', { name: 'Devices behind it' });
      for (const { name } of [frontDesk, workshop]) await evidence.getByText(name).waitFor();
      await evidence.getByText(SERIAL).first().waitFor();
      expect(await evidence.getByText('srv-files').count()).toBe(0);
      await look('evidence of a change');
    });

    await step('They are approved, and the contract in the PSA has the units', async () => {
      await page.getByRole('checkbox', { name: 'Tick all rows of this page' }).check();
      await button('Approve 3 changes').click();
      await page.getByText('3 changes go to the PSA').waitFor();
      let last: unknown[] = [];
      await waitFor(
        'three adjustments in the PSA',
        async () => {
          last = await adjustments();
          return last.length >= services.length;
        },
        { withinMs: PATIENCE_MS, seen: () => JSON.stringify(last) },
      );
      const [workstation, windowsServer, other] = services;
      expect(last).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ serviceID: workstation.id, unitChange: 2, contractID: fixtureIds.runningContract }),
          expect.objectContaining({ serviceID: windowsServer.id, unitChange: 1 }),
          expect.objectContaining({ serviceID: other.id, unitChange: 1 }),
        ]),
      );
      expect(last).toHaveLength(services.length);
    });

    await step('The journal says so', async () => {
      await openTab('Journal');
      await expect.poll(() => page.getByText('In the contract').count(), { timeout: PATIENCE_MS }).toBe(3);
      await look('journal of billing', { phone: true });
      await openTab('Runs');
      await look('runs of billing');
      await openTab('Accounts');
      await look('billed accounts');
    });

    expect(visitor.documents(), 'documents that were loaded').toBe(1);
    expect(visitor.findings).toEqual({});
    expect(visitor.complaints).toEqual([]);

    async function adjustments(): Promise<unknown[]> {
      const reply = await fetch(`${psaOrigin}/_sandbox/rows/ContractServiceAdjustments`);
      return ((await reply.json()) as { rows: { values: unknown }[] }).rows.map(({ values }) => values);
    }
    async function expectNoAdjustment(): Promise<void> {
      expect(await adjustments()).toEqual([]);
    }
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
});
