import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (path: string, ...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  await signIn(opened.page, path);
  await settle(opened.page);
  return opened;
};
const servicesTab = `/integrations/${idOf('integration')}?tab=services`;

test('changes that wait are compared, proven by their devices, and approved or rejected with a reason', async () => {
  const { page, double, complaints } = await open('/billing', 'full');
  await page.getByRole('tab', { name: 'To approve (3)' }).waitFor();
  const row = page.getByRole('row', { name: /Northwind Dental Ltd.*Endpoint protection, server/ });
  await row.getByText('0 to 10 units').waitFor();
  await row.getByText('+10').waitFor();

  await row.getByText('Endpoint protection, server').click();
  await page.getByRole('heading', { name: 'Devices behind it (10)' }).waitFor();
  await page.getByRole('link', { name: 'pc-004' }).waitFor();
  await page.getByText('Windows servers', { exact: true }).first().waitFor();
  expect(await stage.findings(page)).toEqual([]);

  for (const each of await page.getByRole('checkbox', { name: /Northwind Dental Ltd/ }).all()) await each.check();
  await page.getByRole('button', { name: 'Approve 2 changes' }).click();
  await page.getByText('2 changes go to the PSA').waitFor();
  await page.getByRole('tab', { name: 'To approve (1)' }).waitFor();

  await page.getByRole('checkbox', { name: /Alder Joinery Ltd/ }).check();
  await page.getByRole('button', { name: 'Reject 1 change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Alder Joinery Ltd, Endpoint protection, workstation: -28').waitFor();
  await dialog.getByRole('button', { name: 'Reject 1 change' }).click();
  await dialog.getByText('Say why they are rejected').waitFor();
  await dialog.getByLabel('Reason').fill('They moved out of the office');
  await dialog.getByRole('button', { name: 'Reject 1 change' }).click();
  await page.getByText('Nothing waits for you').waitFor();
  expect(double.billing.lines.filter(({ state }) => state === 'rejected').map(({ reason }) => reason)).toContain(
    'They moved out of the office',
  );
  expect(complaints).toEqual([]);
});

test('what somebody else decided meanwhile is said, and nothing is half done', async () => {
  const { page, double } = await open('/billing', 'full');
  await page.getByRole('checkbox', { name: /Alder Joinery Ltd/ }).check();
  for (const line of double.billing.lines) if (line.state === 'waiting') line.state = 'confirmed';
  await page.getByRole('button', { name: 'Approve 1 change' }).click();
  await page.getByText('Nothing was decided, since these no longer wait').waitFor();
});

test('the journal is filtered, taken away as a file, and a rejection is taken back', async () => {
  const { page } = await open('/billing?tab=journal&state=rejected', 'full');
  await page.getByRole('row', { name: /Alder Joinery Ltd/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  const href = await page.getByRole('link', { name: 'Save as XLSX' }).getAttribute('href');
  expect(href).toContain('format=xlsx');
  expect(href).toContain('state=rejected');
  await page.getByRole('row', { name: /Alder Joinery Ltd/ }).click();
  await page.getByText('grace rejected it: Loaned for the fair').waitFor();
  await page.getByRole('button', { name: 'Take the rejection back' }).click();
  await page.getByText('The change waits for approval again').waitFor();
});

test('an account shows how its last run went and its use day by day', async () => {
  const { page } = await open('/billing?tab=accounts&show=problems', 'full');
  await page.getByText('since the use of licences is not known').first().waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
  await page.getByRole('row', { name: /Birchwood Logistics Ltd/ }).click();
  await page.getByRole('heading', { name: 'Devices by day' }).waitFor();
  await page
    .getByRole('radio', { name: 'Table' })
    .or(page.getByRole('button', { name: 'Table', exact: true }))
    .first()
    .click();
  await page.getByRole('columnheader', { name: /Mail Server/ }).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Bill this account now' }).click();
  await page.getByText('Billing runs for 1 account').waitFor();
});

test('services are chosen by category, an inactive one is marked, and what is not billed is counted at once', async () => {
  const { page, double, complaints } = await open(servicesTab, 'full');
  const cloud = page.getByRole('row', { name: /Cloud Plus/ });
  await cloud.getByText('Sold per user: one service only').waitFor();
  await cloud.getByText('No service is chosen yet: 33 devices are not billed').waitFor();
  await page
    .getByRole('row', { name: /Mail Server/ })
    .getByText('Antivirus (retired) (inactive)')
    .waitFor();
  await page
    .getByRole('row', { name: /Business - Advanced/ })
    .getByText('19 devices are not billed')
    .waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await cloud.getByRole('button', { name: /All devices/ }).click();
  await page.getByRole('option', { name: /Endpoint protection, other device/ }).click();
  await cloud.getByText('All billed once this is saved').waitFor();
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await cloud.getByText('33 devices are not billed').waitFor();

  await page.getByLabel('Bill devices by category').uncheck();
  await cloud.getByRole('button', { name: /All devices/ }).click();
  await page.getByRole('option', { name: /Endpoint protection, workstation/ }).click();
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await page.getByText('Saved').waitFor();
  expect(double.billing.map().byCategory).toBe(false);
  expect(complaints).toEqual([]);
});

test('settings are checked while they are typed, and can be taken back', async () => {
  const { page, double } = await open('/billing?tab=settings', 'full');
  await page.getByLabel('Largest change, percent').fill('0');
  await page.getByText('A whole number from 1 to 1000').waitFor();
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await page.getByLabel('Largest change, percent').fill('35');
  await page.getByLabel('Time of day (UTC)').fill('25:00');
  await page.getByText('A time of the day as 02:30').waitFor();
  await page.getByLabel('Time of day (UTC)').fill('04:15');
  await page
    .getByRole('radio', { name: 'More from the first of this month, fewer from the first of the next' })
    .check();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved').waitFor();
  expect(double.billing.settings()).toMatchObject({
    largestChangePercent: 35,
    dailyAt: '04:15',
    effectiveDay: 'month',
  });
});

test('in the dark and on a telephone, everything can still be read', async () => {
  const { page, complaints } = await open('/billing?tab=journal', 'full', { scheme: 'dark', widthPx: 400 });
  for (const path of ['/billing?tab=journal', `/billing?selected=${idOf('adjustment 0001')}`, servicesTab]) {
    await follow(page, path);
    expect([path, await stage.findings(page, ['color-contrast'])]).toEqual([path, []]);
  }
  expect(complaints).toEqual([]);
});

test('an MSP that has billed nothing yet is told the first step, and a failure says why', async () => {
  const { page, double } = await open('/billing', 'empty', { widthPx: 390 });
  await page.getByText('No PSA connected').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  double.fail(contract.listIntegrations, {
    status: 503,
    code: 'database.busy',
    message: 'The database is busy',
    issues: [],
    retryable: true,
  });
  await page.reload();
  await page.getByText('The database is busy').waitFor();
});
