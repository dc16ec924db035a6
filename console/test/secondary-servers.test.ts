import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (kind: 'full' | 'empty', path: string, look: Parameters<Stage['open']>[1] = {}) => {
  const opened = await stage.open(kind, look);
  close = opened.close;
  await signIn(opened.page, path);
  await settle(opened.page);
  return opened;
};

test('the tree shows this server, what is below it, and how old each number is', async () => {
  const { page, complaints } = await open('full', '/servers');
  const south = page.getByRole('row', { name: /Data centre South/ });
  await south.getByText('Not reachable').waitFor();
  await south.getByText('Nothing listens at 192.0.2.40:13299').waitFor();
  // What was read before stays, with its age beside it.
  await south.getByText('255 in all').waitFor();
  await south.getByText('2 hours ago', { exact: true }).last().waitFor();
  await page
    .getByRole('row', { name: /Old site/ })
    .getByText('Never read')
    .waitFor();
  await page.getByText('Branch North, warehouse').waitFor();
  await page.getByRole('button', { name: 'Hide what belongs to Branch North' }).click();
  expect(await page.getByText('Branch North, warehouse').count()).toBe(0);
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a primary server that is gone is shown, and forgotten when somebody says so', async () => {
  const { page } = await open('full', '/servers');
  await page.getByText('Head office has attached this server below it and was not heard of').waitFor();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
  await page.getByText('The primary server was forgotten').waitFor();
  expect(await page.getByText('A server stands above this one').count()).toBe(0);
});

test('a server is attached: told what is wrong, its certificate fetched, tried and saved', async () => {
  const { page, complaints } = await open('empty', '/servers');
  await page.getByRole('button', { name: 'Attach server' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Port of the Open API').fill('70000');
  await dialog.getByRole('button', { name: 'Attach server' }).click();
  await dialog.getByText('A whole number from 1 to 65535').waitFor();
  await dialog.getByText('Is needed').first().waitFor();

  await dialog.getByLabel('Port of the Open API').fill('13299');
  await dialog.getByLabel('Name', { exact: true }).fill('Branch East');
  await dialog.getByLabel('Address').fill('gone.example.com');
  await dialog.getByRole('button', { name: 'Fetch from the server' }).click();
  await dialog.getByText('is known to no name server').first().waitFor();
  await dialog.getByLabel('Address').fill('east.example.com');
  await dialog.getByRole('button', { name: 'Fetch from the server' }).click();
  await dialog.getByText('CN=east.example.com').waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Fingerprint of its certificate' }).inputValue()).toHaveLength(64);

  await dialog.getByLabel('User', { exact: true }).fill('gatehouse');
  await dialog.getByLabel('Password', { exact: true }).fill('wrong');
  await dialog.getByRole('button', { name: 'Try the connection' }).click();
  await dialog.getByText('refuses the login').first().waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill('right');
  await dialog.getByRole('button', { name: 'Try the connection' }).click();
  await dialog.getByText('42 devices, 3 virtual servers').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Attach server' }).click();
  await page.getByRole('link', { name: 'Branch East' }).waitFor();
  expect(complaints).toEqual([]);
});

test('the page of a server lists its devices, filtered and page by page, and what was read of it', async () => {
  const { page, complaints } = await open('full', `/servers/${idOf('server Branch North')}`);
  await page
    .getByRole('row', { name: /hl-nb-001/ })
    .getByText('There are active threats')
    .waitFor();
  await page.getByRole('button', { name: 'Page 2' }).click();
  await page.getByText('hl-nb-051').waitFor();
  await page.getByLabel('Find devices by name').fill('hl-nb-25');
  await page.getByText('hl-nb-255').waitFor();
  expect(new URL(page.url()).searchParams.get('text')).toBe('hl-nb-25');
  expect(await stage.findings(page)).toEqual([]);
  for (const [tab, words] of [
    ['Virtual servers', 'Lakeside School'],
    ['Groups', 'Managed devices / Servers'],
    ['Last events', 'Malicious object detected'],
    ['Connection', 'Knows this server as its primary'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByText(words).first().waitFor();
    expect(await stage.findings(page), tab).toEqual([]);
  }
  expect(complaints).toEqual([]);
});

test('a server that cannot be read says so, and why its devices are not listed', async () => {
  const { page } = await open('full', `/servers/${idOf('server Data centre South')}`, { scheme: 'dark' });
  await page.getByText('This server cannot be read').waitFor();
  await page.getByText('What is shown is from the last time that it could be read').waitFor();
  await page.getByRole('tab', { name: 'Groups' }).click();
  await page.getByText('This is not read from the server').waitFor();
  expect(await stage.findings(page, ['color-contrast'])).toEqual([]);
});
