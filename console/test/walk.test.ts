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
const rowNames = (page: Page) => page.locator('tbody tr[data-selection-item=item]');
const queryOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test('a wrong password is said in the words of the server; the right one leads to the page that was wanted', async () => {
  const { page } = await open('full');
  await page.goto('/tickets?state=failed');
  await page.getByLabel('Name', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Name or password is wrong').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/tickets');
  expect(queryOf(page)).toEqual({ state: 'failed' });
});

test('nobody is led out of the console by an address after sign-in', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/sign-in?next=${encodeURIComponent('//evil.example/')}`);
  expect(page.url()).toBe(`${double.address}/overview`);
});

test('the first administrator is made with the token of the address and told what is wrong while typing', async () => {
  const { page, double } = await open('empty');
  double.world.setupNeeded = true;
  await page.goto('/setup?token=first-run-token');
  await page.getByLabel('Name', { exact: true }).fill('grace');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password again').fill('different');
  await page.getByRole('button', { name: 'Make administrator and sign in' }).click();
  await page.getByText('At least 12 characters', { exact: true }).waitFor();
  await page.getByText('The two passwords differ').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('a long sentence to remember');
  await page.getByLabel('Password again').fill('a long sentence to remember');
  await page.getByRole('button', { name: 'Make administrator and sign in' }).click();
  await page.getByText('First steps').waitFor();
  expect(page.url()).not.toContain('token');
});

test('a list is filtered, walked and opened by keyboard alone', async () => {
  const { page } = await open('full');
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  // The overview has rows too.
  await page.getByRole('heading', { level: 1, name: 'Managed devices' }).waitFor();
  await rowNames(page).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('pc-1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/text=pc-1/);
  await page.waitForFunction(() => document.querySelectorAll('tbody tr[data-selection-item=item]').length < 12);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.waitForURL(/selected=/);
  const second = (await rowNames(page).nth(1).getByRole('link').first().textContent()) ?? '';
  await page.getByRole('button', { name: 'Open device' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/devices\/[0-9a-f-]{36}/);
  await page.getByRole('heading', { level: 1, name: second }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Go to Managed devices').waitFor();
});

test('what is seen is in the address and survives a reload: filters, sort, page, columns and the chosen row', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/devices?limit=10&sort=name&descending=false&columns=name,ipAddress');
  await settle(page);
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForURL(/after=10/);
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForURL(/after=20/);
  await page.getByRole('button', { name: 'Page 3' }).waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/selected=/);
  const names = await rowNames(page).allInnerTexts();
  const before = double.calls.length;
  await page.reload();
  await settle(page);
  expect(await rowNames(page).allInnerTexts()).toEqual(names);
  const headers = (await page.locator('.gh-list').getByRole('columnheader').allInnerTexts()).filter(
    (header) => header.trim() !== '',
  );
  expect(headers).toEqual(['Name', 'Address']);
  await page.getByRole('button', { name: 'Open device' }).waitFor();
  expect(double.calls.slice(before).filter((call) => call.startsWith('POST /api/devices/search'))).toHaveLength(1);
  // The way back is kept too.
  await page.getByRole('button', { name: 'Previous page' }).click();
  await page.waitForURL(/after=10/);
});

test('hostile names and descriptions are shown as they are and run nowhere', async () => {
  const { page, complaints } = await open('full');
  await signIn(page, `/devices/${idOf('device 20')}`);
  await page.getByRole('heading', { level: 1, name: '<img src=x onerror' }).waitFor();
  await follow(page, '/events?limit=20&selected=9000000000000399');
  await page.getByText('was found in a very long place').first().waitFor();
  expect(await page.title()).toBe('Events - Gatehouse');
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a failing server is said with what to do, and trying again mends the page', async () => {
  const { page, double } = await open('full');
  double.fail(contract.searchEvents);
  await signIn(page, '/events');
  await page.getByText('The event engine does not answer').waitFor();
  double.mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowNames(page).first().waitFor();
});

test('news of the server move the page without a reload, and a broken stream is shown until it mends', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/tenants');
  await page.getByText('Contoso Legal').first().waitFor();
  await page.waitForTimeout(300);
  double.world.addTenant('Tailspin Toys');
  double.publish(['tenants']);
  await page.getByRole('link', { name: 'Tailspin Toys' }).waitFor();
  double.liveGoesDown();
  await page.getByText('No live connection to the server').first().waitFor({ timeout: 12_000 });
  double.liveComesBack();
  await page.getByText('No live connection to the server').first().waitFor({ state: 'detached', timeout: 20_000 });
});

test('a session that ended leads to the sign-in page and back to where one was', async () => {
  const { page, double } = await open('full');
  await signIn(page, '/audit?limit=20');
  await settle(page);
  double.endSessions();
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await signIn(page, page.url());
  await page.getByRole('heading', { name: 'Users and API tokens' }).waitFor();
});

test('a token is shown once with the command to install it', async () => {
  const { page, double } = await open('full');
  await signIn(page, `/tenants/${idOf('tenant Contoso Legal')}?tab=tokens`);
  await page.getByRole('button', { name: 'Make token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Laptops');
  await dialog.getByRole('button', { name: 'Make token' }).click();
  await page
    .getByText(`gatehouse-agent enrol --server ${double.address} --token gh_enrol_only-once-abcdefgh`)
    .waitFor();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page
    .getByRole('cell', { name: 'Laptops' })
    .or(page.getByRole('rowheader', { name: 'Laptops' }))
    .first()
    .waitFor();
  expect(await page.getByText('gh_enrol_only-once').count()).toBe(0);
});

test('a reader is offered no act that the server would refuse', async () => {
  const { page, double } = await open('full');
  const ada = double.world.users[0];
  if (ada) ada.role = 'read-only';
  await signIn(page, `/devices/${idOf('device 0')}`);
  await page.getByRole('heading', { level: 1, name: 'srv-01' }).waitFor();
  expect(await page.getByRole('button', { name: 'Update databases' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Users and API tokens' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Managed devices' }).count()).toBeGreaterThan(0);
});
