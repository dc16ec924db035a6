import { type MailSandbox, startMailSandbox } from '@gatehouse/sandboxes/mail';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('EventNotificationProperties', (place) => {
  let msp: TestAdministration;
  let post: MailSandbox;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    await msp.addTenant('Acme');
    post = await startMailSandbox();
  });
  afterAll(async () => {
    await msp.stop();
    await post.stop();
  });

  const ask = async (method: string, args: object = {}, client = msp.client()) =>
    (await client.call(`EventNotificationProperties.${method}`, args as never)) as never as { PxgRetVal: object };
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 0,
      (error: { code: number; message: string }) => error.code,
    );
  const console = async () => (await msp.call('GET', '/api/notification-settings')).body;
  const route = () => ({ KLEVP_ND_SMTP_SERVER: '127.0.0.1', KLEVP_ND_SMTP_PORT: post.port });

  it('tells and changes what the console shows, member by member, without any password', async () => {
    expect((await ask('GetDefaultSettings')).PxgRetVal).toMatchObject({
      ...{ KLEVP_ND_USE_EMAIL: false, KLEVP_ND_USE_SCRIPT: false, KLEVP_ND_EMAIL: '', KLEVP_ND_SMTP_PORT: 25 },
    });
    await ask('SetDefaultSettings', { pSettings: { KLEVP_ND_EMAIL: 'a@example.com, b@example.com', ...route() } });
    expect((await console()).settings.mail).toMatchObject({
      enabled: true,
      recipients: ['a@example.com', 'b@example.com'],
      smtp: { hosts: ['127.0.0.1'], port: post.port, user: null },
    });
    const all = (await ask('GetDefaultSettings')).PxgRetVal;
    expect(all).toMatchObject({ KLEVP_ND_EMAIL: 'a@example.com,b@example.com' });
    expect(Object.keys(all).filter((name) => /pass/i.test(name))).toEqual([]);
    // What was read can be written back.
    await ask('SetDefaultSettings', { pSettings: all });
    expect((await ask('GetDefaultSettings')).PxgRetVal).toEqual(all);
    expect(msp.openApiWrites.map(({ action }) => action)).toContain('notification-settings.changed');
  });

  it.each([
    ['a script', { KLEVP_ND_USE_SCRIPT: true }, 1193],
    ['a look-up of MX records', { KLEVP_ND_RESOLVE_MX: true }, 1193],
    ['a bad address', { KLEVP_ND_EMAIL: 'nobody' }, 1192],
    ['a placeholder that there is not', { KLEVP_ND_MESSAGE_TEMPLATE: '%SECRET%' }, 1192],
  ])('refuses %s', async (_what, pSettings, code) => {
    expect(await codeOf(ask('SetDefaultSettings', { pSettings }))).toBe(code);
  });

  it('limits notifications, and refuses thresholds that nothing would read', async () => {
    await ask('SetNotificationLimits', {
      pSettings: { KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD: 7, KLEVP_TEST_PERIOD_TO_SEND_EVENTS: 15 },
    });
    expect((await ask('GetNotificationLimits')).PxgRetVal).toEqual({
      ...{ KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD: 7, KLEVP_TEST_PERIOD_TO_SEND_EVENTS: 15 },
    });
    expect((await console()).settings.limit).toEqual({ mostPerPeriod: 7, periodMinutes: 15 });
    const outbreak = { pSettings: { KLEVP_MAX_VIRUS_EVENTS_FOR_OUTBREAK: 3 } };
    expect(await codeOf(ask('SetNotificationLimits', outbreak))).toBe(1193);
    expect(await codeOf(ask('SetNotificationLimits', { pSettings: { KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD: -1 } }))).toBe(
      1192,
    );
  });

  it('sends a test by mail and by the SMS gateway, and says why one was not taken', async () => {
    await ask('TestNotification', { eType: 1, pSettings: { KLEVP_ND_EMAIL: 'c@example.com', ...route() } });
    expect(post.received.at(-1)).toMatchObject({ to: ['c@example.com'], subject: 'Test of notifications' });
    await ask('TestNotification', {
      eType: 8,
      pSettings: { KLEVP_ND_SMS_EMAIL_TO: 'sms@example.com', KLEVP_ND_SMS_RECIPIENTS: '+49 30 123', ...route() },
    });
    expect(post.received.at(-1)?.to).toEqual(['sms@example.com']);
    expect(post.received.at(-1)?.body).toContain('+49 30 123');
    post.setFault('refuse');
    const refused = ask('TestNotification', { eType: 1, pSettings: { ...route() } });
    await expect(refused).rejects.toThrow('554 This message is not wanted');
    expect(await codeOf(ask('TestNotification', { eType: 2, pSettings: route() }))).toBe(1192);
    // A test saves nothing.
    expect((await console()).settings.sms.recipients).toEqual([]);
  });

  it('is for those who may change the whole server', async () => {
    expect(await codeOf(ask('GetDefaultSettings', {}, msp.client('reader')))).toBe(1184);
    expect(await codeOf(ask('GetDefaultSettings', {}, msp.client('admin', { virtualServer: 'Acme' })))).toBe(1184);
  });
});
