import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

const someSettings = () =>
  contract.NotificationSettings.parse({
    mail: {
      enabled: true,
      recipients: ['soc@example.com', 'ada@example.com'],
      from: 'gatehouse@example.com',
      smtp: { hosts: ['mail.example.com'], port: 587, tls: 'starttls', user: 'gatehouse' },
    },
  });

const someNotifications = (): contract.Notification[] => {
  const event = {
    id: 71,
    type: 'GNRL_EV_VIRUS_FOUND',
    displayName: 'Malicious object detected',
    severity: 'critical' as const,
    deviceId: idOf('device'),
    deviceName: 'LAPTOP-7',
    tenantId: idOf('tenant Northwind Dental'),
  };
  const one = (at: number, words: Partial<contract.Notification>): contract.Notification => ({
    id: idOf(`notification ${at}`),
    createdAt: ago(at * 300),
    channel: 'mail',
    kind: 'event',
    event,
    folded: 0,
    recipients: ['soc@example.com', 'ada@example.com'],
    subject: `Critical: Malicious object detected (LAPTOP-${at})`,
    state: 'sent',
    reason: null,
    attempts: 1,
    sentAt: ago(at * 300 - 2),
    nextTryAt: null,
    ...words,
  });
  return [
    one(1, {
      state: 'waiting',
      attempts: 3,
      sentAt: null,
      nextTryAt: ago(-120),
      reason: 'mail.example.com: 451 4.7.1 Greylisted, try again later',
    }),
    one(2, {}),
    one(3, {
      state: 'failed',
      attempts: 1,
      sentAt: null,
      reason: 'mail.example.com: 550 5.1.1 <ada@example.com>: no such user',
    }),
    one(4, { kind: 'summary', event: null, folded: 214, subject: '214 more events in the last 60 minutes' }),
    one(5, {
      state: 'folded',
      attempts: 0,
      sentAt: null,
      event: {
        ...event,
        deviceId: '',
        deviceName: '',
        displayName: 'No free disk space',
        severity: 'functional-failure',
      },
    }),
    ...[...Array(30).keys()].map((more) => one(6 + more, {})),
  ];
};

/** Notifications by mail and SMS; `closed.example.com` answers nobody, and the password `wrong` is wrong. */
export const answerNotifications = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  let settings = kind === 'full' ? someSettings() : contract.NotificationSettings.parse({});
  let items = kind === 'full' ? someNotifications() : [];
  const passwords: { mail: string | null; sms: string | null } = { mail: kind === 'full' ? 'kept' : null, sms: null };
  /** What the last test and the last save sent. */
  const asked: { test: unknown; change: unknown } = { test: null, change: null };

  const view = (): contract.NotificationSettingsView => {
    const state = (isOn: boolean): contract.NotificationChannelState => ({
      kind: !isOn ? 'off' : kind === 'full' ? 'failing' : 'working',
      waiting: isOn && kind === 'full' ? 1 : 0,
      lastSentAt: isOn && kind === 'full' ? ago(598) : null,
      lastError: isOn && kind === 'full' ? 'mail.example.com: 451 4.7.1 Greylisted, try again later' : null,
      lastErrorAt: isOn && kind === 'full' ? ago(60) : null,
    });
    return {
      settings,
      hasMailPassword: passwords.mail !== null,
      hasSmsPassword: passwords.sms !== null,
      state: { mail: state(settings.mail.enabled), sms: state(settings.sms.enabled) },
    };
  };
  on(contract.getNotificationSettings, view);
  on(contract.changeNotificationSettings, ({ body }) => {
    asked.change = body;
    if (body.mail.recipients.includes('nobody@example.com'))
      throw new Refusal(400, 'request.invalid', 'The settings cannot be saved', [
        { where: 'body.mail.recipients.0', what: 'This address is on the list of those who want no mail' },
      ]);
    const { mailPassword, smsPassword, ...rest } = body;
    settings = rest;
    passwords.mail = rest.mail.smtp.user === null ? null : (mailPassword ?? passwords.mail);
    passwords.sms = rest.sms.smtp?.user ? (smsPassword ?? passwords.sms) : null;
    return view();
  });
  on(contract.testNotification, ({ body }) => {
    asked.test = body;
    const { hosts } = (body.settings ?? settings).mail.smtp;
    const recipients = (body.settings ?? settings)[body.channel].recipients;
    if (body.settings?.mailPassword === 'wrong')
      return {
        ok: false,
        text: `${hosts[0]}: 535 5.7.8 Authentication credentials invalid`,
        accepted: [],
        rejected: [],
      };
    if (hosts.includes('closed.example.com'))
      return {
        ok: false,
        text: 'closed.example.com: connect ECONNREFUSED 192.0.2.1:587',
        accepted: [],
        rejected: [],
      };
    return { ok: true, text: `${hosts[0]}: 250 2.0.0 Ok: queued as 4F1B2`, accepted: recipients, rejected: [] };
  });
  on(contract.listNotifications, ({ query }) => {
    const found = items.filter(({ state }) => query.state === undefined || query.state.includes(state));
    const from = Number(query.after ?? 0);
    const next = from + query.limit;
    return { items: found.slice(from, next), next: next < found.length ? String(next) : null };
  });
  on(contract.sendNotificationAgain, ({ params }) => {
    const found = items.find(({ id }) => id === params.notificationId);
    if (!found) throw new Refusal(404, 'notification.not-found', 'There is no such notification');
    const sent: contract.Notification = { ...found, state: 'waiting', reason: null, nextTryAt: ago(0) };
    items = items.map((each) => (each === found ? sent : each));
    return sent;
  });
  return asked;
};
