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
const SHARED = '1A2B-000451-0C0FFEE0';

test('the list says how full each key is, how long it lasts, and which keys nobody has added', async () => {
  const { page, complaints } = await open('/licenses', 'full');
  const shared = page.getByRole('row', { name: new RegExp(SHARED) });
  await shared.getByText('93 of 100 (93 %)').waitFor();
  await shared.getByText('164 days left').waitFor();
  await shared.getByText('2 devices do not hold it yet').waitFor();
  await page.getByRole('row', { name: /2C4D/ }).getByText('Over its limit').waitFor();
  await page.getByRole('row', { name: /4A8B/ }).getByText('Blocked').waitFor();
  await page.getByText('9F9F-000000-STRANGE1 (3 devices)').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await follow(page, '/licenses?state=over-limit');
  await page.getByRole('row', { name: /2C4D/ }).waitFor();
  await shared.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('a key is added, told what is wrong beside each field, and its code is not shown again', async () => {
  const { page, complaints } = await open('/licenses', 'empty');
  await page.getByText('No licence keys').waitFor();
  await page.getByRole('button', { name: 'Add key' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Serial number').fill('not a number');
  await dialog.getByLabel('Most devices').fill('many');
  await dialog.getByLabel('Activation code').fill('12345');
  await dialog.getByRole('button', { name: 'Add key' }).click();
  await dialog.getByText('Must be letters, digits').waitFor();
  await dialog.getByText('Must be a whole number, 1 or more').first().waitFor();
  await dialog.getByText('Must be four groups of five').waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await dialog.getByLabel('Serial number').fill('5c0d-000001-abcdef01');
  await dialog.getByLabel('Most devices').fill('25');
  await dialog.getByLabel('Activation code').fill('abcde-12345-fghij-67890');
  await dialog.getByText('Give it by itself').click();
  await dialog.getByRole('button', { name: 'Add key' }).click();
  await page
    .getByRole('row', { name: /5C0D-000001-ABCDEF01/ })
    .getByText('0 of 25 (0 %)')
    .waitFor();
  await page.getByRole('link', { name: '5C0D-000001-ABCDEF01' }).click();
  await page.getByText('•••••').waitFor();
  expect(await page.content()).not.toContain('ABCDE-12345');
  expect(complaints).toEqual([]);
});

test('a file is looked at before anything is imported, and errors name line and column', async () => {
  const { page } = await open('/licenses', 'full');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  const choose = (text: string) =>
    dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await choose('serialNumber,productName,kind,deviceLimit\nA,P,oem,broken');
  const wrong = dialog.getByRole('row', { name: /^2 deviceLimit/ });
  await wrong.getByText('Must be a whole number').waitFor();
  expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  expect(await stage.findings(page)).toEqual([]);
  await choose('serialNumber,productName,kind,deviceLimit\nNEW-1,Mail shield,oem,5');
  await dialog.getByRole('row', { name: /NEW-1 Added/ }).waitFor();
  await dialog.getByRole('button', { name: 'Import 1 key' }).click();
  await page.getByText('1 key was imported').waitFor();
  await page.getByRole('row', { name: /NEW-1/ }).waitFor();
});

test('the page of a key shows who holds it; keys are taken away and given, and a refusal says why', async () => {
  const { page, complaints } = await open(`/licenses/${idOf(`license ${SHARED}`)}`, 'full');
  await page.getByText('Order 4711').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Devices' }).click();
  await settle(page);
  const rows = page.getByRole('row').filter({ has: page.getByRole('checkbox') });
  await rows.nth(24).waitFor();
  await rows.nth(1).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Take away' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 device gives the key up').waitFor();
  await dialog.getByRole('button', { name: 'Take away' }).click();
  await rows.nth(24).waitFor({ state: 'detached' });
  await follow(page, `/licenses/${idOf(`license ${SHARED}`)}?tab=devices&difference=not-held`);
  await expect.poll(() => rows.count()).toBe(3);

  await page.getByRole('button', { name: 'Assign to devices' }).click();
  await dialog.getByRole('button', { name: /^Devices/ }).click();
  const options = page.getByRole('option');
  for (let at = 0; at < 6; at += 1) await options.nth(at).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Assign to devices' }).click();
  await dialog.getByText('has room for 0 more').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('use over time is drawn and is a table too; a day without a check is not in it', async () => {
  const { page, complaints } = await open(`/licenses/${idOf(`license ${SHARED}`)}?tab=history`, 'full');
  await page.getByRole('button', { name: 'Table' }).click();
  const table = page.getByRole('region', { name: 'Devices by day' });
  await table.waitFor();
  expect(await table.getByRole('row').count()).toBe(1 + 29);
  await follow(page, '/license-usage');
  await page.getByRole('heading', { name: 'Devices of a day' }).waitFor();
  const file = await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href');
  expect(file).toMatch(/^\/api\/license-usage\/file\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
  await page.getByText('Show groups').click();
  await page.getByRole('cell', { name: 'Managed devices' }).first().waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a list that cannot be read says why', async () => {
  const { page, double } = await open('/licenses', 'full', { widthPx: 390, scheme: 'dark' });
  expect(await stage.findings(page)).toEqual([]);
  const problem = { status: 503, code: 'database.busy', message: 'The database is busy', issues: [], retryable: true };
  double.fail(contract.listLicenses, problem);
  await page.reload();
  await page.getByText('The database is busy').waitFor();
});
