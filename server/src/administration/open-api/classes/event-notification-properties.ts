import {
  NotificationLimit,
  NotificationSettings,
  type NotificationSettings as Settings,
  type SmtpSettings,
} from '@gatehouse/contract';
import { type Params, pxgError, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import { checkedBy, refuseOthers } from '../given.ts';
import type { Call, Method, MethodClass } from '../method.ts';

const CHANNEL_OF_TYPE: ReadonlyMap<number, 'mail' | 'sms'> = new Map([
  [1, 'mail'],
  [8, 'sms'],
]);
/** An SMTP gateway. */
const SMS_TYPE = 1;
const NO_SMTP: SmtpSettings = {
  hosts: [],
  port: 25,
  tls: 'starttls-when-offered',
  authority: null,
  user: null,
};

/** The settings as KSC tells them; passwords have no place in it. */
const told = ({ mail, sms }: Settings): Params => ({
  KLEVP_ND_USE_EMAIL: false,
  KLEVP_ND_EMAIL: mail.recipients.join(','),
  KLEVP_ND_EMAIL_FROM: mail.from ?? '',
  KLEVP_ND_EMAIL_SUBJECT: mail.subject,
  KLEVP_ND_SMTP_SERVER: mail.smtp.hosts.join(';'),
  KLEVP_ND_SMTP_PORT: mail.smtp.port,
  KLEVP_ND_EMAIL_ESMTP_USER: mail.smtp.user ?? '',
  KLEVP_ND_RESOLVE_MX: false,
  KLEVP_ND_MESSAGE_TEMPLATE: mail.message,
  KLEVP_ND_USE_SCRIPT: false,
  KLEVP_ND_SCRIPT: '',
  KLEVP_ND_USE_SMS: false,
  KLEVP_ND_SMS_TYPE: SMS_TYPE,
  KLEVP_ND_SMS_RECIPIENTS: sms.phoneNumbers.join(','),
  KLEVP_ND_SMS_TEMPLATE: sms.message,
  KLEVP_ND_SMS_EMAIL_TO: sms.recipients.join(','),
  KLEVP_ND_SMS_EMAIL_FROM: sms.from ?? '',
  KLEVP_ND_SMS_EMAIL_SUBJECT: sms.subject,
  KLEVP_ND_SMS_SMTP_SERVER: sms.smtp?.hosts.join(';') ?? '',
  KLEVP_ND_SMS_SMTP_PORT: sms.smtp?.port ?? 25,
  KLEVP_ND_SMS_EMAIL_ESMTP_USER: sms.smtp?.user ?? '',
  KLEVP_ND_SMS_SERVICE_ID: '',
});
const SETTABLE = [
  ...['EMAIL', 'EMAIL_FROM', 'EMAIL_SUBJECT', 'SMTP_SERVER', 'SMTP_PORT', 'EMAIL_ESMTP_USER', 'MESSAGE_TEMPLATE'],
  ...['SMS_RECIPIENTS', 'SMS_TEMPLATE', 'SMS_EMAIL_TO', 'SMS_EMAIL_FROM', 'SMS_EMAIL_SUBJECT', 'SMS_SMTP_SERVER'],
  ...['SMS_SMTP_PORT', 'SMS_EMAIL_ESMTP_USER'],
].map((name) => `KLEVP_ND_${name}`);

const listed = (text: string | undefined): string[] | undefined =>
  text
    ?.split(/[;,]/)
    .map((part) => part.trim())
    .filter(Boolean);

/** KSC has no switch for a whole channel: what was set up completely is on. */
const isComplete = (recipients: readonly string[], smtp: SmtpSettings): boolean =>
  recipients.length > 0 && smtp.hosts.length > 0;
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The settings with what is given; what is not given stays. */
const changed = (before: Settings, pSettings: Params): Settings => {
  refuseOthers(pSettings, SETTABLE, told(before), 'pSettings');
  const given = readArguments(pSettings);
  const smtpOf = (smtp: SmtpSettings, prefix: 'KLEVP_ND_' | 'KLEVP_ND_SMS_'): SmtpSettings => {
    const user = given.string(`${prefix}EMAIL_ESMTP_USER`);
    return {
      ...smtp,
      hosts: listed(given.string(`${prefix}SMTP_SERVER`)) ?? smtp.hosts,
      port: given.int(`${prefix}SMTP_PORT`) ?? smtp.port,
      user: user === undefined ? smtp.user : user || null,
    };
  };
  const from = (name: string, held: string | null): string | null => {
    const text = given.string(name);
    return text === undefined ? held : text || null;
  };
  const smtp = smtpOf(before.mail.smtp, 'KLEVP_ND_');
  const smsSmtp = smtpOf(before.sms.smtp ?? NO_SMTP, 'KLEVP_ND_SMS_');
  const mail = {
    ...before.mail,
    recipients: listed(given.string('KLEVP_ND_EMAIL')) ?? before.mail.recipients,
    from: from('KLEVP_ND_EMAIL_FROM', before.mail.from),
    smtp,
    subject: given.string('KLEVP_ND_EMAIL_SUBJECT') ?? before.mail.subject,
    message: given.string('KLEVP_ND_MESSAGE_TEMPLATE') ?? before.mail.message,
  };
  const sms = {
    ...before.sms,
    recipients: listed(given.string('KLEVP_ND_SMS_EMAIL_TO')) ?? before.sms.recipients,
    phoneNumbers: listed(given.string('KLEVP_ND_SMS_RECIPIENTS')) ?? before.sms.phoneNumbers,
    from: from('KLEVP_ND_SMS_EMAIL_FROM', before.sms.from),
    // Without a server of its own it goes by those of the mail.
    smtp: smsSmtp.hosts.length === 0 ? null : smsSmtp,
    subject: given.string('KLEVP_ND_SMS_EMAIL_SUBJECT') ?? before.sms.subject,
    message: given.string('KLEVP_ND_SMS_TEMPLATE') ?? before.sms.message,
  };
  const whereOf = (one: Settings): unknown => [one.mail.recipients, one.mail.smtp.hosts];
  const smsWhereOf = (one: Settings): unknown => [one.sms.recipients, (one.sms.smtp ?? one.mail.smtp).hosts];
  const after = { ...before, mail, sms };
  if (!isSame(whereOf(before), whereOf(after))) mail.enabled = isComplete(mail.recipients, smtp);
  if (!isSame(smsWhereOf(before), smsWhereOf(after))) sms.enabled = isComplete(sms.recipients, sms.smtp ?? smtp);
  return checkedBy(NotificationSettings, after, 'pSettings');
};

/** They are the settings of the whole server. */
const requireAll = ({ login }: Call): void => {
  if (login.isMain && login.user.tenantIds === null) return;
  throw pxgError('noAccess', 'Access denied: log in to the main server, as a user of all its virtual servers');
};

const save = async ({ administration, audit }: Call, settings: Settings): Promise<Params> => {
  const { before } = await administration.notifications.save(settings);
  audit({ before, after: settings });
  return {};
};
const read = async ({ administration }: Call): Promise<Settings> =>
  (await administration.notifications.read()).settings;
const settingsOf = ({ args }: Call): Params => required(args.params('pSettings'), 'pSettings');

const forServer = (method: Method): Method => ({
  ...method,
  run: (call) => {
    requireAll(call);
    return method.run(call);
  },
});

const limitsTold = ({ limit }: Settings): Params => ({
  KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD: limit.mostPerPeriod,
  KLEVP_TEST_PERIOD_TO_SEND_EVENTS: limit.periodMinutes,
});

/** EventNotificationProperties: how people are told of events (class EventNotificationProperties of public clients). */
export const eventNotificationPropertiesClass: MethodClass = {
  GetDefaultSettings: forServer({
    needs: 'server:read',
    note: 'No password is told; scripts are not run',
    run: async (call) => ({ PxgRetVal: told(await read(call)) }),
  }),
  SetDefaultSettings: forServer({
    needs: 'server:write',
    audit: 'notification-settings.changed',
    note: 'Passwords and encryption are set in the console; KLEVP_ND_USE_SCRIPT and KLEVP_ND_RESOLVE_MX stay false',
    run: async (call) => {
      const pSettings = settingsOf(call);
      return save(call, changed(await read(call), pSettings));
    },
  }),
  GetNotificationLimits: forServer({
    needs: 'server:read',
    note: 'The period in minutes; there are no thresholds of virus outbreaks',
    run: async (call) => ({ PxgRetVal: limitsTold(await read(call)) }),
  }),
  SetNotificationLimits: forServer({
    needs: 'server:write',
    audit: 'notification-settings.changed',
    note: 'The period in minutes; thresholds of virus outbreaks are refused',
    run: async (call) => {
      const pSettings = settingsOf(call);
      const before = await read(call);
      const now = limitsTold(before);
      refuseOthers(pSettings, Object.keys(now), now, 'pSettings');
      const given = readArguments(pSettings);
      const limit = {
        mostPerPeriod: given.int('KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD') ?? before.limit.mostPerPeriod,
        periodMinutes: given.int('KLEVP_TEST_PERIOD_TO_SEND_EVENTS') ?? before.limit.periodMinutes,
      };
      return save(call, { ...before, limit: checkedBy(NotificationLimit, limit, 'pSettings') });
    },
  }),
  TestNotification: forServer({
    needs: 'server:write',
    audit: 'notification-settings.tested',
    note: '1195 with the words of the mail server when it did not take the test',
    run: async (call) => {
      const type = required(call.args.int('eType'), 'eType');
      const pSettings = settingsOf(call);
      const channel = CHANNEL_OF_TYPE.get(type);
      if (!channel) throw pxgError('badFormat', `eType: ${type} is neither 1 (mail) nor 8 (SMS)`);
      const settings = changed(await read(call), pSettings);
      const { ok, text } = await call.administration.notifications.tryOut(channel, settings);
      if (!ok) throw pxgError('unavailable', text);
      return {};
    },
  }),
};
