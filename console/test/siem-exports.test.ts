import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, signIn, startStage } from './browser.ts';

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
  await signIn(opened.page, '/siem-exports');
  return opened;
};

test('an export says how it goes: the error in the words of the system, what waits, and a full queue', async () => {
  const { page } = await open('full');
  const failing = page.getByRole('row', { name: /QRadar of Northwind Dental/ });
  await failing.getByText('Failing').waitFor();
  await failing.getByText('connect ECONNREFUSED 192.0.2.10:514').waitFor();
  await failing.getByText('4,120').waitFor();
  await failing.getByText('3.2 of 1024 MB').waitFor();
  await page
    .getByRole('row', { name: /Old archive/ })
    .getByText('Queue full')
    .waitFor();
  await page
    .getByRole('row', { name: /Old archive/ })
    .getByText('[2001:db8::7]:514')
    .waitFor();
  await page.getByText('There is no log socket at /dev/log on this computer').waitFor();
});

test('an export is added, told what is wrong beside each field, tried and saved', async () => {
  const { page, complaints } = await open('empty');
  await page.getByRole('button', { name: 'Add export' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Port', { exact: true }).fill('70000');
  await dialog.getByLabel('Host name or address').fill('http://siem');
  await dialog.getByRole('button', { name: 'Add export' }).click();
  await dialog.getByText('Type a name').waitFor();
  await dialog.getByText('Must be a host name or an address').waitFor();
  await dialog.getByText('A whole number from 1 to 65535').waitFor();

  await dialog.getByLabel('Name', { exact: true }).fill('SOC');
  await dialog.getByLabel('Host name or address').fill('closed.example.com');
  await dialog.getByLabel('Port', { exact: true }).fill('6514');
  await dialog.getByRole('button', { name: 'Send a test event' }).click();
  await dialog.getByText('The test event did not get through').waitFor();
  await dialog.getByText('connect ECONNREFUSED 192.0.2.1:514').waitFor();
  await dialog.getByLabel('Host name or address').fill('siem.example.com');
  await dialog.getByRole('button', { name: 'Send a test event' }).click();
  await dialog.getByText('The test event was sent').waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await dialog.getByRole('button', { name: 'Add export' }).click();
  await page.getByRole('row', { name: /siem\.example\.com:6514, TCP/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('only TLS asks for a certificate, and only CEF and LEEF for a syslog header', async () => {
  const { page } = await open('full');
  await page.getByRole('button', { name: 'Change Collector of the SOC' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /Certificate of the receiver/ }).click();
  await page.getByRole('option', { name: 'The one with this fingerprint' }).click();
  await dialog.getByLabel('Fingerprint (SHA-256)').fill('abc');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Must have 64 hex digits').waitFor();
  expect(await dialog.getByLabel('Put a syslog header before each line').count()).toBe(0);
  await dialog.getByRole('button', { name: /^Transport/ }).click();
  await page.getByRole('option', { name: 'UDP' }).click();
  await dialog.getByText('UDP gives no answer').waitFor();
  expect(await dialog.getByLabel('Fingerprint (SHA-256)').count()).toBe(0);
  await dialog.getByRole('button', { name: /^Format/ }).click();
  await page.getByRole('option', { name: /^CEF/ }).click();
  await dialog.getByLabel('Put a syslog header before each line').waitFor();
});

test('deleting says how much is thrown away with it; a list that cannot be read says why', async () => {
  const { page, double } = await open('full', { widthPx: 390 });
  await page.getByRole('button', { name: 'Delete QRadar of Northwind Dental' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('4,120 messages that wait for it are thrown away').waitFor();
  await dialog.getByRole('button', { name: 'Delete export' }).click();
  await page.getByRole('row', { name: /QRadar/ }).waitFor({ state: 'detached' });
  expect(await stage.findings(page)).toEqual([]);
  double.fail(contract.listSiemTargets, {
    status: 503,
    code: 'database.busy',
    message: 'The database is busy',
    issues: [],
    retryable: true,
  });
  await page.reload();
  await page.getByText('The database is busy').waitFor();
});
