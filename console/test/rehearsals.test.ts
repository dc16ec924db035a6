import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (section: string, options: Parameters<Stage['open']>[1] = {}) => {
  const opened = await stage.open('full', options);
  close = opened.close;
  await signIn(opened.page, `/integrations/${idOf('integration')}?tab=ticketing&section=${section}`);
  return opened;
};

test('unsaved rules are tried from the tab: the draft goes along, can be stopped, and stays unsaved', async () => {
  const { page, double } = await open('critical');
  await page.getByLabel('Create ticket: Databases are outdated').click();
  await page.getByRole('button', { name: 'Try these rules' }).click();
  await page.getByText('1 unsaved change to rules will be tried as well.').waitFor();
  await page.getByRole('button', { name: 'Try them' }).click();
  await page.getByText('10 of 40 clients').waitFor();
  expect(double.rehearsals.asked).toMatchObject({
    days: 7,
    scope: 'mapped',
    rules: [{ reason: 'status:critical:databasesOutdated', enabled: true }],
  });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('10 of 40 clients').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save 1 change' }).waitFor();
});

test('a result says what would have been opened beside what was, why, and what it cannot know', async () => {
  const { page } = await open('rehearsal');
  await page.getByText('Would have opened').first().waitFor();
  await page.getByText('4 status events do not name the conditions').waitFor();
  await page.getByText('Birch Dental could not be read: The server does not answer').waitFor();
  await page.getByRole('row', { name: /Databases are outdated \(Critical\)/ }).waitFor();
  await page.getByRole('button', { name: /Which decisions/ }).click();
  await page.getByRole('option', { name: 'Wait', exact: true }).click();
  await page.getByText('happened on LAPTOP-7 (open)').waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Wait .*Critical event .*LAPTOP-7 \(wait\)/ }).waitFor();
  const file = await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
  expect(file).toContain('/file?decision=wait');
  expect(await stage.findings(page)).toEqual([]);
});

test('rules are tried on chosen clients alone, and on none is said beside the field', async () => {
  const { page, double, complaints } = await open('rehearsal');
  await page.getByRole('button', { name: /^Clients/ }).click();
  await page.getByRole('option', { name: 'Chosen clients' }).click();
  await page.getByRole('button', { name: 'Try them' }).click();
  await page.getByText('Choose at least one client').waitFor();
  expect(double.rehearsals.asked).toBeNull();

  await page.getByRole('button', { name: /^Which clients/ }).click();
  await page.getByPlaceholder('Type a part of the name').fill('northwind');
  await page
    .getByRole('option', { name: /Northwind/ })
    .first()
    .click();
  await page.keyboard.press('Escape');
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Try them' }).click();
  await page.getByText('10 of 40 clients').waitFor();
  expect(double.rehearsals.asked).toMatchObject({
    scope: 'chosen',
    tenants: [{ sourceId: expect.any(String), tenantId: expect.any(String) }],
  });
  expect(complaints).toEqual([]);
});
