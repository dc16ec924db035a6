import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';

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
  return opened;
};

test('the list of tasks shows how the last run goes, and the bar moves by itself', async () => {
  const { page, double, complaints } = await open('/tasks', 'full');
  const nightly = page.getByRole('row', { name: /Nightly full scan/ });
  await nightly.getByText('Under way, 3 of 7 devices').waitFor();
  const bar = nightly.getByRole('progressbar');
  const before = Number(await bar.getAttribute('value'));
  double.tasks.goOn(30);
  await expect.poll(async () => Number(await bar.getAttribute('value')), { timeout: 10_000 }).toBeGreaterThan(before);
  await page.getByText('Monday, Wednesday, and Friday at 22:00').waitFor();
  await page
    .getByRole('row', { name: /Collect logs/ })
    .getByText('Never started')
    .waitFor();
  expect(await stage.findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a run is followed, paused, resumed and cancelled, and tried again where it failed', async () => {
  const { page, complaints } = await open('/tasks', 'full');
  await page.getByRole('link', { name: 'Nightly full scan' }).click();
  await page.getByRole('heading', { name: 'Run 101' }).waitFor();
  await page.getByText('Running: 2').waitFor();
  await page.getByText('1 device was left out').waitFor();
  const devices = page.getByRole('table', { name: 'Devices of the run' });
  expect(await devices.getByRole('row').count()).toBe(8);
  await page.getByRole('button', { name: /^Show devices by state/ }).click();
  await page.getByRole('option', { name: 'Not done' }).click();
  await devices.getByText('No scanner is installed').waitFor();
  expect(await devices.getByRole('row').count()).toBe(2);
  await devices.getByRole('radio').first().click();
  await page.getByRole('heading', { name: 'What the device told' }).waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Paused: 4').waitFor();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('Running: 4').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('4 devices are told to stop').waitFor();
  await dialog.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByText('Cancelled: 4').waitFor();
  await page.getByRole('button', { name: 'Retry failed' }).click();
  await page.getByText('Run 100 again').first().waitFor();
  expect(complaints).toEqual([]);
});

test('a task is made by its form, which shows how many devices and which times, and says what is wrong', async () => {
  const { page, complaints } = await open('/tasks', 'full');
  await page.getByRole('link', { name: 'Add task' }).click();
  await page.getByRole('heading', { name: 'Add task' }).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Type a name').waitFor();
  await page.getByText('Choose a client').last().waitFor();

  await page.getByLabel('Name', { exact: true }).fill('Morning scan');
  await page.getByRole('button', { name: /^Client Choose/ }).click();
  await page.getByRole('option', { name: 'Contoso Legal' }).click();
  await page.getByText(/devices, as of now/).waitFor();
  await page.getByRole('button', { name: /^What to scan/ }).click();
  await page.getByRole('option', { name: 'Chosen folders' }).click();
  await page.getByText('Name at least one folder').waitFor();
  await page.getByRole('textbox', { name: 'Folders' }).fill('/home\n/srv');
  await page.getByRole('button', { name: /^Schedule/ }).click();
  await page.getByRole('option', { name: 'Every day' }).click();
  await page.getByLabel('Time', { exact: true }).fill('25:00');
  await page.getByLabel('Time', { exact: true }).fill('07:30');
  await page.getByText('Next starts').waitFor();
  await page.getByText('in the time zone of the server (Europe/Berlin)').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save and start now' }).click();
  await page.getByRole('heading', { name: 'Morning scan' }).waitFor();
  await page.getByText('Every day at 07:30').waitFor();
  await page.getByText('Running: 1').waitFor();
  expect(complaints).toEqual([]);
});

test('scripts that are switched off cannot be chosen, and those that are there are shown with their hash', async () => {
  const { page } = await open('/tasks', 'full');
  await page.getByRole('link', { name: 'Collect logs' }).click();
  await page.getByText('journalctl -n 100').waitFor();
  await page.getByText(/^[0-9a-f]{64}$/).waitFor();
  await page.getByText('No runs yet').waitFor();
  await follow(page, '/tasks/new');
  await settle(page);
  await page.getByRole('button', { name: /^Type/ }).click();
  const script = page.getByRole('option', { name: /Remote script/ });
  expect(await script.getAttribute('aria-disabled')).toBe('true');
  await script.getByText('Scripts are switched off').waitFor();
});

test('the first minute has no tasks and says what they are for', async () => {
  const { page } = await open('/tasks', 'empty');
  await page.getByText('No tasks').waitFor();
  expect(await stage.findings(page)).toEqual([]);
});
