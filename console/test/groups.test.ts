import * as contract from '@gatehouse/contract';
import type { Page } from 'playwright-core';
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

const open = async (...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  return opened;
};
const rowOf = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });
const tick = (page: Page, name: string) => page.getByRole('checkbox', { name: new RegExp(`${name}$`) }).click();
const dialog = (page: Page) => page.getByRole('dialog');
const confirm = (page: Page, act: string) => dialog(page).getByRole('button', { name: act, exact: true }).click();
const choose = async (page: Page, field: string | RegExp, option: string | RegExp) => {
  await page.getByLabel(field).last().click();
  await page.getByRole('option', { name: option }).first().click();
};
const tenant = idOf('tenant Northwind Dental');

test('devices are filtered, ticked, tagged, moved and deleted, and the address keeps what is seen', async () => {
  const { page, double, complaints } = await open('full');
  await signIn(page, `/devices?tenant=${tenant}&sort=name&name=pc-*`);
  await page.getByRole('button', { name: 'Actions', exact: true }).waitFor();
  await settle(page);
  expect(await page.getByRole('row').filter({ hasText: 'srv-' }).count()).toBe(0);
  await tick(page, 'pc-04');
  await tick(page, 'pc-07');
  await page.getByRole('button', { name: 'Actions (2 devices)' }).click();
  await page.getByRole('menuitem', { name: 'Change tags' }).click();
  await dialog(page).getByLabel('Tags to add').fill('kiosk, front desk');
  await confirm(page, 'Save tags');
  await page.getByText('Tags of 2 devices were changed').waitFor();
  await rowOf(page, 'pc-04').getByRole('link', { name: 'front desk' }).click();
  await page.waitForURL(/tag=front(\+|%20)desk/);
  await settle(page);
  await page.getByText('2 rows').or(page.getByText('(2)')).first().waitFor();

  await tick(page, 'pc-04');
  await page.getByRole('button', { name: 'Actions (1 device)' }).click();
  await page.getByRole('menuitem', { name: 'Move to a group' }).click();
  await choose(page, 'Group', 'Managed devices/Servers');
  await confirm(page, 'Move');
  await page.getByText('1 device was moved').waitFor();
  await rowOf(page, 'pc-04').getByText('Managed devices/Servers').waitFor();

  await tick(page, 'pc-04');
  await page.getByRole('button', { name: 'Actions (1 device)' }).click();
  await page.getByRole('menuitem', { name: 'Quick scan' }).click();
  await page.getByText('Quick scan was given to 1 device').waitFor();
  await page.getByRole('button', { name: 'Actions (1 device)' }).click();
  await page.getByRole('menuitem', { name: 'Delete devices' }).click();
  await dialog(page).getByText('pc-04 and its key are deleted').waitFor();
  await confirm(page, 'Delete devices');
  await page.getByText('1 device was deleted').waitFor();
  expect(double.world.devices.some(({ name }) => name === 'pc-04')).toBe(false);
  expect(complaints).toEqual([]);
});

test('acts reach all devices that were found, not only those of one page', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/devices?tenant=${tenant}&limit=5&sort=name`);
  await settle(page);
  await page.getByRole('checkbox').first().click();
  await page.getByText('5 of 14 devices that were found are ticked').waitFor();
  await page.getByRole('button', { name: 'Tick 14' }).click();
  await page.getByRole('button', { name: 'Actions (14 devices)' }).click();
  await page.getByRole('menuitem', { name: 'Change tags' }).click();
  await dialog(page).getByLabel('Tags to add').fill('everywhere');
  await confirm(page, 'Save tags');
  await page.getByText('Tags of 14 devices were changed').waitFor();
  expect(double.world.devices.filter(({ tags }) => tags.includes('everywhere'))).toHaveLength(14);
  // A tick by hand means this page again.
  await page.getByRole('checkbox').first().click();
  await page.getByRole('button', { name: 'Actions (5 devices)' }).waitFor();
});

test('a device’s own page shows and changes its tags, and leads to its group', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/devices/${idOf('device 0')}`);
  await page.getByText('Tags: core, vip').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Change tags' }).click();
  await dialog(page).getByLabel('Tags to add').fill('new');
  await confirm(page, 'Save tags');
  await page.getByText('Tags: core, new, vip').waitFor();
  expect(double.world.devices[0]?.tags).toEqual(['core', 'new', 'vip']);
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor();
});

test('devices of several clients cannot be moved together, and the list can be taken away as a file', async () => {
  const { page } = await open('full');
  await signIn(page, '/devices?sort=name&limit=20');
  await settle(page);
  await tick(page, 'pc-02');
  await tick(page, 'pc-03');
  await page.getByRole('button', { name: 'Actions (2 devices)' }).click();
  await page.getByRole('menuitem', { name: 'Move to a group' }).click();
  await dialog(page).getByText('The devices belong to several clients').waitFor();
  expect(await dialog(page).getByRole('button', { name: 'Move', exact: true }).isDisabled()).toBe(true);
  await confirm(page, 'Cancel');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^devices-.*\.csv$/);
});

test('a filter becomes a selection, which is chosen, narrowed, changed and deleted', async () => {
  const { page, double, complaints } = await open('full');
  await signIn(page, '/devices?status=critical&tag=vip');
  await settle(page);
  await page.getByRole('button', { name: 'Save as selection' }).click();
  await page.getByRole('heading', { level: 1, name: 'New device selection' }).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Something is not right on: General').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Important and broken');
  await page.getByRole('tab', { name: 'Network' }).click();
  await page.getByLabel('Addresses').fill('10.1.0.0/16\nnowhere');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Line 2: “nowhere” is neither an address nor a range').waitFor();
  await page.getByLabel('Addresses').fill('10.0.0.0/8');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(/\/devices\?.*selection=/);
  await page.getByRole('heading', { level: 1, name: 'Important and broken' }).waitFor();
  expect(double.places.selections.at(-1)?.settings.filter).toMatchObject({
    statuses: ['critical'],
    tags: ['vip'],
    addresses: ['10.0.0.0/8'],
  });

  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await page.getByRole('heading', { level: 1, name: 'Device selections' }).waitFor();
  await rowOf(page, 'Important and broken').getByText('Status: Critical').waitFor();
  await tick(page, 'Devices with Critical status');
  expect(await page.getByRole('button', { name: 'Delete', exact: true }).isDisabled()).toBe(true);
  await tick(page, 'Devices with Critical status');
  await tick(page, 'Important and broken');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await confirm(page, 'Delete');
  await rowOf(page, 'Important and broken').waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('groups are added, moved, set up for inactive devices and deleted with a new home for their devices', async () => {
  const { page, double, complaints } = await open('full');
  await signIn(page, '/groups');
  await page.getByRole('heading', { level: 1, name: 'Hierarchy of groups' }).waitFor();
  await page
    .getByRole('button', { name: /Northwind Dental/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Actions for Servers' }).click();
  await page.getByRole('menuitem', { name: 'Add group' }).click();
  await dialog(page).getByLabel('Name of the group').fill('a/b');
  await confirm(page, 'Add group');
  await dialog(page).getByText('A name has no slash').waitFor();
  await dialog(page).getByLabel('Name of the group').fill('Racks');
  await confirm(page, 'Add group');
  await page.getByRole('link', { name: 'Racks' }).click();
  await page.getByRole('heading', { level: 1, name: 'Racks' }).waitFor();
  await page.getByText('Managed devices/Servers/Racks').first().waitFor();

  await page.getByRole('button', { name: 'Rename or move' }).click();
  await choose(page, 'Below', 'Managed devices/Workstations');
  await confirm(page, 'Save');
  await page.getByText('Managed devices/Workstations/Racks').first().waitFor();

  await page.getByText('Settings of this group').click();
  await page.getByText('Remove from the group: the device goes to Unassigned devices').click();
  await page.getByLabel('After days').last().fill('0');
  await page.getByText('A whole number from 1 to 3650').waitFor();
  await page.getByLabel('After days').last().fill('30');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved').first().waitFor();

  await page.getByRole('tab', { name: 'Device status' }).click();
  await page.waitForURL(/tab=statuses/);
  await page.getByRole('tab', { name: 'Devices', exact: true }).click();
  await page.getByText('No devices here').waitFor();

  const servers = double.world.groups.find(({ tenantId, name }) => tenantId === tenant && name === 'Servers');
  await follow(page, `/groups/${tenant}/${servers?.id}`);
  await page.getByRole('button', { name: 'Delete group' }).click();
  await dialog(page).getByText('devices are in what is deleted').waitFor();
  await confirm(page, 'Delete group');
  await page.waitForURL(/\/groups(\?|$)/);
  expect(double.world.groups.some(({ id }) => id === servers?.id)).toBe(false);
  expect(complaints).toEqual([]);
});

test('moving rules are made with a preview, put into an order and applied', async () => {
  const { page, double, complaints } = await open('full');
  await signIn(page, `/moving-rules?tenant=${tenant}`);
  await rowOf(page, 'Servers by name').waitFor();
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByRole('heading', { level: 1, name: 'New moving rule' }).waitFor();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Choose a group, or type a tag').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('All pcs');
  await page.getByText('All devices of the client').click();
  await page.getByLabel('Name of the device').fill('pc-*');
  await choose(page, 'Move to', 'Managed devices/Servers');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('devices would move').waitFor();
  await rowOf(page, 'pc-04').getByText('Managed devices/Servers').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('All pcs was saved').waitFor();

  await rowOf(page, '3. All pcs').getByRole('radio').click();
  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await act('Move up');
  await rowOf(page, '2. All pcs').waitFor();
  await act('Apply now');
  await dialog(page).getByText('is applied to all devices that it reaches').waitFor();
  await confirm(page, 'Apply now');
  await page.getByText('devices were moved').waitFor();
  await act('Delete');
  await confirm(page, 'Delete');
  await rowOf(page, 'All pcs').waitFor({ state: 'detached' });
  expect(double.places.rules.map(({ name }) => name)).toEqual(['Servers by name', 'Tag kiosks']);
  expect(complaints).toEqual([]);
});

test('network visibility is changed on the page of the server', async () => {
  const { page } = await open('full');
  await signIn(page, '/server');
  const field = page.getByLabel('Minutes without a sign of life until a device is not visible');
  await field.fill('4');
  await page.getByText('A whole number from 5 to 43200').waitFor();
  await field.fill('60');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Network visibility was saved').waitFor();
  expect(await field.inputValue()).toBe('60');
});

test('who may only read sees everything and no way to change it; what fails says so', async () => {
  const { page, double } = await open('full');
  const [ada] = double.world.users;
  if (ada) ada.role = 'read-only';
  await signIn(page, `/moving-rules?tenant=${tenant}`);
  await rowOf(page, 'Servers by name').waitFor();
  expect(await page.getByRole('button', { name: 'Add rule' }).count()).toBe(0);
  await follow(page, '/devices');
  expect(await page.getByRole('button', { name: 'Actions' }).count()).toBe(0);
  const servers = double.world.groups.find(({ name }) => name === 'Servers');
  await follow(page, `/groups/${servers?.tenantId}/${servers?.id}`);
  expect(await page.getByRole('button', { name: 'Delete group' }).count()).toBe(0);
  await follow(page, `/groups/${tenant}/99999`);
  await page.getByText('There is no such group').waitFor();
  double.fail(contract.searchDevices);
  await follow(page, '/devices?status=ok');
  await page.getByText('The event engine does not answer').first().waitFor();
});

test.each(['light', 'dark'] as const)(
  'keeps nobody out, wide or narrow, full or empty, in %s',
  async (scheme) => {
    for (const [kind, widthPx] of [
      ['full', 1280],
      ['empty', 400],
    ] as const) {
      const { page, double, complaints, close: done } = await open(kind, { scheme, widthPx });
      await signIn(page);
      const found: Record<string, string[]> = {};
      const group = double.world.groups.find(({ name }) => name === 'Servers');
      const rule = double.places.rules[0]?.id;
      for (const path of [
        `/devices?selected=${idOf('device 0')}&columns=name,status,tags,group,agentVersion`,
        `/groups?open=${tenant}`,
        ...(group
          ? [`/groups/${group.tenantId}/${group.id}`, `/groups/${group.tenantId}/${group.id}?tab=devices`]
          : []),
        '/device-selections',
        '/device-selections/new',
        `/moving-rules${rule ? `?tenant=${tenant}&selected=${rule}` : ''}`,
        ...(rule ? [`/moving-rules?tenant=${tenant}&rule=${rule}`] : []),
        '/server',
      ]) {
        await follow(page, path);
        const wrong = await stage.findings(page);
        if (wrong.length > 0) found[path] = wrong;
        const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if (Number(sideways) > 1) found[`${path} width`] = [`${sideways} px too wide`];
      }
      expect(found).toEqual({});
      expect(complaints).toEqual([]);
      await done();
    }
    close = async () => {};
  },
  180_000,
);
