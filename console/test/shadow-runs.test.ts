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

const open = async (section: string, kind: 'full' | 'empty' = 'full', options: Parameters<Stage['open']>[1] = {}) => {
  const opened = await stage.open(kind, options);
  close = opened.close;
  await signIn(opened.page, `/integrations/${idOf('integration')}?tab=ticketing&section=${section}`);
  return opened;
};

test('a run is compared with what really happened, drawn and listed with reasons, and can be stopped', async () => {
  const { page } = await open('shadow');
  await page.getByText('Databases are outdated (Critical): on').waitFor();
  await page.getByRole('row', { name: /Opened\s*41\s*88/ }).waitFor();
  await page.getByRole('row', { name: /Databases are outdated \(Critical\)\s*11\s*0\s*12\s*0/ }).waitFor();
  await page.getByText('Not on the other side: The real rule "Databases are outdated" is off now').first().waitFor();
  await page.getByRole('button', { name: /Which differences/ }).click();
  await page.getByRole('option', { name: 'Other choices', exact: true }).click();
  await page.getByRole('row', { name: /LAPTOP-0/ }).waitFor({ state: 'detached' });
  await page.getByText(/Priority: .* instead of/).waitFor();
  await page.getByRole('button', { name: /Which decisions/ }).click();
  await page.getByRole('option', { name: 'Wait', exact: true }).click();
  await page.getByText('Databases are outdated (open)').waitFor({ state: 'detached' });
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Stopped', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
});

test('unsaved rules start from the tab and stay unsaved; a second start is for when the first has ended', async () => {
  const { page, double } = await open('critical');
  double.shadowRuns.run = null;
  await page.getByLabel('Create ticket: Databases are outdated').click();
  await page.getByRole('button', { name: 'Run beside the real rules' }).click();
  await page.getByText('Nothing runs beside the real rules').waitFor();
  await page.getByText('1 unsaved change to rules will run as well.').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Running', { exact: true }).waitFor();
  expect(double.shadowRuns.asked).toMatchObject({
    revision: expect.any(Number),
    rules: [{ reason: 'status:critical:databasesOutdated', enabled: true, fields: expect.anything() }],
  });
  await page.getByRole('button', { name: 'Save 1 change' }).waitFor();
});

test('making the rules real asks what becomes of what is there, and ends the run', async () => {
  const { page, double } = await open('shadow', 'full', { scheme: 'dark' });
  await page.getByRole('button', { name: 'Make these rules real' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make these rules real?' });
  await dialog.getByText('At most 19 tickets').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByLabel('One ticket per client that lists it').check();
  await dialog.getByRole('button', { name: 'Make these rules real' }).click();
  await page.getByText('The rules were saved').waitFor();
  await page.getByText('Made real', { exact: true }).waitFor();
  expect(double.shadowRuns.madeReal).toEqual({ backlog: 'summary' });
});
