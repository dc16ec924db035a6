import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';

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

test('an audit event leads to the revision it tells of, with what it changed; two are compared, one is brought back', async () => {
  const { page, double, complaints } = await open('full');
  const group = double.world.groups.find(({ kind }) => kind === 'managed');
  const [event] = double.world.events;
  if (!group || !event) throw new Error('the world is empty');
  double.world.events.unshift({
    ...event,
    ...{ id: '9000000000009999', type: 'KLAUD_EV_ADMGROUP_CHANGED', typeId: 4149, severity: 'info' },
    ...{ displayName: 'Audit: Group settings have been modified', deviceId: null, deviceName: '' },
    params: { '1': 'device-status-settings', '2': String(group.id), '3': '3', '5': 'ada' },
  });
  await signIn(page, '/events?limit=20&selected=9000000000009999');
  await page.getByRole('link', { name: 'Revision history' }).click();
  await page.getByRole('heading', { level: 1, name: `History of ${group.name}` }).waitFor();

  // The event's own revision is open.
  const changes = page.getByRole('table', { name: 'What revision 3 changed' });
  await changes
    .getByRole('row', { name: /Databases are outdated/ })
    .getByText('"value": 9')
    .waitFor();
  await changes
    .getByRole('row', { name: /img src=x/ })
    .getByText('Not there')
    .waitFor();
  expect(await page.getByRole('button', { name: 'Roll back to this revision' }).count()).toBe(0);

  await page.getByLabel('Compare with').click();
  await page.getByRole('option', { name: /Revision 1, State when the history began/ }).click();
  await page.getByRole('table', { name: 'From revision 1 to revision 3' }).waitFor();
  await page.waitForURL(/with=100/);
  await page.reload();
  await page.getByRole('table', { name: 'From revision 1 to revision 3' }).waitFor();
  expect(await stage.findings(page)).toEqual([]);

  await page.getByRole('row', { name: /Agreed with the client/ }).click();
  await page.getByRole('button', { name: 'Roll back to this revision' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`${group.name} becomes as it was in revision 2`).waitFor();
  await dialog.getByRole('table', { name: 'Roll back to revision 2' }).getByText('"value": 4').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Roll back to revision 2' }).click();
  await page.getByText(`${group.name} is as it was in revision 2`).waitFor();
  await page.getByRole('row', { name: /Rolled back to revision 2/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('a change by somebody else in between is said, and what would change is shown anew', async () => {
  const { page, double } = await open('full');
  const group = double.world.groups.find(({ kind }) => kind === 'managed');
  await signIn(page, `/revisions?kind=device-status-settings&object=${group?.id}&selected=101`);
  await page.getByRole('button', { name: 'Roll back to this revision' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('table').waitFor();
  // In another window.
  await page.evaluate(async () => {
    const session = await (await fetch('/api/session')).json();
    await fetch('/api/revisions/100/roll-back', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken },
      body: JSON.stringify({ lastNumber: 3 }),
    });
  });
  await dialog.getByRole('button', { name: 'Roll back to revision 2' }).click();
  await dialog.getByText('was changed meanwhile').waitFor();
  await dialog.getByText('Not there').waitFor();
  await dialog.getByRole('button', { name: 'Roll back to revision 2' }).click();
  await page.getByText('is as it was in revision 2').waitFor();
});

test('a description is written down, and hostile names run nowhere', async () => {
  const { page, complaints } = await open('full');
  await signIn(page, '/revisions?kind=tenant&selected=104');
  await page.getByLabel('Description').last().fill('Renamed by contract 7');
  await page.getByRole('button', { name: 'Save description' }).click();
  await page.getByText('The description was saved').waitFor();
  await page.getByRole('row').getByText('Renamed by contract 7').waitFor();
  await page
    .getByRole('link', { name: /img src=x/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: /History of <img src=x/ }).waitFor();
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(await page.title()).not.toBe('1');
  expect(complaints).toEqual([]);
});

test('settings, groups, tenants and audit lines lead to their history', async () => {
  const { page, double } = await open('full');
  const group = double.world.groups.find(({ kind }) => kind === 'managed');
  const line = double.world.audit[0];
  if (!group || !line) throw new Error('the world is empty');
  Object.assign(line, {
    action: 'group.changed',
    target: `/api/tenants/${group.tenantId}/groups/${group.id}`,
    outcome: 'done',
  });
  await signIn(page, `/tenants/${group.tenantId}?tab=statuses&group=${group.id}`);
  await settle(page);
  await page.getByRole('button', { name: 'Revision history' }).last().click();
  await page.waitForURL(/kind=device-status-settings/);
  await page.getByRole('button', { name: 'Go to the object' }).click();
  await page.waitForURL(/tab=statuses/);
  await follow(page, `/tenants/${group.tenantId}`);
  await page.getByRole('button', { name: `Actions for ${group.name}` }).click();
  await page.getByRole('menuitem', { name: 'Revision history' }).click();
  await page.waitForURL(/kind=group/);
  await page.getByText('This object was not saved since its history is kept').waitFor();
  await follow(page, `/audit?selected=${line.id}`);
  await page.getByRole('link', { name: 'Revision history' }).click();
  await page.waitForURL(/kind=group/);
});

test.each([
  ['light', 1440],
  ['dark', 390],
] as const)('the pages keep nobody out (%s, %i px)', async (scheme, widthPx) => {
  for (const kind of ['full', 'empty'] as const) {
    const { page, close: closeThis } = await stage.open(kind, { scheme, widthPx });
    await signIn(page, '/revisions?selected=102');
    await settle(page);
    expect(await stage.findings(page)).toEqual([]);
    await closeThis();
  }
});
