import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (section: string, options: Parameters<Stage['open']>[1] = {}) => {
  const opened = await stage.open('full', options);
  close = opened.close;
  await signIn(opened.page, `/integrations/${idOf('integration')}?tab=ticketing&section=${section}`);
  await opened.page.getByRole('button', { name: 'Cancel changes' }).waitFor();
  return opened;
};

test('rules are edited in the line and many at once, kept from section to section, guarded, and saved together', async () => {
  const { page, double } = await open('critical');
  await page.getByRole('checkbox', { name: 'Choose Too many viruses detected' }).check();
  await page.getByRole('checkbox', { name: 'Choose Device must be restarted' }).check();
  await page.getByRole('button', { name: 'Edit chosen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Due, hours').fill('48');
  await dialog.getByRole('button', { name: 'Use', exact: true }).click();

  await page.getByRole('link', { name: 'Events', exact: true }).last().click();
  await page.getByLabel('Lifetime, days: Critical events').fill('0');
  await page.getByText('A whole number of days from 1 to 365').waitFor();
  await page.getByLabel('Lifetime, days: Critical events').fill('3');
  await page.getByRole('button', { name: 'Queue: Critical events' }).click();
  await page.getByRole('option', { name: 'Level 1 Support' }).click();

  await page.getByRole('link', { name: 'General', exact: true }).click();
  await page.getByRole('button', { name: /Ticket source/ }).click();
  await page.getByRole('option', { name: 'Phone' }).click();
  await page.getByRole('button', { name: 'Save 4 changes' }).waitFor();

  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('is not saved and is lost').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Save 4 changes' }).click();
  await page.getByText('Ticket settings were saved').waitFor();
  const dueOf = (name: string) => double.world.rules.find(({ reason }) => reason === name)?.dueHours;
  expect([dueOf('status:critical:tooManyViruses'), dueOf('status:critical:restartRequired')]).toEqual([48, 48]);
  expect(double.world.rules.find(({ reason }) => reason === 'event:critical')).toMatchObject({
    lifetimeDays: 3,
    fields: { queueID: 'q1', priority: '1' },
  });
  expect(double.ticketing.general['source']).toBe('source 1');
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
});

test('a rule with a blank that it needs cannot be saved while it is on, and says so beside the field', async () => {
  const { page } = await open('critical');
  await page.getByLabel('Create ticket: Device has run out of disk space').click();
  await page.getByText('Priority must be chosen while the rule is on').waitFor();
  expect(await page.getByRole('button', { name: 'Save 1 change' }).isDisabled()).toBe(true);
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await page.getByText('Priority must be chosen while the rule is on').waitFor({ state: 'detached' });
});

test('switching rules on asks what shall become of what is there, and the answer goes along', async () => {
  const { page, double } = await open('critical');
  await page.getByLabel('Create ticket: Databases are outdated').click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('12 problems are there already').waitFor();
  await dialog.getByText('1 client could not be read').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('radio', { name: /One ticket per client/ }).check();
  await dialog.getByRole('button', { name: 'Save and go on' }).click();
  await page.getByText('Ticket settings were saved').waitFor();
  expect(double.ticketing.backlog).toBe('summary');

  // Nothing is there for this one, so nothing is asked.
  await page.getByLabel('Create ticket: Too many viruses detected').click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  expect(double.ticketing.backlog).toBe('all');
});

test('a rule for a type of events is added to make no ticket, and goes with the defaults', async () => {
  const { page, double } = await open('events');
  await page.getByRole('button', { name: 'Add rule for an event type' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByText('Letters, digits, and . _ - only').waitFor();
  await dialog.getByLabel('Type of events').fill('GNRL_EV_VIRUS_FOUND');
  await dialog.getByRole('radio', { name: 'Make no ticket' }).check();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const row = page.getByRole('row', { name: /Type of events: GNRL_EV_VIRUS_FOUND/ });
  await row.getByText('Malicious object detected').first().waitFor();
  await row.getByText('Makes no ticket').waitFor();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText('Ticket settings were saved').waitFor();
  const reasons = () => double.world.rules.map(({ reason }) => reason);
  expect(reasons()).toContain('event-type:GNRL_EV_VIRUS_FOUND');
  await page.getByRole('button', { name: 'Reset to defaults' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Save \d changes/ }).click();
  await expect.poll(reasons).not.toContain('event-type:GNRL_EV_VIRUS_FOUND');
});

test('templates say where a placeholder is wrong, take one by a press, and are shown before they are saved', async () => {
  const { page, double } = await open('templates');
  const title = page.getByLabel('Title for events', { exact: true });
  await title.fill('{devise} at');
  await page.getByText('There is no placeholder {devise} (character 1)').waitFor();
  expect(await page.getByRole('button', { name: 'Show preview' }).isDisabled()).toBe(true);
  await title.fill('At : {event}');
  await title.press('Home');
  for (let step = 0; step < 3; step++) await title.press('ArrowRight');
  await page.getByRole('button', { name: 'Insert client' }).click();
  await page.getByRole('button', { name: 'Show preview' }).click();
  await page.getByText('Made of a real one of Contoso Legal').waitFor();
  await page.getByText('At Contoso Legal: Malicious object detected').waitFor();
  await page.getByLabel('Address of this console').fill('gatehouse');
  await page.getByText('Must begin with https:// or http://').waitFor();
  await page.getByLabel('Address of this console').fill('');
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText('Ticket settings were saved').waitFor();
  expect(double.ticketing.templates).toMatchObject({ eventTitle: 'At {client}: {event}', consoleUrl: null });
});

test('what somebody else saved meanwhile is told, and the own changes can be put on top', async () => {
  const { page, double } = await open('general');
  await page.getByRole('button', { name: /Ticket source/ }).click();
  await page.getByRole('option', { name: 'Phone' }).click();
  double.ticketing.revision += 1;
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText(/grace saved these settings/).waitFor();
  expect(await page.getByRole('button', { name: 'Save 1 change' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Put my changes on top' }).click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await page.getByText('Ticket settings were saved').waitFor();
  expect(double.ticketing.general['source']).toBe('source 1');
});
