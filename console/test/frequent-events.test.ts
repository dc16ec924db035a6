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
const confirm = (page: Page, act: string) => page.getByRole('dialog').getByRole('button', { name: act }).click();

test('a blocked kind is excluded, blocked again and removed, each after a question that says what will happen', async () => {
  const { page, complaints } = await open('full');
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.getByRole('heading', { level: 1, name: 'Blocking frequent events' }).waitFor();
  await rowOf(page, 'Paper jam').getByText('1,234,567').waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/selected=/);
  await page.getByText('41,870 events in the window, 87% of all events of the client').waitFor();
  await page.getByText('print-server: The printer <b>Room 7</b> has a paper jam').first().waitFor();
  await page.getByText('Other devices: 34,567').waitFor();

  await page.getByRole('button', { name: 'Exclude' }).first().click();
  await page.getByText('receives and stores “Paper jam” of').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await rowOf(page, 'Paper jam').getByText('Blocked').waitFor();
  await page.getByRole('button', { name: 'Exclude' }).first().click();
  await confirm(page, 'Exclude');
  await rowOf(page, 'Paper jam').getByText('Excluded').waitFor();

  await page.getByRole('button', { name: 'Block', exact: true }).first().click();
  await confirm(page, 'Block');
  await rowOf(page, 'Paper jam').getByText('Blocked').waitFor();

  await page.getByRole('button', { name: 'Remove from blocking' }).first().click();
  await confirm(page, 'Remove from blocking');
  await rowOf(page, 'Paper jam').waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'History' }).click();
  await rowOf(page, 'Paper jam').getByText('Removed from blocking').waitFor();
  expect(complaints).toEqual([]);
});

test('the page of events says what it does not show, for the chosen client, and leads to the list and back', async () => {
  const { page } = await open('full');
  await signIn(page, '/events');
  await page.getByText('1,234,567 events not stored since').waitFor();
  await page.getByRole('link', { name: 'See what is blocked' }).click();
  await page.waitForURL(/\/frequent-events/);
  await settle(page);
  await follow(page, `/frequent-events?selected=${idOf('frequent Paper jam')}`);
  await page.getByRole('link', { name: 'Show the stored events of this type' }).click();
  await page.waitForURL(/\/events\?.*type=SHOP_PRINTER_PAPER_JAM/);
  await follow(page, `/events?tenant=${idOf('tenant without a storm')}`);
  await page.getByText('events not stored since').waitFor({ state: 'detached' });
});

test('the rule tells its numbers, refuses what the server would refuse, and is saved', async () => {
  const { page } = await open('full');
  await signIn(page, '/frequent-events?tab=rule');
  await page.getByText('13,333 now').waitFor();
  const save = page.getByRole('button', { name: 'Save the rule' });
  const days = page.getByLabel('Days that the database shall reach back');
  await days.fill('0');
  await page.getByText('A whole number from 1 to 3,650').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await days.fill('10');
  await page.getByText('Block frequent events').click();
  await save.click();
  await page.getByText('40,000 now').waitFor();
  await page.getByText('Blocking is switched off').waitFor();
});

test('who may not change the server sees the list and the rule, and no way to change them', async () => {
  const { page, double } = await open('full');
  const [ada] = double.world.users;
  if (ada) ada.role = 'technician';
  await signIn(page, `/frequent-events?selected=${idOf('frequent Paper jam')}`);
  await page.getByText('41,870 events in the window').waitFor();
  expect(await page.getByRole('button', { name: 'Exclude' }).count()).toBe(0);
  await follow(page, '/frequent-events?tab=rule');
  expect(await page.getByLabel('Window, minutes').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save the rule' }).count()).toBe(0);
});

test('a failing server is said in the question, which stays open', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/frequent-events?selected=${idOf('frequent Paper jam')}`);
  double.fail(contract.removeFrequentEvents);
  await page.getByRole('button', { name: 'Remove from blocking' }).first().click();
  await confirm(page, 'Remove from blocking');
  await page.getByRole('dialog').getByText('The event engine does not answer').waitFor();
});

test.each(['light', 'dark'] as const)(
  'keeps nobody out, wide or narrow, full or empty, in %s',
  async (scheme) => {
    for (const [kind, widthPx] of [
      ['full', 1440],
      ['empty', 390],
    ] as const) {
      const { page, complaints, close: done } = await open(kind, { scheme, widthPx });
      await signIn(page);
      const found: Record<string, string[]> = {};
      const chosen = kind === 'full' ? `?selected=${idOf('frequent Paper jam')}` : '';
      for (const path of [
        `/frequent-events${chosen}`,
        '/frequent-events?tab=history',
        '/frequent-events?tab=rule',
        '/events',
      ]) {
        await follow(page, path);
        const findings = await stage.findings(page, scheme === 'dark' ? ['color-contrast'] : undefined);
        if (findings.length > 0) found[path] = findings;
      }
      expect(found).toEqual({});
      expect(complaints).toEqual([]);
      await done();
    }
  },
  120_000,
);
