import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, settle, signIn, startStage } from './browser.ts';
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
const troubled = `/devices/${idOf('device 10')}`;
const tabOf = (page: Page) => new URL(page.url()).searchParams.get('tab');

describe('the page of a device', () => {
  test('tells all of it in tabs that the address keeps and the keyboard reaches', async () => {
    const { page, complaints } = await open('full');
    await signIn(page, troubled);
    await settle(page);
    await page.getByText('Not encrypted, though the policy asks for it').waitFor();
    await page.getByText('esets 8.1.9').waitFor();
    await page.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Threats' }).press('Enter');
    await page.getByText('/home/anna/Downloads/keygen.exe').waitFor();
    expect(tabOf(page)).toBe('protection');
    await page.getByRole('tab', { name: 'Vulnerabilities' }).click();
    await page.getByRole('rowheader', { name: 'libwebp' }).waitFor();
    await page.getByText('Not mended yet').waitFor();
    await page.getByRole('tab', { name: 'Hardware' }).click();
    await page.getByText('20XW0044GE').waitFor();
    await page.getByText('15.5 GiB').waitFor();
    await page.reload();
    await page.getByText('PF-1010').waitFor();
    expect(tabOf(page)).toBe('hardware');
    expect(complaints).toEqual([]);
  });

  test('says of what the agent never told that it is unknown, not that there is none', async () => {
    const { page } = await open('full');
    await signIn(page, `/devices/${idOf('device 11')}?tab=hardware`);
    await page.getByRole('progressbar', { name: '/' }).waitFor();
    expect(await page.getByText('Serial number').count()).toBe(0);
    await page.getByRole('tab', { name: 'Vulnerabilities' }).click();
    await page.getByText('The agent of this device tells nothing of vulnerabilities.').waitFor();
    await page.getByRole('tab', { name: 'Threats' }).click();
    await page.getByText('The agent of this device has not told what its quarantine holds.').waitFor();
  });

  test('restores and deletes objects of the quarantine after asking, and shows the command', async () => {
    const { page, double } = await open('full');
    await signIn(page, `${troubled}?tab=protection`);
    await page.getByRole('checkbox', { name: 'Choose /home/anna/Downloads/keygen.exe' }).check();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('/home/anna/Downloads/keygen.exe').waitFor();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('rowheader', { name: 'Restoring from quarantine' }).waitFor();
    expect(tabOf(page)).toBe('commands');
    const [given] = double.world.devices.find(({ id }) => troubled.endsWith(id))?.commands ?? [];
    expect(given).toMatchObject({
      kind: 'restore-from-quarantine',
      quarantine: { objectIds: [idOf('quarantine 10 0')] },
    });
  });

  test('finds software by a word that the address keeps', async () => {
    const { page } = await open('full');
    await signIn(page, `${troubled}?tab=software`);
    await page.getByRole('rowheader', { name: 'old-toolbar' }).waitFor();
    await page.getByLabel('Find software by name or publisher').fill('mozilla');
    await page.waitForURL(/text=mozilla/);
    await page.getByRole('rowheader', { name: 'old-toolbar' }).waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'firefox-esr' }).waitFor();
    await page.getByRole('tab', { name: 'Hardware' }).click();
    await page.waitForURL((url) => !url.searchParams.has('text'));
  });
});

test('the page of all software leads to the devices that have a version, and to a file', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/software?text=toolbar');
  await page.getByRole('link', { name: '2 devices with old-toolbar 0.9~beta' }).click();
  await page.getByRole('heading', { name: /Devices with old-toolbar 0\.9~beta/ }).waitFor();
  expect(
    await page
      .locator('tbody')
      .getByRole('link', { name: /^(srv|pc)-/ })
      .count(),
  ).toBe(2);
  const file = await page.getByRole('link', { name: /Download as CSV/ }).getAttribute('href');
  expect(file).toMatch(/^\/api\/software\/devices\.csv\?text=toolbar&softwareId=\d+$/);
  await page.getByRole('link', { name: 'Back to all software' }).click();
  await page.getByRole('rowheader', { name: 'old-toolbar' }).waitFor();
  expect(double.calls.some((call) => call.startsWith('GET /api/software/devices?'))).toBe(true);
});

describe('are easy to use for everybody', () => {
  const places = [
    ...['overview', 'protection', 'vulnerabilities', 'software', 'hardware'].map((tab) => `${troubled}?tab=${tab}`),
    '/software',
    '/software?text=curl&view=devices',
  ];
  test.each(['light', 'dark'] as const)('all views in the %s theme, also on a narrow screen', async (scheme) => {
    const { page } = await open('full', { scheme, widthPx: scheme === 'light' ? 1280 : 400 });
    await signIn(page, troubled);
    for (const place of places) {
      await page.goto(place);
      await settle(page);
      expect([place, await stage.findings(page)]).toEqual([place, []]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([place, overflow <= 0]).toEqual([place, true]);
    }
  });
});
