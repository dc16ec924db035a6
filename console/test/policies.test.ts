import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-policy-files-'));
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (path: string, ...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  await signIn(opened.page, path);
  await settle(opened.page);
  return opened;
};

test('the list says how far each policy has come, and filters by state and application', async () => {
  const { page, complaints } = await open('/policies', 'full');
  const base = page.getByRole('row', { name: /Workstations of the client/ });
  await base.getByText('27 of 40, 8 pending, 2 out of date, 3 unknown').waitFor();
  await page
    .getByRole('row', { name: /Travelling/ })
    .getByText('Out of office')
    .waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: /^State/ }).click();
  await page.getByRole('option', { name: 'Inactive' }).click();
  await page.getByRole('row', { name: /Draft for next year/ }).waitFor();
  expect(await page.getByRole('row', { name: /Reception/ }).count()).toBe(0);
  expect(new URL(page.url()).searchParams.get('state')).toBe('inactive');
  expect(complaints).toEqual([]);
});

test('a policy is edited: what is locked above is closed, what is wrong is said in its place, what is saved is locked', async () => {
  const { page, complaints } = await open('/policies/2', 'full', { widthPx: 1280 });
  await page.getByRole('tab', { name: 'Settings' }).click();
  const closed = page.getByRole('group', { name: 'Real-time protection' });
  await closed.getByText('Locked by “Workstations of the client” of').waitFor();
  expect(await closed.getByRole('checkbox').count()).toBe(0);
  await page
    .getByRole('group', { name: 'What is scanned then' })
    .getByText(/From above: All local disks/)
    .waitFor();

  const keep = page.getByRole('group', { name: 'Keep objects for (days)' });
  await keep.getByLabel('Keep objects for (days)', { exact: true }).fill('0');
  const schedule = page.getByRole('group', { name: 'Update databases' });
  await schedule.getByRole('checkbox', { name: /Set in this policy/ }).check();
  await schedule.getByRole('button', { name: /How often/ }).click();
  await page.getByRole('option', { name: 'Every so many hours' }).click();
  await schedule.getByLabel('Hours between starts').fill('500');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Something cannot be saved as it is: Settings').waitFor();
  await keep.getByText('A whole number from 1 to 3650').waitFor();
  await schedule.getByText('A whole number from 1 to 168').waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await keep.getByLabel('Keep objects for (days)', { exact: true }).fill('14');
  await keep.getByRole('button', { name: 'Lock “Keep objects for (days)” for groups below and for devices' }).click();
  await schedule.getByLabel('Hours between starts').fill('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('“Reception” saved').waitFor();
  await keep.getByRole('button', { name: 'Unlock “Keep objects for (days)”' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a policy that somebody else changed meanwhile is not overwritten, and leaving with changes asks', async () => {
  const { page, double } = await open('/policies/2', 'full');
  await page.getByLabel('Name', { exact: true }).fill('Front desk');
  double.fail(contract.changePolicy, {
    ...{ status: 409, code: 'policy.changed-meanwhile', issues: [], retryable: false },
    message: '“Reception” was changed meanwhile by ben. Look at it, then change it again',
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('was changed meanwhile by ben').waitFor();
  await page.getByRole('link', { name: 'Tenants' }).first().click();
  await page
    .getByRole('dialog')
    .getByText(/unsaved|not saved/i)
    .first()
    .waitFor();
});

test('a profile is added with its condition and settings, and moved before another', async () => {
  const { page, complaints } = await open('/policies/1?tab=profiles', 'full');
  await page
    .getByRole('row', { name: /Servers/ })
    .getByText('Servers; Linux; addresses 10.1.0.0/16')
    .waitFor();
  await page.getByRole('button', { name: 'Add profile' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Servers');
  await dialog.getByLabel('Addresses').fill('10.2.0.300');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await dialog.getByText('There is another profile of this name').waitFor();
  await dialog.getByText('Must be an address').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByLabel('Name', { exact: true }).fill('Warehouse');
  await dialog.getByLabel('Addresses').fill('10.2.0.0/24');
  const mode = dialog.getByRole('group', { name: 'What is scanned then' });
  await mode.getByRole('checkbox', { name: /Set in this profile/ }).check();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Move Warehouse up' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('“Workstations of the client” saved').waitFor();
  const names = await page.getByRole('rowheader').allTextContents();
  expect(names.map((name) => name.replace(/Off$/, ''))).toEqual(['Servers', 'Warehouse', 'Laboratory']);
  expect(complaints).toEqual([]);
});

test('policies are exported to a file, imported from one, copied with what was left out, activated and deleted', async () => {
  const { page } = await open(`/policies?tenant=${idOf('tenant Northwind Dental')}`, 'full');
  const act = async (name: string, what: string) => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: what, exact: true }).click();
  };
  const [download] = await Promise.all([page.waitForEvent('download'), act('Reception', 'Export')]);
  expect(download.suggestedFilename()).toBe('Reception.policy.json');
  const file = join(folder, 'policy.json');
  await download.saveAs(file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'gatehouse-policy', name: 'Reception' });

  await act('Draft for next year', 'Make active');
  await page.getByRole('dialog').getByText('becomes active').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Make active' }).click();
  await page.getByText('“Draft for next year” saved').waitFor();
  await act('Reception', 'Delete');
  await page.getByRole('dialog').getByText('6 devices take what comes from the groups above instead').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete policy' }).click();
  await page.getByRole('row', { name: /Reception/ }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  writeFileSync(join(folder, 'wrong.json'), '{"format":"something-else"}');
  await dialog.locator('input[type=file]').setInputFiles(join(folder, 'wrong.json'));
  await dialog.getByText('This is no exported policy').waitFor();
  await dialog.locator('input[type=file]').setInputFiles(file);
  await dialog.getByRole('button', { name: /Group/ }).click();
  await page.getByRole('option').first().click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Reception' }).waitFor();

  await follow(page, `/policies?tenant=${idOf('tenant Northwind Dental')}`);
  await act('Workstations of the client', 'Copy');
  await dialog.getByLabel('Name', { exact: true }).fill('A copy');
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'A copy' }).waitFor();
  await page.getByText('Left out, since locked above: Scan: Detected objects are').waitFor();
});

test('devices are listed by how they stand to a policy; events are configured in its own tab; a list that fails says why', async () => {
  const { page, double } = await open('/policies/1?tab=devices', 'full', { widthPx: 400 });
  await page.getByRole('button', { name: 'State of the policy' }).click();
  await page.getByRole('option', { name: 'Out of date' }).click();
  await page.getByRole('row').getByText('Out of date').first().waitFor();
  expect(await page.getByRole('row').getByText('Applied', { exact: true }).count()).toBe(0);
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Event configuration' }).click();
  await page.getByText('all policies of this application in').waitFor();
  await page.getByRole('row', { name: /Malicious object detected/ }).waitFor();
  double.fail(contract.listPolicies, {
    ...{ status: 503, code: 'database.busy', message: 'The database is busy', issues: [], retryable: true },
  });
  await follow(page, '/policies');
  await page.getByText('The database is busy').waitFor();
});

test('a group shows its policies beside those it inherits and adds one of its own; a device shows where each setting comes from', async () => {
  const { page, double, complaints } = await open('/overview', 'full');
  const group = double.world.groups.find(({ kind }) => kind === 'group');
  await follow(page, `/groups/${group?.tenantId}/${group?.id}?tab=policies`);
  await page
    .getByRole('row', { name: /Workstations of the client/ })
    .getByText('Inherited from Managed devices')
    .waitFor();
  await page.getByRole('button', { name: 'Add policy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Only here');
  await dialog.getByRole('button', { name: 'Add policy' }).click();
  await page.getByRole('heading', { level: 1, name: 'Only here' }).waitFor();

  await follow(page, `/devices/${idOf('device 0')}?tab=policy`);
  await page.getByText('The device fetches the policy with its next sync.').waitFor();
  const mode = page.getByRole('row', { name: /What is scanned then/ }).first();
  await mode.getByText('profile “Servers”').waitFor();
  await page
    .getByRole('row', { name: /Detected objects are/ })
    .first()
    .getByText('Locked', { exact: true })
    .waitFor();
  await page.getByText('After 5 missed syncs.').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('without policies the first step is said', async () => {
  const { page } = await open('/policies', 'empty');
  await page.getByText('No policies yet').waitFor();
  await page.getByRole('button', { name: 'Add policy' }).first().waitFor();
});

test('who may only read finds nothing to change', async () => {
  const opened = await stage.open('full');
  close = opened.close;
  const { page, double } = opened;
  Object.assign(double.world.users[0] ?? {}, { role: 'read-only' });
  await signIn(page, '/policies/2?tab=settings');
  const keep = page.getByRole('group', { name: 'Keep objects for (days)' });
  await keep.getByRole('checkbox').waitFor();
  expect(await keep.getByRole('checkbox').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await follow(page, '/policies');
  expect(await page.getByRole('button', { name: 'Add policy' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Actions for Reception' }).click();
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Export', 'Revision history']);
});
