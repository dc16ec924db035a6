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

test('each guard says what it does and what it held back; a number that does not fit is said beside it', async () => {
  const { page } = await open('guards');
  await page.getByText('Held back 6 in the last day, 41 in the last week').waitFor();
  await page.getByText('Held nothing back in the last week').waitFor();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel('Fold many devices into one ticket').click();
  await page.getByLabel('More devices than').fill('1');
  await page.getByText('A whole number from 2 to 10,000').waitFor();
  await page.getByLabel('More devices than').fill('15');
  await save.click();
  await page.getByText('Saved. It holds from now on.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => page.getByLabel('More devices than').count()).toBe(0);
});

test('the recommended values fill the form, and cancelling goes back to what is saved', async () => {
  const { page } = await open('guards');
  await page.getByRole('button', { name: 'Use recommended values' }).click();
  expect(await page.getByLabel('Minutes', { exact: true }).inputValue()).toBe('10');
  await page.getByLabel('Add a note and leave closing to the person').waitFor();
  await page.getByRole('button', { name: 'Cancel changes' }).first().click();
  await expect.poll(() => page.getByLabel('Minutes', { exact: true }).count()).toBe(0);
});

test('a maintenance window is added for a group, checked beside its fields, and taken back after a slip', async () => {
  const { page } = await open('maintenance');
  await page
    .getByRole('row', { name: /Office move/ })
    .getByText('In force')
    .waitFor();
  await page.getByRole('button', { name: 'Add maintenance' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add maintenance' }).click();
  await dialog.getByText('give it a name').waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill('Firewall change');
  await dialog.getByRole('button', { name: /For which devices/ }).click();
  await page.getByRole('option', { name: 'All clients' }).click();
  await dialog.getByLabel('From').fill('tomorrow');
  await dialog.getByText('A date and a time as 2026-03-08 22:30').waitFor();
  await dialog.getByLabel('From').fill('2030-03-08 22:30');
  await dialog.getByLabel('Until').fill('2030-03-09 02:30');
  await dialog.getByRole('button', { name: 'Add maintenance' }).click();
  await page
    .getByRole('row', { name: /Firewall change/ })
    .getByText('2030-03-08 22:30 until 2030-03-09 02:30')
    .waitFor();
  await page.getByRole('button', { name: 'Delete Firewall change' }).click();
  await page.getByText('Firewall change was deleted').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('row', { name: /Firewall change/ }).waitFor();
});
