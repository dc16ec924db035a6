import { afterAll, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
beforeAll(async () => void (stage = await startStage()));
afterAll(() => stage.close());

test('many event types get a new term at once, and go back to their defaults', { timeout: 60_000 }, async () => {
  const { page, complaints, close } = await stage.open('full');
  await signIn(page);
  await follow(page, '/event-configuration');
  const rows = page.locator('tbody tr');
  expect(await rows.count()).toBe(4); // Critical is first
  await page.getByRole('checkbox', { name: 'Choose all types' }).check();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings of 4 event types' });
  await dialog.getByText('The chosen types differ here').waitFor();
  const save = dialog.getByRole('button', { name: 'Save' });
  expect(await save.isDisabled()).toBe(true);
  await dialog.getByLabel('For (days)').fill('0');
  await dialog.getByText('A whole number from 1 to 3650').waitFor();
  await dialog.getByLabel('For (days)').fill('7');
  expect(await stage.findings(page)).toEqual([]);
  await save.click();
  await page.getByText('Settings of 4 event types saved').waitFor();
  expect(await page.getByRole('cell', { name: '7 days', exact: true }).count()).toBe(4);
  // What was not touched stays: one of them was locked and goes to the system log.
  expect(await page.getByRole('cell', { name: 'Set here, locked for the groups below' }).count()).toBe(1);

  await page.getByRole('cell', { name: 'Mail', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await dialog.getByLabel('Tell by SMS').check();
  await save.click();
  await page.getByRole('cell', { name: 'Mail and SMS', exact: true }).waitFor();
  expect(await page.getByRole('cell', { name: 'SMS', exact: true }).count()).toBe(3);

  await page.getByRole('button', { name: 'Back to default' }).click();
  await page.getByText('4 event types have what comes from above').waitFor();
  expect(await page.getByRole('cell', { name: 'Default', exact: true }).count()).toBe(4);
  expect(complaints).toEqual([]);
  await close();
});

test('a group shows what is locked above and lets it alone', { timeout: 60_000 }, async () => {
  const { page, close } = await stage.open('full');
  await signIn(page);
  await follow(page, `/event-configuration?tenant=${idOf('tenant Northwind Dental')}`);
  await page.getByRole('button', { name: /^Settings of/ }).click();
  await page.getByRole('option', { name: 'Managed devices/', exact: true }).click();
  await settle(page);
  await page.getByRole('cell', { name: 'Locked by Administration Server' }).waitFor();
  expect(await page.getByRole('checkbox', { name: 'Choose Malicious object detected' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Edit Malicious object detected' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Edit Device status is Critical' }).click();
  const dialog = page.getByRole('dialog', { name: 'Event type: Device status is Critical' });
  await dialog.getByLabel('Store in the database of the Administration Server').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Not stored', exact: true }).waitFor();
  await page.getByLabel('Filter: Event types').fill('acme');
  await page.getByText('Nothing matches the filters').waitFor();
  await page.getByRole('tab', { name: /^Info/ }).click();
  await page.getByText('ACME_SPECIAL · Not in the catalogue').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await close();
});

test('a smaller maximum says how many events it deletes before it does', { timeout: 60_000 }, async () => {
  const { page, complaints, close } = await stage.open('full');
  await signIn(page);
  await follow(page, '/event-storage');
  const gauge = page.getByRole('meter', { name: 'Events stored, of the maximum' });
  expect(await gauge.getAttribute('value')).toBe('403218');
  const field = page.getByLabel('Maximum number of events');
  await page.getByText('Takes about 43 MB on the disk when full').waitFor();
  await field.fill('45000000');
  await page.getByText('Takes about 4.8 GB on the disk when full').waitFor();
  await field.fill('10');
  await page.getByText('A whole number from 1,000 to 100,000,000').waitFor();
  await field.fill('100000');
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete events for good' });
  await dialog.getByText('the oldest 303,218 are deleted').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Set the maximum' }).click();
  await page.getByText('The maximum is 100,000 events now').waitFor();
  expect(complaints).toEqual([]);
  await close();
});
