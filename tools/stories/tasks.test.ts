import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildConsole, launchChromium } from '../../console/test/chromium.ts';
import {
  addApiToken,
  addEnrolmentToken,
  addTenant,
  listCommandSteps,
  listTaskRunDevices,
  listTaskRuns,
  listTasks,
  setUp,
} from '../../contract/src/index.ts';
import { apiClient } from '../lib/api.ts';
import { startProgram } from '../lib/child-program.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';
import { inRoot } from '../lib/root.mjs';
import { startVisitor } from './console-visitor.ts';

const PATIENCE_MS = 60_000;
/** A scan in whose middle the server dies and comes back. */
const SCAN_MS = 300_000;
const CLIENT = 'Alder Bakery';
/** More folders no agent takes in its settings. */
const MOST_EXCLUDED = 190;

/** What is left out of a full scan of this machine, so that it takes a minute and not a day. */
const setAside = (): string[] => {
  const others = (folder: string, kept: readonly string[]) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !kept.includes(entry.name))
      .map(({ name }) => join(folder, name));
  const few = [...others('/', ['etc', 'usr']), ...others('/usr', ['share']), ...others('/usr/share', ['doc'])];
  return few.length <= MOST_EXCLUDED ? few : others('/', ['etc']);
};

test('a full scan and an update are started in the console on this machine, and followed to their result over a killed server', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tasks-'));
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const consoleDir = join(folder, 'console');
    await buildConsole(consoleDir);
    const flags = ['--console-dir', consoleDir, '--log-level', 'warn', '--agent-sync-seconds', '5'];
    let server = await startGatehouse({ dataDir: join(folder, 'data'), flags });
    ending.push(() => server.remove());
    const { httpPort, openApiPort, dataDir } = server;

    const people = apiClient(server.url);
    const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await people.call(setUp, { body: { token: link, name: 'grace', password: 'a long pass phrase' } });
    const { secret } = await people.call(addApiToken, { body: { name: 'Story', role: 'administrator' } });
    const api = apiClient(server.url, secret);
    const { id: tenantId } = await api.call(addTenant, { body: { name: CLIENT } });
    const token = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story' } });
    const agent = startProgram('agent/src/main.ts', [
      ...['run', '--server', server.url, '--token', token.secret, '--state-dir', join(folder, 'agent')],
      ...['--signature-dir', inRoot('agent', 'signatures'), '--clamd-socket', 'none'],
      ...setAside().flatMap((each) => ['--exclude', each]),
    ]);
    ending.push(agent.stop);

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
    const newTask = async (name: string, type?: string, mode?: string) => {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tasks' }).click();
      await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
      await page.getByRole('link', { name: 'Add task' }).first().click();
      await page.getByLabel('Name', { exact: true }).fill(name);
      if (type) {
        await button(/^Type/).click();
        await page.getByRole('option', { name: type }).click();
      }
      if (mode) {
        await button(/^What to scan/).click();
        await page.getByRole('option', { name: mode }).click();
      }
      await button(/^Client Choose/).click();
      await page.getByRole('option', { name: CLIENT }).click();
      await page.getByText('1 device, as of now').waitFor();
    };

    await step('Somebody signs in', async () => {
      await page.goto('/tasks');
      await page.getByLabel('Name', { exact: true }).fill('grace');
      await page.getByLabel('Password', { exact: true }).fill('a long pass phrase');
      await button('Sign in').click();
      await page.getByText('No tasks').waitFor();
      await look('no tasks yet');
    });

    await step('A full scan of all disks is made and started', async () => {
      await newTask('Full scan', undefined, 'All local disks (full)');
      await look('form of a task');
      await button('Save and start now').click();
      await page.getByRole('heading', { name: 'Full scan' }).waitFor();
    });

    const barOf = async () => Number(await page.getByRole('progressbar').first().getAttribute('value'));
    await step('Its bar moves', async () => {
      await expect.poll(barOf, { timeout: SCAN_MS }).toBeGreaterThan(5);
      await look('a scan under way');
    });

    await step('The server is killed in the middle and comes back; the scan goes on', async () => {
      const before = await barOf();
      expect(before).toBeLessThan(100);
      await server.kill();
      server = await startGatehouse({ dataDir, httpPort, openApiPort, flags });
      await page
        .getByText(/^Completed/)
        .first()
        .waitFor({ timeout: SCAN_MS });
      await page.getByText(/Scanned \d+ files: 0 infected/).waitFor();
      await look('the result of a scan', { phone: true });
    });

    await step('An update of the databases is made and started, and ends with their date', async () => {
      await newTask('Update', 'Update of databases and modules');
      await button('Save and start now').click();
      await page.getByText(/Databases of \d{4}-/).waitFor();
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tasks' }).click();
      await page
        .getByRole('row', { name: /Update/ })
        .getByText('Completed')
        .waitFor();
      await look('tasks and how they ended', { phone: true });
    });

    await step('Each was carried out exactly once', async () => {
      const { items } = await api.call(listTasks, { query: {} });
      expect(items.map(({ settings }) => settings.name)).toEqual(['Full scan', 'Update']);
      for (const { id: taskId } of items) {
        const { items: runs } = await api.call(listTaskRuns, { params: { taskId } });
        expect(runs).toHaveLength(1);
        const { items: devices } = await api.call(listTaskRunDevices, { params: { runId: runs[0]?.id ?? '' } });
        expect(devices).toHaveLength(1);
        const commandId = devices[0]?.commandId ?? '';
        const { steps } = await api.call(listCommandSteps, { params: { commandId } });
        expect(steps.map(({ state }) => state.replace('-with-warnings', ''))).toEqual(['running', 'completed']);
      }
    });
    expect(visitor.findings).toEqual({});
    // While the server was away the browser could not but notice.
    expect(visitor.complaints.filter((said) => !/ERR_|fetch|EventSource/i.test(said))).toEqual([]);
    expect(visitor.documents()).toBe(1);
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
});
