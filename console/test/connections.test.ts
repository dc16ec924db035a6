import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const integration = `/integrations/${idOf('integration')}`;
const open = async (path: string, ...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  await signIn(opened.page, path);
  await settle(opened.page);
  return opened;
};

test('an Administration Server is added: what is missing, what a test finds, trust in its certificate, saved', async () => {
  const { page, complaints } = await open('/sources', 'empty');
  await page.getByRole('button', { name: 'Add Administration Server' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Try and save' }).click();
  expect(await dialog.getByText('This is needed').count()).toBe(4);
  await dialog.getByText('Must have 64 hex digits').waitFor();

  await dialog.getByLabel('Name', { exact: true }).fill('Branch office');
  await dialog.getByLabel('Address', { exact: true }).fill('closed.example.com');
  await dialog.getByLabel('User name', { exact: true }).fill('reader');
  await dialog.getByLabel('Password', { exact: true }).fill('wrong');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await dialog.getByText('Nothing listens at closed.example.com:13299').waitFor();

  await dialog.getByLabel('Address', { exact: true }).fill('ksc.example.com');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await dialog.getByText('No known authority vouches for the certificate').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Trust this certificate' }).click();
  expect(await dialog.getByLabel('Fingerprint (SHA-256)').inputValue()).toContain('C4:C4');

  await dialog.getByRole('button', { name: 'Try and save' }).click();
  await dialog.getByText('The server refuses the login: check user and password').first().waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill('right');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await dialog.getByText('Everything works').first().waitFor();
  await dialog.getByRole('button', { name: 'Try and save' }).click();
  await page.getByRole('row', { name: /Branch office/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('the file of a certificate is chosen instead of a fingerprint, and a proxy asks for its address', async () => {
  const { page, double } = await open('/sources', 'empty');
  await page.getByRole('button', { name: 'Add Administration Server' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Branch office');
  await dialog.getByLabel('Address', { exact: true }).fill('ksc.example.com');
  await dialog.getByLabel('User name', { exact: true }).fill('reader');
  await dialog.getByLabel('Password', { exact: true }).fill('right');
  await dialog.getByText('The one in this file').click();
  await dialog.getByText('Connect through a proxy server').click();
  await dialog.getByRole('button', { name: 'Try and save' }).click();
  await dialog.getByText('Choose the file').waitFor();
  await dialog.getByText('This is needed').waitFor();

  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'klserver.cer', mimeType: 'application/x-x509-ca-cert', buffer: Buffer.from([0x30, 0x82]) });
  await dialog.getByLabel('Address of the proxy').fill('proxy.example.com:3128');
  await dialog.getByLabel('User name for the proxy').fill('way');
  await dialog.getByLabel('Password for the proxy').fill('secret');
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Try and save' }).click();
  await page.getByRole('row', { name: /through proxy\.example\.com:3128/ }).waitFor();
  expect(double.connections.sent.addSource[0]).toMatchObject({
    certificate: 'MII=',
    proxy: { user: 'way', password: 'secret' },
  });
});

test('a server is changed without its password, switched off with a way back, and not read any more', async () => {
  const { page, double } = await open('/sources', 'full', { widthPx: 1280 });
  await page.getByText('This installation', { exact: true }).waitFor();
  await page.getByText('does not answer in time').waitFor();
  await page.getByRole('button', { name: 'Change Branch office' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Branch North');
  await dialog.getByRole('button', { name: 'Try and save' }).click();
  await page.getByRole('row', { name: /Branch North/ }).waitFor();
  expect(double.connections.sent.changeSource[0]).not.toHaveProperty('password');

  await page.getByRole('button', { name: 'Switch off Branch North' }).click();
  await page.getByRole('button', { name: 'Switch on Branch North' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Switch off Branch North' }).waitFor();

  await page.getByRole('button', { name: 'Stop reading Branch North' }).click();
  await page.getByRole('dialog').getByText('Nothing is deleted on the server').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop reading' }).click();
  await page.getByRole('row', { name: /Branch North/ }).waitFor({ state: 'detached' });
});

test('virtual servers are found, ticked one by one or all at once, and saved; the way goes on to the accounts', async () => {
  const { page, double, complaints } = await open(`${integration}?tab=tenants`, 'full');
  await page.getByText('4 more belong to other integrations').waitFor();
  await page.getByLabel('Find by a part of the name').fill('client 00');
  await page.getByText('Select all that match (9)').waitFor();
  await page.getByRole('checkbox', { name: 'Select Client 003' }).click();
  await page.getByText('1 is added').waitFor();
  await page.getByText('Select all that match (9)').click();
  await page.getByText('9 are added').waitFor();
  await page.getByRole('checkbox', { name: 'Select Client 001' }).click();
  await page.getByText('8 are added').waitFor();
  // What a search hides stays as it was wished.
  await page.getByLabel('Find by a part of the name').fill('');
  await page.getByText('8 are added').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved: 8 added, 0 removed').waitFor();
  expect(double.connections.sent.putIntegrationTenants[0]).toMatchObject({ remove: [] });
  await page.getByRole('button', { name: 'Map accounts' }).click();
  await page.waitForURL(/tab=mappings/);
  expect(complaints).toEqual([]);
});

test('removing a mapped virtual server says which mapping ends; changes can be cancelled', async () => {
  const { page } = await open(`${integration}?tab=tenants`, 'full', { widthPx: 1280 });
  const row = page.getByRole('row', { name: /Northwind Dental/ }).first();
  await row.getByRole('checkbox').click();
  await page.getByText('1 is removed').waitFor();
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await page.getByText('1 is removed').waitFor({ state: 'detached' });
  await row.getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The mapping of this virtual server ends').waitFor();
  await dialog.getByText('Nothing is deleted on the server or in the PSA.').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved: 0 added, 1 removed').waitFor();
});

test('without a virtual server the page says where they come from, and what failed in the server’s words', async () => {
  const { page, double } = await open('/integrations', 'empty');
  double.world.integrations.push(anIntegration());
  await page.goto(`${integration}?tab=tenants`);
  await page.getByText('No virtual servers').waitFor();
  double.fail(contract.listIntegrationTenants, {
    status: 503,
    code: 'database.busy',
    message: 'The database is busy',
    issues: [],
    retryable: true,
  });
  await page.reload();
  await page.getByText('The database is busy').waitFor();
});

test('the identifier of an integration can be copied', async () => {
  const { page } = await open(integration, 'full');
  await page.getByText('Integration identifier').waitFor();
  await page.getByText(idOf('integration'), { exact: true }).waitFor();
  await page.getByRole('button', { name: /Copy: Integration identifier/ }).waitFor();
});

test('news of a deleted integration stand above any page until they are read', async () => {
  const { page, double } = await open('/overview', 'full');
  double.connections.notices.push({
    id: idOf('notice'),
    kind: 'integration-deleted',
    at: new Date(Date.now() - 60_000).toISOString(),
    by: 'bob',
    integrationId: idOf('gone'),
    name: 'Old desk',
    tenants: 12,
    mappings: 9,
  });
  await page.goto('/tickets');
  await page.getByText('Integration deleted: Old desk').waitFor();
  await page.getByText('12 virtual servers are free for other integrations').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'I have read it' }).click();
  await page.getByText('Integration deleted: Old desk').waitFor({ state: 'detached' });
});

test.each([
  ['light', 1280],
  ['dark', 400],
] as const)('health shows connections, alarms and settings, in %s at %i px', async (scheme, widthPx) => {
  const { page, complaints } = await open('/integration-health', 'full', { scheme, widthPx });
  await page.getByText('8120 of 10000 by all programs').or(page.getByText('8,120 of 10,000 by all programs')).waitFor();
  await page.getByText('ksc.branch.example:13299 does not answer in time').first().waitFor();
  await page.getByRole('link', { name: 'T20261122.0007' }).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the time of alarms is checked as it is typed, and a ticket needs an account', async () => {
  const { page, double } = await open('/integration-health', 'full');
  const minutes = page.getByLabel('Raise an alarm after, minutes');
  await minutes.fill('0');
  await page.getByText('A whole number of minutes from 1 to 10080').waitFor();
  await minutes.fill('45');
  await page.getByText('Open a ticket to ourselves for each alarm').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Choose an account').last().waitFor();
  await page.getByRole('button', { name: /Account of the ticket/ }).click();
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(double.connections.sent.putHealthSettings[0]).toMatchObject({
    alarmAfterMinutes: 45,
    ticket: { integrationId: idOf('integration'), accountId: expect.any(String) },
  });
});

const anIntegration = (): contract.Integration => ({
  id: idOf('integration'),
  kind: 'autotask',
  name: 'Integration with Autotask',
  enabled: true,
  settings: {},
  secretsSet: [],
  state: 'working',
  problem: null,
  failingSince: null,
  lastSuccessAt: null,
  nextTryAt: null,
  createdAt: new Date().toISOString(),
});
