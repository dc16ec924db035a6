import { z } from 'zod';
import { Id, Moment, oneOrMore, pageOf, paging, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { SiemHost } from './siem-exports.ts';

const tag = 'Notifications';

/** Notifications about events go out by mail, and to phones by a mail gateway that makes SMS of them. */
export const NotificationChannel = z.enum(['mail', 'sms']);
export type NotificationChannel = z.output<typeof NotificationChannel>;

/** What may stand between percent signs in a subject and a message; a percent sign itself is written twice. */
export const NOTIFICATION_PLACEHOLDERS = [
  'SEVERITY',
  'COMPUTER',
  'DOMAIN',
  'EVENT',
  'DESCR',
  'RISE_TIME',
  'KLCSAK_EVENT_TASK_DISPLAY_NAME',
  'KL_PRODUCT',
  'KL_VERSION',
  'HOST_IP',
  'HOST_CONN_IP',
  'GROUP',
  'CLIENT',
  'PHONE_NUMBERS',
] as const;

const unknownPlaceholder = (template: string): string | undefined =>
  [...template.matchAll(/%%|%([^%\s]*)%?/g)]
    .filter(([all]) => all !== '%%')
    .find(([all, name]) => !all.endsWith('%') || !NOTIFICATION_PLACEHOLDERS.some((known) => known === name))?.[0];

const template = (most: number) =>
  z
    .string()
    .max(most)
    .superRefine((text, context) => {
      const wrong = unknownPlaceholder(text);
      if (wrong === undefined) return;
      context.addIssue({
        code: 'custom',
        message: `“${wrong}” is no placeholder; a percent sign itself is typed twice (%%). Known: ${NOTIFICATION_PLACEHOLDERS.map((name) => `%${name}%`).join(', ')}`,
      });
    });
/** One line: what would end it could begin another header. */
const subject = template(300).refine(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  (text) => !/[\u0000-\u001f\u007f]/.test(text),
  'A subject has one line',
);

/** One plain address, as admin@example.com: no name, no brackets, no list. */
export const MailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$&'*+/=?^_`{|}~%-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    'Must be one mail address, as admin@example.com',
  );

/**
 * `none`: never encrypted. `starttls-when-offered`: encrypted if the server offers it, its certificate not checked.
 * `starttls` and `tls` (encrypted from the first byte): always, and the certificate is checked.
 */
export const SmtpTls = z.enum(['none', 'starttls-when-offered', 'starttls', 'tls']);
export type SmtpTls = z.output<typeof SmtpTls>;

/** Mail servers, tried in this order, and how they are spoken to. */
export const SmtpSettings = z.object({
  hosts: z.array(SiemHost).max(10).default([]),
  port: z.int().min(1).max(65_535).default(25),
  tls: SmtpTls.default('starttls-when-offered'),
  /** Whose certificates are trusted beside those that the system trusts, in PEM form; null: nobody's. */
  authority: z
    .string()
    .max(200_000)
    .refine(
      (text) => /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text),
      'Must be one or more certificates in PEM form, beginning with -----BEGIN CERTIFICATE-----',
    )
    .nullable()
    .default(null),
  /** Null: no sign-in. */
  user: z.string().trim().min(1).max(256).nullable().default(null),
});
export type SmtpSettings = z.output<typeof SmtpSettings>;

const password = z.string().min(1, 'Type the password').max(1000).optional().meta({ secret: true });

const common = {
  enabled: z.boolean().default(false),
  recipients: z.array(MailAddress).max(50).default([]),
  /** Null: the first recipient. */
  from: MailAddress.nullable().default(null),
};

export const DEFAULT_MAIL_SUBJECT = '%SEVERITY%: %EVENT% (%COMPUTER%)';
export const DEFAULT_MAIL_MESSAGE = `Event: %EVENT%
Severity: %SEVERITY%
Device: %COMPUTER%
Address: %HOST_IP%
Group: %GROUP%
Client: %CLIENT%
Time: %RISE_TIME%
Application: %KL_PRODUCT% %KL_VERSION%
Task: %KLCSAK_EVENT_TASK_DISPLAY_NAME%

%DESCR%`;
export const DEFAULT_SMS_MESSAGE = '%SEVERITY%: %EVENT% on %COMPUTER% (%CLIENT%), %RISE_TIME%';

export const MailNotificationSettings = z.object({
  ...common,
  smtp: SmtpSettings.prefault({}),
  subject: subject.default(DEFAULT_MAIL_SUBJECT),
  message: template(10_000).default(DEFAULT_MAIL_MESSAGE),
});
export type MailNotificationSettings = z.output<typeof MailNotificationSettings>;

export const SmsNotificationSettings = z.object({
  /** Recipients are addresses at the gateway; it sends to the phone numbers that belong to them. */
  ...common,
  /** For gateways that read numbers from the mail: %PHONE_NUMBERS% in subject or message. */
  phoneNumbers: z
    .array(
      z
        .string()
        .trim()
        .regex(/^\+?[0-9][0-9 ()/-]{2,30}$/, 'Must be a phone number, as +49 30 1234567'),
    )
    .max(50)
    .default([]),
  /** Null: the mail servers of notifications by mail. */
  smtp: SmtpSettings.nullable().default(null),
  subject: subject.default(''),
  message: template(1000).default(DEFAULT_SMS_MESSAGE),
});
export type SmsNotificationSettings = z.output<typeof SmsNotificationSettings>;

/** Beyond this many in a period events are told together, in one summary at the period's end. */
export const NotificationLimit = z.object({
  mostPerPeriod: z.int().min(1).max(10_000).default(100),
  periodMinutes: z.int().min(1).max(1440).default(60),
});
export type NotificationLimit = z.output<typeof NotificationLimit>;

export const NotificationSettings = z
  .object({
    mail: MailNotificationSettings.prefault({}),
    sms: SmsNotificationSettings.prefault({}),
    limit: NotificationLimit.prefault({}),
  })
  .meta({ id: 'NotificationSettings' });
export type NotificationSettings = z.output<typeof NotificationSettings>;

/**
 * Settings with new passwords. A password that is left out stays as it is, as long as host, port, encryption and user
 * stay too; else it is needed again. Without a user there is none.
 */
export const NotificationSettingsChange = z.object({
  ...NotificationSettings.shape,
  mailPassword: password,
  smsPassword: password,
});
export type NotificationSettingsChange = z.output<typeof NotificationSettingsChange>;

/** How sending goes. `off`: switched off. `failing`: the last try did not succeed, or no mail server answers. */
export const NotificationChannelState = z.object({
  kind: z.enum(['off', 'working', 'failing']),
  waiting: z.int(),
  lastSentAt: Moment.nullable(),
  /** In the mail server's own words; null after something was sent again. */
  lastError: z.string().nullable(),
  lastErrorAt: Moment.nullable(),
});
export type NotificationChannelState = z.output<typeof NotificationChannelState>;

export const NotificationSettingsView = z
  .object({
    settings: NotificationSettings,
    /** Whether a password is kept; itself it is never shown. */
    hasMailPassword: z.boolean(),
    hasSmsPassword: z.boolean(),
    state: z.object({ mail: NotificationChannelState, sms: NotificationChannelState }),
  })
  .meta({ id: 'NotificationSettingsView' });
export type NotificationSettingsView = z.output<typeof NotificationSettingsView>;

/** `folded`: told in a summary instead, because of the limit. `waiting`: not sent yet, or to be tried again. */
export const NotificationState = z.enum(['waiting', 'sent', 'failed', 'folded']);
export type NotificationState = z.output<typeof NotificationState>;

export const Notification = z
  .object({
    id: Id,
    createdAt: Moment,
    channel: NotificationChannel,
    kind: z.enum(['event', 'summary']),
    /** Of a summary: null. */
    event: z
      .object({
        id: z.number().int(),
        type: z.string(),
        displayName: z.string(),
        severity: SeverityName,
        /** Empty: an event of the server itself. */
        deviceId: z.string(),
        deviceName: z.string(),
        tenantId: Id,
      })
      .nullable(),
    /** Of a summary: how many events it tells of. */
    folded: z.int(),
    recipients: z.array(z.string()),
    /** As it was, or will be, sent. */
    subject: z.string(),
    state: NotificationState,
    /** Why it failed, or why the last try did. */
    reason: z.string().nullable(),
    attempts: z.int(),
    sentAt: Moment.nullable(),
    nextTryAt: Moment.nullable(),
  })
  .meta({ id: 'Notification' });
export type Notification = z.output<typeof Notification>;

export const getNotificationSettings = endpoint({
  method: 'GET',
  path: '/api/notification-settings',
  tag,
  summary: 'How notifications about events are sent by mail and SMS, and how sending goes; passwords are never shown',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: NotificationSettingsView,
});

export const changeNotificationSettings = endpoint({
  method: 'PUT',
  path: '/api/notification-settings',
  tag,
  summary:
    'Change how notifications are sent; what waits keeps its text and recipients and goes out through the new mail servers',
  needs: 'server:write',
  audit: 'notification-settings.changed',
  body: NotificationSettingsChange,
  reply: NotificationSettingsView,
});

export const testNotification = endpoint({
  method: 'POST',
  path: '/api/notification-settings/test',
  tag,
  summary: 'Send a test notification with these settings, saved or not, and say what the mail server answered',
  needs: 'server:write',
  audit: 'notification-settings.tested',
  body: z.object({
    channel: NotificationChannel,
    /** Null: the saved ones. A password that is left out is the saved one, under the conditions of saving. */
    settings: NotificationSettingsChange.nullable().default(null),
  }),
  reply: z.object({
    ok: z.boolean(),
    /** In the mail server's own words, where it said something. */
    text: z.string(),
    /** Addresses that it took and that it refused. */
    accepted: z.array(z.string()),
    rejected: z.array(z.string()),
  }),
});
export type NotificationTestResult = z.output<(typeof testNotification)['reply']>;

export const listNotifications = endpoint({
  method: 'GET',
  path: '/api/notifications',
  tag,
  summary: 'Notifications that were sent, wait or failed, the newest first; kept for 90 days',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ state: oneOrMore(NotificationState).optional(), ...paging() }),
  reply: pageOf(Notification),
});

export const sendNotificationAgain = endpoint({
  method: 'POST',
  path: '/api/notifications/:notificationId/send-again',
  tag,
  summary: 'Send a notification that failed once more, to the recipients of now that have not got it',
  needs: 'server:write',
  audit: 'notification.sent-again',
  params: z.object({ notificationId: Id }),
  reply: Notification,
});
