import * as contract from '@gatehouse/contract';
import type { Page } from 'playwright-core';
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

const tab = `/integrations/${idOf('integration')}?tab=mappings`;
const open = async (...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  await signIn(opened.page, tab);
  await settle(opened.page);
  return opened;
};
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });
const choose = async (page: Page, label: string, words: string, option: RegExp) => {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  const box = page.getByLabel('Type a part of the name');
  if (words) await box.fill(words);
  await page.getByRole('option', { name: option }).click();
};

test('an account is found by a part of its name, saved with its billing, and taken back', async () => {
  const { page, double, complaints } = await open('full');
  await choose(page, 'Account of Alpine Bakery', 'alpine', /Alpine Bakery GmbH/);
  await page.getByLabel('Billing of Alpine Bakery').click();
  await page.getByRole('button', { name: 'Save Alpine Bakery' }).click();
  // Billing needs a contract: nothing was sent.
  await row(page, 'Alpine Bakery').getByText('Choose the contract that usage is billed to').waitFor();
  expect(double.calls.filter((call) => call.startsWith('PUT'))).toEqual([]);

  await page.getByRole('button', { name: /^Contract of Alpine Bakery/ }).click();
  const expired = page.getByRole('option', { name: /Managed Security, last year/ });
  await expired.getByText(/Ended on/).waitFor();
  expect(await expired.getAttribute('aria-disabled')).toBe('true');
  await page
    .getByRole('option', { name: /^Managed Security(?!,)/ })
    .first()
    .click();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save Alpine Bakery' }).click();
  await page.getByText('Alpine Bakery is mapped to Alpine Bakery GmbH').waitFor();
  const mapping = () => double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Alpine Bakery');
  expect(mapping()).toMatchObject({ account: { name: 'Alpine Bakery GmbH' }, billing: { enabled: true } });

  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('It is as it was before').waitFor();
  expect(mapping()?.account).toBeNull();
  expect(complaints).toEqual([]);
});

test('a mapping that is ended breaks the link only, and undo brings it back with its billing', async () => {
  const { page, double } = await open('full');
  await choose(page, 'Account of Quince Orchard', '', /^No account/);
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText('The mapping of Quince Orchard has ended. Nothing was deleted.').waitFor();
  const mapping = () => double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Quince Orchard');
  expect(mapping()?.account).toBeNull();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('It is as it was before').waitFor();
  expect(mapping()).toMatchObject({ account: { name: 'Quince Holding' }, billing: { enabled: true } });
});

test('several changes are saved together, and what the server refuses stands beside its field', async () => {
  const { page, double } = await open('full');
  await choose(page, 'Account of Alpine Bakery', 'harbour', /Harbour Clinic Ltd/);
  await choose(page, 'Account of Harbour Clinic', 'harbour', /Harbour Clinic Ltd/);
  const taken = double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Alpine Bakery');
  const other = double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Nameless Corner');
  // Somebody else was faster.
  const harbour = double.world.psaAccounts.find(({ name }) => name === 'Harbour Clinic Ltd');
  if (!other || !harbour) throw new Error('the double has no such samples');
  other.account = harbour;
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await page.getByText('Nothing was saved. What is wrong stands beside each line.').waitFor();
  await row(page, 'Alpine Bakery').getByText('belongs to Nameless Corner').waitFor();
  expect(taken?.account).toBeNull();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel changes', exact: true }).click();
  await page.getByText('Nothing was saved').waitFor({ state: 'detached' });
});

test('leaving with unsaved changes asks first', async () => {
  const { page } = await open('full');
  await choose(page, 'Account of Alpine Bakery', 'alpine', /Alpine Bakery GmbH/);
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByRole('dialog').waitFor();
});

test('suggestions without a rival are chosen, checked, and mapped together', async () => {
  const { page, double } = await open('full');
  await page.getByRole('button', { name: 'Suggest mappings' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('“Twin Pines GmbH” fits as well').waitFor();
  await dialog.getByText(/of 4 chosen/).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: /^Check/ }).click();
  await dialog.getByText(/Nothing stands in the way/).waitFor();
  // Choosing anew makes the check void.
  await dialog.getByRole('checkbox', { name: 'Choose Twin Pines' }).click();
  await dialog.getByRole('button', { name: /^Check/ }).click();
  await dialog.getByRole('button', { name: /^Map 4/ }).click();
  await page.getByText('4 virtual servers were saved').waitFor();
  const named = (name: string) => double.world.mappings.find((each) => each.sourceTenantName === name)?.account?.name;
  expect([named('Alpine Bakery'), named('Twin Pines')]).toEqual(['Alpine Bakery GmbH', 'Twin Pines Ltd']);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('It is as it was before').waitFor();
  expect(named('Alpine Bakery')).toBeUndefined();
});

test('what the PSA changed is pointed out with both names until somebody takes note', async () => {
  const { page } = await open('full');
  await page.getByText('The PSA changed 1 mapped account.').waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const quince = row(page, 'Quince Orchard');
  await quince.getByText('Was “Quince Orchard” in the PSA until').waitFor();
  await quince.getByText(/nothing is billed to it/).waitFor();
  await page.getByRole('button', { name: 'Take note of what changed about Quince Orchard' }).click();
  await page.getByText('The PSA changed').waitFor({ state: 'detached' });
});

test('a file is looked at first; a wrong line is named and nothing is imported', async () => {
  const { page, double } = await open('full');
  const importing = async (csv: string) => {
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Import CSV' }).click();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'mappings.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  };
  await importing('Virtual server,Account\nAlpine Bakery,Alpine Bakery GmbH\nNobody,Nothing');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('There is no virtual server "Nobody"').waitFor();
  expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await importing('Virtual server,Account\nAlpine Bakery,Alpine Bakery GmbH');
  await dialog.getByText('Maps it').waitFor();
  await dialog.getByRole('button', { name: 'Import 1 mapping' }).click();
  await page.getByText('1 mapping was imported').waitFor();
  const alpine = double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Alpine Bakery');
  expect(alpine?.account?.name).toBe('Alpine Bakery GmbH');
});

test('accounts without a virtual server are listed, found and mapped from there', async () => {
  const { page, double } = await open('full', { widthPx: 390 });
  await page.goto(`${tab}&view=accounts`);
  await settle(page);
  await page.getByPlaceholder('Find by a part of the name, or by id').fill('harbour');
  await row(page, 'Harbour Clinic Ltd').waitFor();
  await row(page, 'Alpine Bakery GmbH').waitFor({ state: 'detached' });
  expect(await stage.findings(page)).toEqual([]);
  await choose(page, 'Virtual server for Harbour Clinic Ltd', 'harb', /Harbour Clinic/);
  await page.getByText('Harbour Clinic is mapped to Harbour Clinic Ltd').waitFor();
  const harbour = double.world.mappings.find(({ sourceTenantName }) => sourceTenantName === 'Harbour Clinic');
  expect(harbour?.account?.name).toBe('Harbour Clinic Ltd');
});

test('a list that cannot be read says why, and an empty one what to do', async () => {
  const { page, double } = await open('full');
  double.fail(contract.listMappings, { code: 'database.busy', message: 'The database is busy' });
  await page.reload();
  await page.getByText('The database is busy').first().waitFor();
  double.mend();
  double.world.mappings.length = 0;
  await page.reload();
  await page.getByText('No virtual server in this integration').waitFor();
  await page.getByRole('button', { name: 'Add virtual servers' }).waitFor();
});
