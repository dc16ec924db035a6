import {
  type NotificationSettings,
  NotificationSettingsChange,
  type NotificationSettingsView,
  type SmtpSettings,
  type SmtpTls,
} from '@gatehouse/contract';
import { ApiProblem } from '../platform/index.ts';

/** What stands in the fields, whether it fits or not. Lists are typed with commas or line ends between. */
export interface TypedSmtp {
  hosts: string;
  port: string;
  tls: SmtpTls;
  authority: string;
  user: string;
  /** New; the one that is kept is never shown. */
  password: string;
}

interface TypedChannel {
  enabled: boolean;
  recipients: string;
  from: string;
  smtp: TypedSmtp;
  subject: string;
  message: string;
}

export interface TypedNotifications {
  mail: TypedChannel;
  sms: TypedChannel & { phoneNumbers: string; hasOwnServers: boolean };
  limit: { mostPerPeriod: string; periodMinutes: string };
}

export type Channel = 'mail' | 'sms';

const lines = (list: readonly string[]): string => list.join('\n');
const listed = (typed: string): string[] =>
  typed
    .split(/[\n,;]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());
/** An empty or unreadable number is none, so that the check says so instead of taking it for zero. */
const number = (typed: string): number => (/^\d{1,9}$/.test(typed.trim()) ? Number(typed) : Number.NaN);

const typedSmtp = (smtp: SmtpSettings | null): TypedSmtp => ({
  hosts: (smtp?.hosts ?? []).join(', '),
  port: String(smtp?.port ?? 25),
  tls: smtp?.tls ?? 'starttls-when-offered',
  authority: smtp?.authority ?? '',
  user: smtp?.user ?? '',
  password: '',
});

const toSmtp = ({ hosts, port, tls, authority, user }: TypedSmtp): SmtpSettings => ({
  hosts: listed(hosts),
  port: number(port),
  tls,
  authority: orNull(authority),
  user: orNull(user),
});

export const typedOf = ({ mail, sms, limit }: NotificationSettings): TypedNotifications => ({
  mail: { ...mail, recipients: lines(mail.recipients), from: mail.from ?? '', smtp: typedSmtp(mail.smtp) },
  sms: {
    ...sms,
    recipients: lines(sms.recipients),
    from: sms.from ?? '',
    phoneNumbers: lines(sms.phoneNumbers),
    hasOwnServers: sms.smtp !== null,
    smtp: typedSmtp(sms.smtp),
  },
  limit: { mostPerPeriod: String(limit.mostPerPeriod), periodMinutes: String(limit.periodMinutes) },
});

/** As the contract wants it; what does not fit is left for its rules to say. */
export const toChange = ({ mail, sms, limit }: TypedNotifications): NotificationSettingsChange => {
  const { hasOwnServers, ...rest } = sms;
  return {
    mail: { ...mail, recipients: listed(mail.recipients), from: orNull(mail.from), smtp: toSmtp(mail.smtp) },
    sms: {
      ...rest,
      recipients: listed(sms.recipients),
      from: orNull(sms.from),
      phoneNumbers: listed(sms.phoneNumbers),
      smtp: hasOwnServers ? toSmtp(sms.smtp) : null,
    },
    limit: { mostPerPeriod: number(limit.mostPerPeriod), periodMinutes: number(limit.periodMinutes) },
    ...(mail.smtp.user.trim() !== '' && mail.smtp.password !== '' ? { mailPassword: mail.smtp.password } : {}),
    ...(hasOwnServers && sms.smtp.user.trim() !== '' && sms.smtp.password !== ''
      ? { smsPassword: sms.smtp.password }
      : {}),
  };
};

export const isSame = (a: TypedNotifications, b: TypedNotifications): boolean =>
  JSON.stringify(toChange(a)) === JSON.stringify(toChange(b));

/** Where a password is kept: of mail, or of SMS with mail servers of its own. */
const keptOf = ({ settings, hasMailPassword, hasSmsPassword }: NotificationSettingsView, channel: Channel) =>
  channel === 'mail'
    ? { smtp: settings.mail.smtp, hasPassword: hasMailPassword }
    : { smtp: settings.sms.smtp, hasPassword: hasSmsPassword };

/**
 * `keep`: left empty, the kept one stays. `again`: the server would send it elsewhere or otherwise than before, so it
 * must be typed again. `new`: none is kept.
 */
export const passwordNeed = (
  typed: TypedSmtp,
  saved: NotificationSettingsView,
  channel: Channel,
): 'none' | 'keep' | 'again' | 'new' => {
  const { smtp, hasPassword } = keptOf(saved, channel);
  const next = toSmtp(typed);
  if (next.user === null) return 'none';
  if (!hasPassword || smtp === null) return 'new';
  const facts = ({ hosts, port, tls, authority, user }: SmtpSettings) =>
    JSON.stringify([hosts, port, tls, authority, user]);
  return facts(next) === facts(smtp) ? 'keep' : 'again';
};

/** What was asked for: to save all of it, or to test one channel. */
export type Asked = 'save' | Channel;

/** Fields that are empty and must not be for what was asked, as `mail.recipients` or `smsPassword`. */
export const missingOf = (typed: TypedNotifications, saved: NotificationSettingsView, asked: Asked): string[] => {
  const serversOf = (channel: Channel): Channel => (channel === 'sms' && !typed.sms.hasOwnServers ? 'mail' : channel);
  const both: readonly Channel[] = ['mail', 'sms'];
  const sending = asked === 'save' ? both.filter((channel) => typed[channel].enabled) : [asked];
  const signingIn = asked === 'save' ? both.filter((channel) => serversOf(channel) === channel) : [serversOf(asked)];
  return [
    ...sending
      .filter((channel) => listed(typed[channel].recipients).length === 0)
      .map((channel) => `${channel}.recipients`),
    ...sending
      .map(serversOf)
      .filter((channel) => listed(typed[channel].smtp.hosts).length === 0)
      .map((channel) => `${channel}.smtp.hosts`),
    ...signingIn
      .filter(
        (channel) =>
          typed[channel].smtp.password === '' &&
          ['again', 'new'].includes(passwordNeed(typed[channel].smtp, saved, channel)),
      )
      .map((channel) => `${channel}Password`),
  ];
};

/** What the contract says of what was typed; null: it fits. */
export const issuesOf = (typed: TypedNotifications): { where: string; what: string }[] | null =>
  NotificationSettingsChange.safeParse(toChange(typed)).error?.issues.map(({ path, message }) => ({
    where: path.join('.'),
    what: message,
  })) ?? null;

/**
 * What is wrong with one field, first by the contract, then in the server's words. One entry of a list that does not
 * fit is named.
 *
 * @param field as `mail.smtp.hosts`
 */
export const fieldIssue = (
  field: string,
  typed: TypedNotifications,
  problem: unknown,
): { what: string; entry: string | undefined } | undefined => {
  const theirs =
    problem instanceof ApiProblem
      ? problem.issues.map(({ where, what }) => ({
          where: where
            .replaceAll('/', '.')
            .replace(/^\.?body\./, '')
            .replace(/^settings\./, ''),
          what,
        }))
      : [];
  const found = [...(issuesOf(typed) ?? []), ...theirs].find(
    ({ where }) => where === field || where.startsWith(`${field}.`),
  );
  if (!found) return undefined;
  const at = Number(found.where.slice(field.length + 1) || Number.NaN);
  const list = field
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], toChange(typed));
  const entry = Array.isArray(list) && Number.isInteger(at) ? String(list[at]) : undefined;
  return { what: found.what, entry };
};
