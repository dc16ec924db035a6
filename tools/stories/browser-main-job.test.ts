import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildConsole, launchChromium } from '../../console/test/chromium.ts';
import { sampleCredentials, startAutotaskSandbox } from '../../sandboxes/src/autotask/index.ts';
import { startProgram } from '../lib/child-program.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';
import { inRoot } from '../lib/root.mjs';
import { testFile } from '../main-job/story.ts';
import { waitFor } from '../main-job/wait.ts';
import { startVisitor } from './console-visitor.ts';

/** Another link than the one that is waited for is at fault when it takes longer. */
const PATIENCE_MS = 60_000;
const CLIENT = 'Alder Joinery';
/** Enough work for a scan that one can see it going on. */
const OTHER_FILES = 40;

test('a person does the main job in the console: from the set-up link to a ticket that opened and closed by itself', {
  timeout: 420_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-browser-job-'));
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const watched = join(folder, 'watched');
    mkdirSync(watched);
    for (let at = 0; at < OTHER_FILES; at += 1)
      writeFileSync(join(watched, `note-${at}.txt`), `Note ${at}\n`.repeat(999));

    const consoleDir = join(folder, 'console');
    await buildConsole(consoleDir);
    const server = await startGatehouse({
      dataDir: join(folder, 'data'),
      flags: [
        ...['--console-dir', consoleDir, '--log-level', 'warn'],
        ...['--integration-poll-seconds', '2', '--agent-sync-seconds', '5'],
      ],
    });
    ending.push(server.remove);
    const psa = await startAutotaskSandbox({ port: 0 });
    ending.push(psa.close);
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
    const choose = async (dropdown: string, item: string) => {
      await button(dropdown).click();
      await page.getByRole('menuitem', { name: item }).click();
    };

    await step('The set-up link makes the first administrator', async () => {
      await page.goto(await server.setUpLink());
      await look('set-up');
      await page.getByLabel('Name', { exact: true }).fill('grace');
      await page.getByLabel('Password', { exact: true }).fill('a long pass phrase');
      await page.getByLabel('Password again').fill('a long pass phrase');
      await button('Make administrator and sign in').click();
      await page.getByText('First steps').waitFor();
      await look('overview of a new server', { phone: true });
    });

    await step('Autotask is connected in the form, and the test shows its steps', async () => {
      await goTo('Connections', 'Connections to a PSA');
      await look('no connection yet');
      await button('Connect a PSA').first().click();
      const form = page.getByRole('dialog');
      await form.getByLabel('API user name').fill(sampleCredentials.userName);
      await form.getByLabel('API secret').fill(sampleCredentials.secret);
      await form.getByLabel('Tracking identifier').fill(sampleCredentials.trackingId);
      await form.getByLabel(/^Fixed address/).fill(psa.baseUrl);
      await look('connecting Autotask');
      await form.getByRole('button', { name: 'Try and save' }).click();
      await page.getByText('Integration with Autotask is connected').waitFor();
      await page.getByRole('tab', { name: 'Connection' }).click();
      await button('Test connection').click();
      await page.getByText('Everything works.').waitFor();
      await page.getByRole('heading', { name: 'Test of the connection' }).waitFor();
      await look('test of the connection');
    });

    await step('A tenant is added', async () => {
      await goTo('Tenants');
      await button('Add tenant').first().click();
      await page.getByRole('dialog').getByLabel('Name').fill(CLIENT);
      await page.getByRole('dialog').getByRole('button', { name: 'Add tenant' }).click();
      await page.getByRole('heading', { level: 1, name: CLIENT }).waitFor();
    });

    const command = await step('An enrolment token is shown once, with the install command', async () => {
      await button('Make token').first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('Workshop');
      await page.getByRole('dialog').getByRole('button', { name: 'Make token' }).click();
      const shown = await page.getByRole('dialog').getByText('gatehouse-agent enrol').textContent();
      await look('enrolment token');
      await button('I have copied it').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await look('tokens of the tenant');
      return shown;
    });

    await step('The command enrols this machine, and its agent runs', async () => {
      const [enrolCommand = ''] = (command ?? '').split(' && ');
      const words = enrolCommand.split(' ').slice(1);
      const state = join(folder, 'agent');
      const enrolment = startProgram('agent/src/main.ts', [...words, '--state-dir', state]);
      ending.push(enrolment.stop);
      expect(await enrolment.ended, enrolment.output()).toBe(0);
      const agent = startProgram('agent/src/main.ts', [
        ...['run', '--state-dir', state, '--watch', watched],
        ...['--signature-dir', inRoot('agent', 'signatures'), '--clamd-socket', 'none'],
      ]);
      ending.push(agent.stop);
    });

    await step('The tenant is chosen for the integration', async () => {
      await goTo('Connections', 'Connections to a PSA');
      await page.getByRole('link', { name: 'Integration with Autotask' }).click();
      await page.getByRole('tab', { name: 'Virtual servers' }).click();
      await page.getByRole('checkbox', { name: `Select ${CLIENT}` }).check();
      await look('virtual servers');
      await button('Save').click();
      await page.getByText('Saved: 1 added, 0 removed').waitFor();
    });

    await step('It is mapped to its account in the PSA', async () => {
      await button('Map accounts').click();
      await button(new RegExp(`^Account of ${CLIENT}`)).click();
      await page.getByLabel('Type a part of the name').fill('Joinery');
      await page.getByRole('option', { name: CLIENT }).click();
      await button('Save 1 change').click();
      await page.getByText(`${CLIENT} is mapped to ${CLIENT}`).waitFor();
      await look('mapped accounts');
    });

    await step('The rule for active threats is switched on', async () => {
      await page.getByRole('tab', { name: 'Ticketing' }).click();
      await page.getByRole('link', { name: 'Critical status' }).click();
      await page.getByLabel(/^Create ticket: .*active threats/i).click();
      await button('Save 1 change').click();
      await page.getByText('Ticket settings were saved').waitFor();
      await look('ticket rules', { phone: true });
    });

    const device = await step('The device is found by keyboard and is OK', async () => {
      // At once, as fingers do: on a busy machine the answer to the first key may come after the second is due.
      await Promise.all([page.keyboard.press('g'), page.keyboard.press('d')]);
      await page.getByRole('heading', { level: 1, name: 'Managed devices' }).waitFor();
      const name = hostname();
      await page.getByRole('link', { name }).waitFor();
      await page.getByText('OK / Visible').waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await page.waitForURL(/text=/);
      await page.keyboard.press('Tab');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.waitForURL(/selected=/);
      await button('Open device').waitFor();
      await look('devices', { phone: true });
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await page.getByText('No condition holds: the device is OK.').waitFor();
      await look('the device is OK');
      return name;
    });

    const infected = join(watched, 'invoice.com');
    await step('A malware test file is written: the open page turns Critical and names the reason', async () => {
      writeFileSync(infected, testFile);
      await page.getByText('Critical / Visible').waitFor();
      const why = page.getByRole('table', { name: 'Why this status' });
      await why.getByText('1 active threat').waitFor();
      await page.getByRole('table', { name: 'Active threats' }).getByText(infected).waitFor();
      await look('the device is Critical', { phone: true });
    });

    const ticket = await step('The ticket is on the page of the device', async () => {
      await page.getByRole('tab', { name: 'Tickets' }).click();
      const row = page.getByRole('row').filter({ hasText: 'Still open' });
      await row.getByText('Open', { exact: true }).waitFor();
      await look('tickets of the device');
      return ((await row.getByRole('link').first().textContent()) ?? '').trim();
    });

    const psaPage = await step('It is in Tickets, and its number leads to the page of the PSA', async () => {
      await goTo('Tickets');
      const number = page.getByRole('link', { name: ticket });
      await number.waitFor();
      await look('tickets', { phone: true });
      const [opened] = await Promise.all([page.waitForEvent('popup'), number.click()]);
      await opened.getByRole('heading', { level: 1, name: ticket }).waitFor();
      const details = await opened.getByRole('main').textContent();
      for (const known of [CLIENT, device, 'New']) expect(details).toContain(known);
      await look('the ticket in the PSA', { page: opened });
      await page.bringToFront();
      return opened;
    });

    await step('The overview counts it', async () => {
      await goTo('Overview');
      await page.getByRole('table', { name: 'Clients with problems' }).getByRole('link', { name: CLIENT }).waitFor();
      await look('overview with a threat');
    });

    await step('The file is removed, and a scan is asked for and followed to its end', async () => {
      rmSync(infected);
      await goTo('Managed devices');
      await page.getByRole('link', { name: device }).click();
      await page.getByRole('heading', { level: 1, name: device }).waitFor();
      await choose('Scan', 'Quick scan');
      const row = page.getByRole('row').filter({ hasText: 'Quick scan' });
      const seen: string[] = [];
      await waitFor(
        'the scan being completed',
        async () => {
          const state = ((await row.getByRole('cell').first().textContent()) ?? '').trim();
          if (state !== seen.at(-1)) seen.push(state);
          return state === 'Completed' || state === 'Failed';
        },
        { withinMs: PATIENCE_MS, seen: () => seen.join(', ') },
      );
      expect(seen.at(-1), seen.join(', ')).toBe('Completed');
      // That it went on was to be seen, not only that it is over.
      expect(['Waiting for the agent', 'Taken by the agent', 'Running']).toEqual(
        expect.arrayContaining(seen.slice(0, -1)),
      );
      expect(seen.length, seen.join(', ')).toBeGreaterThan(1);
      await look('the scan is completed');
    });

    await step('The device is OK, and the ticket is closed here and in the PSA', async () => {
      await page.getByText('OK / Visible').waitFor();
      await page.getByRole('tab', { name: 'Overview' }).click();
      await page.getByText('No condition holds: the device is OK.').waitFor();
      await page.getByRole('tab', { name: 'Tickets' }).click();
      await page.getByRole('row').filter({ hasText: ticket }).getByText('Closed', { exact: true }).waitFor();
      await look('the ticket is closed');
      await psaPage.bringToFront();
      await psaPage.getByText('Complete', { exact: true }).first().waitFor();
      await look('the closed ticket in the PSA', { page: psaPage });
      await page.bringToFront();
    });

    await step('Activity tells why it was opened and why it was closed', async () => {
      await goTo('Activity');
      for (const [decision, why] of [
        ['Opened', /active threat/i],
        ['Closed', /\S+ \S+/],
      ] as const) {
        const row = page.getByRole('row').filter({ hasText: ticket }).filter({ hasText: decision });
        await row.first().waitFor();
        expect(await row.first().textContent()).toMatch(why);
      }
      await look('activity', { phone: true });
    });

    expect(visitor.documents(), 'documents that were loaded').toBe(1);
    expect(visitor.findings).toEqual({});
    expect(visitor.complaints).toEqual([]);
    const load = await visitor.firstLoadOf('/overview', (fresh) =>
      fresh.getByRole('heading', { level: 1, name: 'Overview' }).waitFor(),
    );
    console.log(
      `First load of ${load.path}: ${load.requests} requests, ${load.kilobytes} kB, first paint after ${load.firstPaintMs} ms, content after ${load.contentMs} ms`,
    );
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
});
