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

test('incidents are found, read, commented on and marked, one or many at a time', async () => {
  const { page, complaints } = await open('/incidents', 'full');
  const rows = page.locator('tbody tr[data-selection-item=item]');
  await expect.poll(() => rows.count()).toBe(12);
  expect(await stage.findings(page)).toEqual([]);
  await follow(page, '/incidents?processed=false&severity=critical');
  const before = await rows.count();
  expect(before).toBeGreaterThan(1);

  await rows.first().getByText('Credentials were read from memory').click();
  await page.getByText('lsass.exe was read by tool.exe').waitFor();
  await page.getByText('Nobody has commented yet.').waitFor();
  await page.getByLabel('Comment', { exact: true }).fill('Asked the user');
  await page.getByRole('button', { name: 'Add comment' }).click();
  await page.getByRole('region', { name: 'Comments' }).getByText('Asked the user').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await rows.nth(0).getByRole('checkbox').check();
  await rows.nth(1).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Mark as processed' }).first().click();
  await page.getByText('2 incidents are processed').waitFor();
  await expect.poll(() => rows.count()).toBe(before - 2);
  expect(complaints).toEqual([]);
});

test('an incident is noted on the page of a device, where its licence keys are too', async () => {
  const { page, complaints } = await open(`/devices/${idOf('device 0')}?tab=incidents`, 'full');
  const rows = page.locator('tbody tr[data-selection-item=item]');
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByRole('button', { name: 'Note an incident' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What happened').fill('Screen was photographed');
  await dialog.getByRole('button', { name: 'Note an incident' }).click();
  await rows.first().getByText('Screen was photographed').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Licences' }).click();
  await page.getByRole('link', { name: '1A2B-000451-0C0FFEE0' }).waitFor();
  await page.getByText('The device told of its keys:').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('an empty list says where incidents come from', async () => {
  const { page } = await open('/incidents', 'empty', { widthPx: 390, scheme: 'dark' });
  await page.getByText('Applications on devices tell of incidents by themselves').waitFor();
  expect(await stage.findings(page)).toEqual([]);
});
