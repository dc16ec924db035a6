import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, settle, signIn, startStage } from './browser.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

type How = { scheme?: 'light' | 'dark'; widthPx?: number };
/** The device statuses of the group “Workstations” of a client, and of the group above it. */
const open = async (which: 'Workstations' | 'Managed devices', how: How = {}) => {
  const opened = await stage.open('full', how);
  close = opened.close;
  const { groups } = opened.double.world;
  const group = groups.find(({ name }) => name === which);
  if (!group) throw new Error(`there is no group ${which}`);
  await signIn(opened.page, `/groups/${group.tenantId}/${group.id}?tab=statuses`);
  await settle(opened.page);
  return { ...opened, group };
};
const saves = (calls: string[]) => calls.filter((call) => /^PUT .*[/]status-settings$/.test(call)).length;
const shot = process.env.GATEHOUSE_SHOTS;

test('a value is changed, what that does is shown before it is saved, and the setting is this group’s own', async () => {
  const { page, double, complaints } = await open('Workstations');
  const row = page.getByRole('row', { name: /Databases are outdated/ });
  await row.getByText('more than 7 days').waitFor();
  await row.getByText('Default').waitFor();
  await page.getByRole('button', { name: 'Edit Databases are outdated: Critical' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('More than (days)').fill('0');
  await dialog.getByText('A number of 1 or more').waitFor();
  expect(await dialog.getByRole('button', { name: 'OK' }).isDisabled()).toBe(true);
  await dialog.getByLabel('More than (days)').fill('5');
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await row.getByText('more than 5 days').waitFor();
  await row.getByText('Not saved yet').waitFor();

  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await dialog.getByText(/Of \d+ devices, 3 would get a graver status and none a lighter one/).waitFor();
  await dialog.getByRole('row', { name: /Warning.*Critical.*3/ }).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  if (shot) await page.screenshot({ path: `${shot}/save.png` });
  expect(saves(double.calls)).toBe(0);
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText('Device status settings saved').waitFor();
  await row.getByText('Set here').waitFor();
  expect(saves(double.calls)).toBe(1);

  await page.getByRole('button', { name: /Take the parent's again: Databases/ }).click();
  await row.getByText('What is set above').waitFor();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await dialog.getByText(/No device would have another status/).waitFor();
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await row.getByText('more than 7 days').waitFor();
  expect(complaints).toEqual([]);
});

test('a condition that needs a choice asks for it when it is switched on, and both levels are saved together', async () => {
  const { page, double, complaints } = await open('Workstations');
  const row = page.getByRole('row', { name: /Invalid encryption status/ });
  await row.getByRole('checkbox', { name: 'Invalid encryption status: Critical' }).press('Space');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Choose at least one').waitFor();
  await dialog.getByLabel('No encryption policy is specified').check();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await row.getByText('Results: No encryption policy is specified').waitFor();
  await page.getByRole('tab', { name: /Warning/ }).click();
  await page.getByRole('button', { name: 'Edit Software vulnerabilities have been detected: Warning' }).click();
  await dialog.getByLabel('High or graver').check();
  await dialog.getByLabel('Ignore if the vulnerability cannot be fixed').check();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await page.getByText('High or graver. Leave out: Ignore if the vulnerability cannot be fixed').waitFor();
  if (shot) await page.screenshot({ path: `${shot}/warning.png`, fullPage: true });
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await dialog.getByText('2 conditions are changed').waitFor();
  await dialog.getByRole('button', { name: 'Save 2 changes' }).click();
  await page.getByText('Device status settings saved').waitFor();
  expect(saves(double.calls)).toBe(1);
  expect(complaints).toEqual([]);
});

test('what the group above locks cannot be changed below, and says by whom', async () => {
  const { page, double, group, complaints } = await open('Managed devices');
  await page.getByRole('button', { name: 'Edit Databases are outdated: Critical' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Lock: groups below/).check();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  const row = page.getByRole('row', { name: /Databases are outdated/ });
  await row.getByText('Set here, locked for the groups below').waitFor();

  const below = double.world.groups.find(({ parentId }) => parentId === group.id);
  await page.goto(`/groups/${group.tenantId}/${below?.id}?tab=statuses`);
  await row.getByText('Locked by Managed devices').waitFor();
  expect(await page.getByRole('button', { name: 'Edit Databases are outdated: Critical' }).count()).toBe(0);
  expect(await row.getByRole('checkbox').isDisabled()).toBe(true);
  expect(await stage.findings(page)).toEqual([]);
  if (shot) await page.screenshot({ path: `${shot}/locked.png`, fullPage: true });
  expect(complaints).toEqual([]);
});

test('when the devices cannot be counted, the settings can be saved all the same; what is refused says why', async () => {
  const { page, double } = await open('Workstations');
  double.fail(contract.previewStatusSettings);
  await page.getByRole('checkbox', { name: 'Databases are outdated: Critical' }).press('Space');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('How many devices this moves could not be counted').waitFor();
  double.fail(contract.changeStatusSettings, {
    status: 409,
    code: 'status-settings.locked',
    message: 'Locked by “Managed devices”',
  });
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await dialog.getByText('Locked by “Managed devices”').waitFor();
});

test.each<[string, How]>([
  ['dark', { scheme: 'dark', widthPx: 1280 }],
  ['narrow', { widthPx: 400 }],
])('the settings can be read on a %s screen', async (name, how) => {
  const { page, complaints } = await open('Workstations', how);
  await page.getByText('Set to Critical if these are specified').first().waitFor();
  expect(await stage.findings(page)).toEqual([]);
  if (shot) await page.screenshot({ path: `${shot}/${name}.png`, fullPage: true });
  expect(complaints).toEqual([]);
});
