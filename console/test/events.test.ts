import { readFile } from 'node:fs/promises';
import * as contract from '@gatehouse/contract';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  return opened;
};
const rows = (page: Page) => page.locator('tbody tr[data-selection-item=item]');
const queryOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
const dialog = (page: Page) => page.getByRole('dialog');
const CRITICAL = '00000000-0000-4000-8000-00000000e001';
/** Ticks the n-th row. */
const tick = (page: Page, at: number) => rows(page).nth(at).getByRole('checkbox').click();

test('events are filtered by typing a property and an operator, and the address keeps it', async () => {
  const { page } = await open('full');
  await signIn(page, '/events?limit=20');
  await settle(page);
  await page.keyboard.press('/');
  await page.keyboard.type('Device name : pc-1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/device=/);
  expect(queryOf(page).device).toBe('*pc-1*');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('tbody tr[data-selection-item=item]')].every((row) =>
      row.textContent?.includes('pc-1'),
    ),
  );
  await page.keyboard.type('Severity != Info');
  await page.keyboard.press('Enter');
  await page.waitForURL(/notSeverity=info/);
  await page.reload();
  await settle(page);
  await page.getByText('Device name', { exact: false }).first().waitFor();
  expect(await rows(page).filter({ hasText: 'Info' }).count()).toBe(0);
});

test('a saved selection is chosen, sorted by a column, and cut where it says', async () => {
  const { page, double } = await open('full');
  const recent = double.selections.find(({ name }) => name === 'Recent events');
  if (!recent) throw new Error('the double has no recent events');
  recent.settings = { ...recent.settings, mostShown: 3 };
  await signIn(page, '/event-selections');
  await page.getByRole('link', { name: 'Recent events' }).click();
  await page.getByRole('heading', { level: 1, name: 'Recent events' }).waitFor();
  await page.getByText('This selection shows 3 events at most').waitFor();
  expect(await rows(page).count()).toBe(3);
  await page.getByRole('button', { name: /^Selection/ }).click();
  await page.getByRole('option', { name: 'Critical events' }).click();
  await page.getByRole('heading', { level: 1, name: 'Critical events' }).waitFor();
  expect(queryOf(page)).toEqual({ selection: CRITICAL });
  await page
    .getByRole('columnheader', { name: /^Device/ })
    .getByRole('button')
    .first()
    .click();
  await page.waitForURL(/sort=device/);
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll('tbody tr[data-selection-item=item] a')].map(
      (link) => link.textContent,
    );
    return names.length > 2 && names.every((name, at) => at === 0 || String(names[at - 1]) <= String(name));
  });
});

test('the panel steps through the result by keyboard and across the end of a page', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/events?limit=10');
  await settle(page);
  for (let step = 0; step < 10; step += 1) await page.keyboard.press('j');
  const last = double.world.events[9]?.id ?? '';
  await page.waitForURL(new RegExp(`selected=${last}`));
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.waitForURL(new RegExp(`selected=${double.world.events[10]?.id}`));
  await page.getByText('Event number').waitFor();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.waitForURL(new RegExp(`selected=${double.world.events[11]?.id}`));
  await page.getByRole('button', { name: 'Previous', exact: true }).click();
  await page.waitForURL(new RegExp(`selected=${double.world.events[10]?.id}`));
});

test('ticked rows and whole results become files', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/events?limit=10&selection=${CRITICAL}`);
  await settle(page);
  await tick(page, 0);
  await tick(page, 2);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByText('Ticked rows (2)').waitFor();
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/event-exports'));
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'XLSX' }).first().click();
  const ticked = double.world.events.filter(({ severity }) => severity === 'critical');
  expect((await asked).postDataJSON()).toEqual({
    selectionId: CRITICAL,
    ids: [ticked[0]?.id, ticked[2]?.id],
    format: 'xlsx',
  });
  expect((await download).suggestedFilename()).toBe('events-2026-03-04T05-06-07Z.xlsx');
});

test('events are deleted after a question that names their number; how far it is stays in sight', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/events?limit=10');
  await settle(page);
  const before = double.world.events.length;
  await tick(page, 1);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('menuitem', { name: 'Ticked events (1)' }).click();
  await dialog(page).getByText('1 event is deleted and cannot be brought back').waitFor();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  expect(double.world.events).toHaveLength(before);

  await follow(page, `/events?limit=10&selection=${CRITICAL}`);
  const critical = double.world.events.filter(({ severity }) => severity === 'critical').length;
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('menuitem', { name: 'All events found' }).click();
  await dialog(page)
    .getByRole('button', { name: /^Delete \d+ events$/ })
    .click();
  await page.getByText('1 of 3 parts of the store are done').waitFor();
  await page.getByText('Nothing matches the filters').waitFor();
  expect(double.world.events.length).toBeLessThan(before);
  expect(critical).toBeGreaterThan(0);
  const [deletion] = double.deletions;
  if (deletion) deletion.state = 'done';
  await page.getByText('parts of the store are done').waitFor({ state: 'detached' });
});

test('who may not delete is not offered to', async () => {
  const { page, double } = await open('full');
  const [ada] = double.world.users;
  if (ada) ada.role = 'technician';
  await signIn(page, '/events?limit=10');
  await settle(page);
  await page.getByRole('button', { name: 'Export' }).waitFor();
  expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
});

test('a list at rest says that there is news; a live tail takes it in, and waits while somebody reads below', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/events?limit=50');
  await settle(page);
  await page.waitForTimeout(300);
  let number = 9_100_000_000_000_000n;
  const arrive = (description: string) => {
    number += 1n;
    const [first] = double.world.events;
    if (!first) throw new Error('the double has no events');
    double.world.events.unshift({ ...first, id: String(number), description });
    double.publish(['events']);
  };
  arrive('first arrival');
  await page.getByRole('button', { name: 'Show new events' }).click();
  await page.getByText('first arrival').waitFor();

  await page.getByText('Live tail').click();
  await page.waitForURL(/tail=true/);
  arrive('second arrival');
  await rows(page).first().getByText('second arrival').waitFor();

  await page.mouse.wheel(0, 1200);
  await page.getByRole('button', { name: /^Paused while you read/ }).waitFor({ state: 'attached' });
  arrive('third arrival');
  await page.waitForTimeout(1800);
  expect(await page.getByText('third arrival').count()).toBe(0);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByText('third arrival').waitFor();
});

test('a selection is made from what the page shows, tab by tab, and leads to its result', async () => {
  const { page, double, complaints } = await open('full');
  await signIn(page, '/events?limit=10&severity=critical&device=*pc*');
  await settle(page);
  await page.getByRole('button', { name: 'Save as selection' }).click();
  await page.getByRole('heading', { level: 1, name: 'New event selection' }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Mend what is marked on: General').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Critical on PCs');
  await page.getByRole('tab', { name: 'Devices' }).click();
  expect(await page.getByLabel('Device name', { exact: true }).inputValue()).toBe('*pc*');
  await page.getByLabel('IP addresses').fill('10.0.0.0/24\nnowhere');
  await page.getByText('Line 2 is no address, range or network: nowhere').waitFor();
  await page.getByLabel('IP addresses').fill('10.0.0.0/24');
  await page.getByRole('tab', { name: 'Text' }).click();
  await page.getByRole('textbox', { name: 'Words' }).fill('alpha beta');
  await page.getByRole('button', { name: 'Save' }).click();
  expect(await dialog(page).getByRole('checkbox', { name: 'Go to selection result' }).isChecked()).toBe(true);
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Critical on PCs' }).waitFor();
  expect(double.selections.at(-1)?.settings.filter).toMatchObject({
    severities: ['critical'],
    deviceNames: ['*pc*'],
    addresses: [{ from: '10.0.0.0', to: '10.0.0.255' }],
    text: { words: 'alpha beta', match: 'any' },
    time: { kind: 'last', amount: 7, unit: 'days' },
  });
  expect(complaints).toEqual([]);
});

test('a form with changes is not left without a question; a name that is taken is said in place', async () => {
  const { page } = await open('full');
  await signIn(page, '/event-selections/new');
  await page.getByLabel('Name', { exact: true }).fill('Warnings');
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByText('There is an event selection named “Warnings” already').waitFor();
});

test('of a predefined selection name, events, devices and text are locked', async () => {
  const { page } = await open('full');
  await signIn(page, `/event-selections/${CRITICAL}`);
  expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
  await page.getByRole('tab', { name: 'Text' }).click();
  await page.getByText('Predefined: only the period, sorting, limits and access rights can be changed').waitFor();
  expect(await page.getByRole('textbox', { name: 'Words' }).isDisabled()).toBe(true);
  await page.getByRole('tab', { name: 'Time' }).click();
  await page.getByRole('radio', { name: 'was registered' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByRole('checkbox', { name: 'Go to selection result' }).click();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Event selections' }).waitFor();
});

test('selections are copied, taken to a file, brought back, sorted anew and deleted; predefined ones stay', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/event-selections');
  await settle(page);
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await tick(page, 2);
  expect(await page.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
  await choose('Duplicate');
  await page.getByRole('link', { name: 'Warnings (2)' }).waitFor();
  const download = page.waitForEvent('download');
  await choose('Export');
  const path = await (await download).path();
  const file = contract.EventSelectionFile.parse(JSON.parse(await readFile(path, 'utf8')));
  expect(file.name).toBe('Warnings (2)');

  await choose('Reconfigure sorting and start');
  await dialog(page).getByRole('button', { name: 'Rising' }).click();
  await dialog(page).getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/sort=registered&descending=false/);
  await page.getByRole('heading', { level: 1, name: 'Warnings (2)' }).waitFor();

  await follow(page, '/event-selections');
  const given = (name: string, content: unknown) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(content)),
  });
  await page.locator('input[type=file]').setInputFiles(given('x.json', { kind: 'something else' }));
  await page.getByText('The file is no event selection of Gatehouse').waitFor();
  await page.locator('input[type=file]').setInputFiles(given('y.json', { ...file, name: 'Brought' }));
  await page.getByRole('link', { name: 'Brought' }).waitFor();
  await rows(page).filter({ hasText: 'Brought' }).getByRole('checkbox').click();
  await rows(page).filter({ hasText: 'Warnings (2)' }).getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog(page).getByText('2 event selections are deleted').waitFor();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Brought' }).waitFor({ state: 'detached' });
  expect(double.selections.map(({ predefined }) => predefined)).toEqual(Array(7).fill(true));
});

test('a store that fails is said in its own words, in the list, the count and the export', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/events?limit=10');
  await settle(page);
  double.fail(contract.countEvents);
  double.fail(contract.exportEvents);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('menuitem', { name: 'All events found' }).click();
  await dialog(page).getByText('The event engine does not answer').waitFor();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).last().click();
  await page.getByText('The event engine does not answer').waitFor();
});
