import { type MailSandbox, startMailSandbox } from '@gatehouse/sandboxes/mail';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import type { NotificationTables } from './index.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const HOUR_MS = 3_600_000;
const SOON = { timeout: 20_000, interval: 100 };

describeOnBothEngines('notifications', (place) => {
  let msp: TestAdministration;
  let laptop: Awaited<ReturnType<TestAdministration['enrol']>>;
  let post: MailSandbox;
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine, sweepSeconds: 3600 });
    laptop = await msp.enrol('laptop-1');
    post = await startMailSandbox();
  });
  afterAll(async () => {
    await msp.stop();
    await post.stop();
  });

  const SETTINGS = '/api/notification-settings';
  const mail = (more: object = {}, smtp: object = {}) => ({
    enabled: true,
    recipients: ['admin@example.com'],
    from: 'gatehouse@example.com',
    smtp: { hosts: ['127.0.0.1'], port: post.port, ...smtp },
    ...more,
  });
  const save = (body: object) => msp.call('PUT', SETTINGS, { body });
  const log = async (query = '') => (await msp.call('GET', `/api/notifications${query}`)).body.items;
  const tell = async (code: string, change: object) => {
    const { items } = (await msp.call('GET', '/api/event-settings')).body;
    const type = items.find((one: { code: string }) => one.code === code);
    const { status } = await msp.call('PUT', '/api/event-settings', {
      body: { types: [{ component: type.component, code, typeId: type.typeId }], change },
    });
    expect(status).toBe(200);
  };
  const found = (description: string) => ({ type: 'GNRL_EV_VIRUS_FOUND', description });
  const inMails = (text: string) => post.received.filter(({ body }) => body.includes(text));

  it('are off at first, and cannot be switched on without a recipient and a mail server', async () => {
    const { body } = await msp.call('GET', SETTINGS);
    expect(body).toMatchObject({ settings: { mail: { enabled: false }, sms: { enabled: false } } });
    expect(body.state.mail).toMatchObject({ kind: 'off', waiting: 0 });
    const refused = await save({ mail: { enabled: true } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'notifications.incomplete' } });
    expect(refused.body.issues.map(({ where }: { where: string }) => where)).toEqual([
      'body.mail.recipients',
      'body.mail.smtp.hosts',
    ]);
  });

  it('tell of events of the chosen types, by mail, with the words of the templates', async () => {
    await tell('GNRL_EV_VIRUS_FOUND', { notifyByMail: true });
    expect((await save({ mail: mail() })).status).toBe(200);
    await laptop.sends(
      { type: 'GNRL_EV_OBJECT_CURED', description: 'not chosen' },
      found('EICAR-Test-File, 100% sure: é'),
    );
    await vi.waitFor(() => expect(inMails('EICAR')).toHaveLength(1), SOON);
    const [told] = inMails('EICAR');
    expect(told).toMatchObject({ from: 'gatehouse@example.com', to: ['admin@example.com'] });
    expect(told?.subject).toMatch(/^Critical: .+ \(laptop-1\)$/);
    expect(told?.body).toContain('Device: laptop-1');
    expect(told?.body).toContain('EICAR-Test-File, 100% sure: é');
    expect(told?.headers['content-type']?.[0]).toMatch(/^text\/plain/);
    expect(inMails('not chosen')).toEqual([]);
    const [row] = await log();
    expect(row).toMatchObject({ channel: 'mail', kind: 'event', state: 'sent', attempts: 1, reason: null });
    expect(row.event).toMatchObject({ type: 'GNRL_EV_VIRUS_FOUND', deviceName: 'laptop-1' });
  });

  it('let nothing of an event become a header', async () => {
    await save({ mail: mail({ subject: '%DESCR%' }) });
    await laptop.sends(found('injected\r\nBcc: thief@example.com\r\n\r\nnew body %COMPUTER%'));
    await vi.waitFor(() => expect(inMails('injected')).toHaveLength(1), SOON);
    const [told] = inMails('injected');
    expect(told?.to).toEqual(['admin@example.com']);
    expect(told?.headers.bcc).toBeUndefined();
    // A value is put in once: a placeholder in it stays as it came.
    expect(told?.subject).toBe('injected Bcc: thief@example.com new body %COMPUTER%');
  });

  it('come all, each once, after the mail server was away', async () => {
    await save({ mail: mail() });
    const { port } = post;
    await post.stop();
    await laptop.sends(found('away 1'), found('away 2'), found('away 3'), found('away 4'));
    const state = async () => (await msp.call('GET', SETTINGS)).body.state.mail;
    await vi.waitFor(async () => expect(await state()).toMatchObject({ kind: 'failing', waiting: 4 }), SOON);
    expect((await state()).lastError).toContain('ECONNREFUSED');
    post = await startMailSandbox({ port });
    msp.advance(60_000);
    await vi.waitFor(() => expect(inMails('away')).toHaveLength(4), SOON);
    await vi.waitFor(async () => expect(await state()).toMatchObject({ kind: 'working', waiting: 0 }), SOON);
    expect(
      inMails('away')
        .map(({ body }) => /away \d/.exec(body)?.[0])
        .sort(),
    ).toEqual(['away 1', 'away 2', 'away 3', 'away 4']);
  });

  it('are tried again when the server is busy, and have failed when it refuses, until sent again', async () => {
    post.setFault('busy');
    await laptop.sends(found('busy'));
    await vi.waitFor(async () => expect((await log())[0]).toMatchObject({ state: 'waiting', attempts: 1 }), SOON);
    expect((await log())[0].reason).toContain('451 Try again another time');
    post.setFault('refuse');
    msp.advance(60_000);
    await vi.waitFor(async () => expect((await log())[0]).toMatchObject({ state: 'failed', attempts: 2 }), SOON);
    const [row] = await log('?state=failed');
    expect(row.reason).toContain('554 This message is not wanted');
    post.setFault(null);
    const again = await msp.call('POST', `/api/notifications/${row.id}/send-again`);
    expect(again).toMatchObject({ status: 200, body: { state: 'waiting' } });
    await vi.waitFor(() => expect(inMails('busy')).toHaveLength(1), SOON);
    await vi.waitFor(async () => expect((await log())[0]).toMatchObject({ state: 'sent' }), SOON);
    const twice = await msp.call('POST', `/api/notifications/${row.id}/send-again`);
    expect(twice).toMatchObject({ status: 409, body: { code: 'notification.not-failed' } });
  });

  it('carry the same Message-ID when an answer was lost, so that the double can be dropped', async () => {
    post.setFault('lost-answer');
    await laptop.sends(found('double'));
    await vi.waitFor(() => expect(inMails('double')).toHaveLength(1), SOON);
    post.setFault(null);
    await vi.waitFor(async () => expect((await log())[0]).toMatchObject({ state: 'waiting', attempts: 1 }), SOON);
    msp.advance(60_000);
    await vi.waitFor(() => expect(inMails('double')).toHaveLength(2), SOON);
    const ids = inMails('double').map(({ headers }) => headers['message-id']?.[0]);
    expect(ids[0]).toMatch(/^<notification\./);
    expect(ids[1]).toBe(ids[0]);
  });

  it('over the limit are told together when the period is over, and none is lost', async () => {
    msp.advance(HOUR_MS);
    await save({ mail: mail(), limit: { mostPerPeriod: 2, periodMinutes: 60 } });
    await laptop.sends(...Array.from({ length: 6 }, (_, index) => found(`flood ${index}`)));
    await vi.waitFor(async () => expect(await log('?state=folded')).toHaveLength(4), SOON);
    await vi.waitFor(() => expect(inMails('flood')).toHaveLength(2), SOON);
    msp.advance(HOUR_MS);
    await vi.waitFor(() => expect(post.received.at(-1)?.subject).toMatch(/^4 more events until /), SOON);
    expect(post.received.at(-1)?.body).toMatch(/^4 x /m);
    await vi.waitFor(
      async () => expect((await log())[0]).toMatchObject({ kind: 'summary', folded: 4, state: 'sent' }),
      SOON,
    );
  });

  it('go as SMS through the gateway, with the phone numbers where the template has them', async () => {
    await tell('GNRL_EV_OBJECT_BLOCKED', { notifyBySms: true });
    const sms = {
      enabled: true,
      recipients: ['4930123@sms.example.com'],
      phoneNumbers: ['+49 30 123'],
      subject: '%PHONE_NUMBERS%',
    };
    expect((await save({ mail: mail(), sms })).status).toBe(200);
    await laptop.sends({ type: 'GNRL_EV_OBJECT_BLOCKED', description: 'x' });
    await vi.waitFor(() => expect(post.received.at(-1)?.to).toEqual(['4930123@sms.example.com']), SOON);
    expect(post.received.at(-1)).toMatchObject({ from: '4930123@sms.example.com', subject: '+49 30 123' });
    expect(post.received.at(-1)?.body).toContain('on laptop-1');
    expect(msp.logged).toEqual([]);
  });

  it('are tested with the words of the mail server, and a password is kept without ever being shown', async () => {
    const strict = await startMailSandbox({ auth: { user: 'msp', password: 'right' }, unknown: ['gone@example.com'] });
    try {
      const wanted = { mail: mail({}, { port: strict.port, user: 'msp' }) };
      const test = async (settings: object | null) =>
        (await msp.call('POST', `${SETTINGS}/test`, { body: { channel: 'mail', settings } })).body;
      expect(await test(wanted)).toMatchObject({ code: 'notifications.password-needed' });
      const wrong = await test({ ...wanted, mailPassword: 'wrong' });
      expect(wrong).toMatchObject({ ok: false });
      expect(wrong.text).toContain('535 Wrong name or password');
      expect(await test({ ...wanted, mailPassword: 'right' })).toMatchObject({
        ok: true,
        accepted: ['admin@example.com'],
      });
      expect(strict.received.at(-1)).toMatchObject({ user: 'msp', subject: 'Test of notifications' });

      const saved = await save({ ...wanted, mailPassword: 'right' });
      expect(saved).toMatchObject({ status: 200, body: { hasMailPassword: true } });
      expect(JSON.stringify([saved.body, msp.audited, msp.logged])).not.toContain('right');
      // Kept for the same server, asked for again for another one.
      expect((await save(wanted)).body).toMatchObject({ hasMailPassword: true });
      expect(await test(null)).toMatchObject({ ok: true });
      const elsewhere = { mail: mail({}, { port: strict.port, user: 'msp', hosts: ['localhost'] }) };
      expect(await save(elsewhere)).toMatchObject({ status: 400, body: { code: 'notifications.password-needed' } });
      const partly = { mail: { ...wanted.mail, recipients: ['admin@example.com', 'gone@example.com'] } };
      expect(await test(partly)).toMatchObject({
        ok: false,
        accepted: ['admin@example.com'],
        rejected: ['gone@example.com'],
        text: expect.stringContaining('550 No such person'),
      });
    } finally {
      await strict.stop();
    }
  });

  it('wait, with the reason, while a sealed password cannot be opened, and go out once it was typed again', async () => {
    const smtp = { user: 'msp' };
    const strict = await startMailSandbox({ auth: { user: 'msp', password: 'right' } });
    try {
      const wanted = { mail: mail({}, { ...smtp, port: strict.port }), mailPassword: 'right' };
      await save(wanted);
      await database
        .forSchema<NotificationTables>('administration')
        .updateTable('notification_settings')
        .set({ mail_password_sealed: 'v1.00000000.AAAA' })
        .execute();
      await laptop.sends(found('sealed'));
      const state = async () => (await msp.call('GET', SETTINGS)).body.state.mail;
      await vi.waitFor(async () => expect(await state()).toMatchObject({ kind: 'failing', waiting: 1 }), SOON);
      expect((await state()).lastError).toContain('A stored secret cannot be read');
      expect((await save(wanted)).status).toBe(200);
      await vi.waitFor(() => expect(strict.received.at(-1)?.body).toContain('sealed'), SOON);
      expect(msp.logged).toEqual([]);
    } finally {
      await save({ mail: mail() });
      await strict.stop();
    }
  });

  it('are handled by users of all clients alone, and bad addresses and placeholders are named', async () => {
    const { id } = await msp.administration
      .tenantsOf('all')
      .byVirtualServerId(0)
      .then((found) => found ?? { id: '' });
    const limited = { bearer: `tenant:${id}` };
    for (const [method, path, body] of [
      ['GET', SETTINGS, undefined],
      ['PUT', SETTINGS, {}],
      ['POST', `${SETTINGS}/test`, { channel: 'mail' }],
    ] as const) {
      expect(await msp.call(method, path, { ...limited, ...(body && { body }) })).toMatchObject({
        status: 403,
        body: { code: 'notifications.scope' },
      });
    }
    for (const bad of [
      { recipients: ['a@example.com, b@example.com'] },
      { recipients: ['a@example.com\r\nBcc: c@example.com'] },
      { from: 'Name <a@example.com>' },
      { message: '100% sure' },
      { message: '%PASSWORD%' },
      { subject: 'two\nlines' },
    ]) {
      expect(await save({ mail: mail(bad) })).toMatchObject({ status: 400 });
    }
  });
});
