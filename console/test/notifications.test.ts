import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, settle, signIn, startStage } from './browser.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (
  kind: 'full' | 'empty',
  path = '/notifications',
  options: NonNullable<Parameters<Stage['open']>[1]> = {},
) => {
  const opened = await stage.open(kind, options);
  close = opened.close;
  await signIn(opened.page, path);
  return { ...opened, asked: opened.double.notifications };
};

test('mail is set up from nothing: what is wrong stands beside its field, a test says the words of the mail server', async () => {
  const { page, asked, complaints } = await open('empty');
  await page.getByLabel('Send notifications by mail').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Type at least one recipient').waitFor();
  await page.getByText('Type at least one mail server').waitFor();
  await page.getByLabel('Recipients', { exact: true }).fill('soc@example.com\nnot an address');
  await page.getByText('not an address: Must be one mail address, as admin@example.com').waitFor();
  await page.getByLabel('Port', { exact: true }).fill('70000');
  await page.getByText('A whole number from 1 to 65535').waitFor();
  await page.getByLabel('Message', { exact: true }).first().fill('100% of %NOTHING%');
  await page.getByText(/is no placeholder/).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await page.getByText('Nothing can be saved or tried').waitFor();
  expect(asked.test).toBeNull();

  await page.getByLabel('Recipients', { exact: true }).fill('soc@example.com, ada@example.com');
  await page.getByLabel('Port', { exact: true }).fill('587');
  await page.getByLabel('Mail servers', { exact: true }).fill('closed.example.com');
  await page.getByLabel('Message', { exact: true }).first().fill('100%% of %COMPUTER%');
  await page.getByText('100% of LAPTOP-7').waitFor();
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await page.getByText('closed.example.com: connect ECONNREFUSED 192.0.2.1:587').waitFor();

  await page.getByLabel('Mail servers', { exact: true }).fill('mail.example.com');
  await page.getByLabel('User', { exact: true }).fill('gatehouse');
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await page.getByText('Type the password', { exact: true }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await page.getByText('535 5.7.8 Authentication credentials invalid').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('right');
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await page.getByText('mail.example.com: 250 2.0.0 Ok: queued as 4F1B2').waitFor();
  await page.getByText('Taken for soc@example.com, ada@example.com').waitFor();

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. What waits goes out by these settings.').waitFor();
  expect(asked.change).toMatchObject({
    mail: { enabled: true, recipients: ['soc@example.com', 'ada@example.com'], smtp: { port: 587, user: 'gatehouse' } },
    mailPassword: 'right',
  });
  await page.getByText('A password is kept. Leave this empty to keep it.').waitFor();
  expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});

test('a password that is kept is never shown, and is asked for again when it would go to another server', async () => {
  const { page, asked } = await open('full');
  await page.getByText('451 4.7.1 Greylisted, try again later').first().waitFor();
  expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
  await page.getByLabel('Mail servers', { exact: true }).fill('elsewhere.example.com');
  await page.getByText('Type the password again').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Nothing can be saved or tried').waitFor();
  expect(asked.change).toBeNull();
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await page.getByText('A password is kept. Leave this empty to keep it.').waitFor();

  await page.getByLabel('Recipients', { exact: true }).fill('nobody@example.com');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('nobody@example.com: This address is on the list of those who want no mail').waitFor();
  await page.getByLabel('Recipients', { exact: true }).fill('ada@example.com');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. What waits goes out by these settings.').waitFor();
  expect(asked.change).not.toHaveProperty('mailPassword');
});

test('SMS goes by the mail servers of mail, or by its own; the limit is a whole number', async () => {
  const { page, asked } = await open('full');
  await page.getByLabel('Send notifications by SMS').check();
  await page.getByLabel('Recipients at the gateway').fill('4930123@sms.example.com');
  await page.getByLabel('Phone numbers').fill('+49 30 1234567');
  await page.getByLabel('Message', { exact: true }).nth(1).fill('%EVENT% for %PHONE_NUMBERS%');
  await page.getByText('Malicious object detected for +49 30 1234567').waitFor();
  expect(await page.getByLabel('Mail servers', { exact: true }).count()).toBe(1);
  await page.getByLabel('Other mail servers than those of notifications by mail').check();
  await page.getByLabel('Mail servers', { exact: true }).nth(1).fill('sms.example.com');
  await page.getByLabel('Most notifications in a period').fill('0');
  await page.getByText('A whole number from 1 to 10,000').waitFor();
  await page.getByLabel('Most notifications in a period').fill('20');
  await page.getByRole('button', { name: 'Send a test SMS' }).click();
  await page.getByText('Taken for 4930123@sms.example.com').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. What waits goes out by these settings.').waitFor();
  expect(asked.change).toMatchObject({
    sms: { enabled: true, phoneNumbers: ['+49 30 1234567'], smtp: { hosts: ['sms.example.com'], user: null } },
    limit: { mostPerPeriod: 20, periodMinutes: 60 },
  });
});

test('the log says why something failed, and it is sent again', async () => {
  const { page } = await open('full', '/notifications?tab=log&limit=20');
  const failed = page.getByRole('row', { name: /550 5\.1\.1 <ada@example\.com>: no such user/ });
  await failed.getByText('Failed').waitFor();
  await page.getByRole('row', { name: /Summary of 214 events/ }).waitFor();
  await page.getByRole('row', { name: /No free disk space, Administration Server/ }).waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await failed.getByRole('button', { name: /^Send again/ }).click();
  await page.getByText('It is sent again').waitFor();
  await failed.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByText('Critical: Malicious object detected (LAPTOP-30)').waitFor();
});

test('in the dark and on a telephone everything can still be read, and what cannot be read says why', async () => {
  const { page, double, complaints } = await open('full', '/notifications', { scheme: 'dark', widthPx: 400 });
  for (const path of ['/notifications', '/notifications?tab=log&limit=20']) {
    await page.goto(path);
    await settle(page);
    expect([path, await stage.findings(page, ['color-contrast'])]).toEqual([path, []]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([path, wide <= 0]).toEqual([path, true]);
  }
  const problem = { status: 503, code: 'database.busy', message: 'The database is busy', issues: [], retryable: true };
  double.fail(contract.getNotificationSettings, problem);
  await page.goto('/notifications');
  await page.getByText('The database is busy').waitFor();
  expect(complaints).toEqual([]);
});
