import type {
  NotificationChannel,
  NotificationSettings,
  NotificationSettingsChange,
  NotificationTestResult,
  SmtpSettings,
} from '@gatehouse/contract';
import { Conflict, InvalidInput } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { testMessage } from './message.ts';
import { type MailRoute, openMailer } from './smtp.ts';
import type { NotificationStore } from './store.ts';
import { channels } from './taker.ts';

const contextOf = (channel: NotificationChannel) => `notifications:${channel}`;
const passwordField = { mail: 'mailPassword', sms: 'smsPassword' } as const;

/** To whom a password is told, and how it is kept from others on the way. */
const destination = ({ hosts, port, tls, authority, user }: SmtpSettings): string =>
  JSON.stringify([hosts, port, tls, authority, user]);

const passwordNeeded = (channel: NotificationChannel) =>
  new InvalidInput(
    'Type the password again: it is only ever sent to the mail server, and in the way, that it was typed for',
    [{ where: `body.${passwordField[channel]}`, what: 'is needed for another mail server, port, encryption or user' }],
    'notifications.password-needed',
  );

/** @throws InvalidInput for a channel that is switched on and could not send */
const requireComplete = (settings: NotificationSettings): void => {
  const issues = channels.flatMap((channel) => {
    const { enabled, recipients } = settings[channel];
    if (!enabled) return [];
    const isMailUsed = channel === 'sms' && settings.sms.smtp === null;
    const { hosts } = (isMailUsed ? settings.mail.smtp : settings[channel].smtp) ?? settings.mail.smtp;
    return [
      ...(recipients.length === 0 ? [{ where: `body.${channel}.recipients`, what: 'at least one is needed' }] : []),
      ...(hosts.length === 0
        ? [{ where: `body.${isMailUsed ? 'mail' : channel}.smtp.hosts`, what: 'at least one mail server is needed' }]
        : []),
    ];
  });
  if (issues.length === 0) return;
  throw new InvalidInput(
    'Notifications that are switched on need recipients and a mail server',
    issues,
    'notifications.incomplete',
  );
};

export interface NotificationSettingsParts {
  store: NotificationStore;
  secrets: Secrets;
  clock: () => Date;
  /** Settings changed: what waits may go out now. */
  changed: () => void;
}

/** How notifications are sent: reading, changing and trying out the settings. Passwords go in and never come out. */
export const createNotificationSettings = ({ store, secrets, clock, changed }: NotificationSettingsParts) => {
  const open = (channel: NotificationChannel, sealed: string | null): string | null =>
    sealed === null ? null : secrets.open(sealed, contextOf(channel));
  const smtpOf = (settings: NotificationSettings, channel: NotificationChannel): SmtpSettings | null =>
    settings[channel].smtp;

  /** The password that holds with these settings. @throws InvalidInput `notifications.password-needed` */
  const sealedOf = async (change: NotificationSettingsChange, channel: NotificationChannel): Promise<string | null> => {
    const smtp = smtpOf(change, channel);
    if (smtp === null || smtp.user === null) return null;
    const given = change[passwordField[channel]];
    if (given !== undefined) return secrets.seal(given, contextOf(channel));
    const saved = await store.settings();
    const before = smtpOf(saved.settings, channel);
    const kept = saved.sealed[channel];
    if (kept === null || before === null || destination(before) !== destination(smtp)) throw passwordNeeded(channel);
    return kept;
  };
  const bare = ({ mail, sms, limit }: NotificationSettings): NotificationSettings => ({ mail, sms, limit });

  const routeFrom = (
    settings: NotificationSettings,
    sealed: Record<NotificationChannel, string | null>,
    channel: NotificationChannel,
  ): MailRoute => {
    const by = smtpOf(settings, channel) === null ? 'mail' : channel;
    return { smtp: smtpOf(settings, by) ?? settings.mail.smtp, password: open(by, sealed[by]) };
  };

  return {
    read: async () => {
      const { settings, sealed } = await store.settings();
      return { settings, hasMailPassword: sealed.mail !== null, hasSmsPassword: sealed.sms !== null };
    },

    /** How mails of a channel go now. @throws SecretUnreadable */
    routeOf: async (channel: NotificationChannel): Promise<{ route: MailRoute; settings: NotificationSettings }> => {
      const { settings, sealed } = await store.settings();
      return { route: routeFrom(settings, sealed, channel), settings };
    },

    /** @throws InvalidInput `notifications.incomplete`, `notifications.password-needed` */
    save: async (change: NotificationSettingsChange): Promise<{ before: NotificationSettings }> => {
      requireComplete(change);
      const { settings: before } = await store.settings();
      const sealed = { mail: await sealedOf(change, 'mail'), sms: await sealedOf(change, 'sms') };
      await store.saveSettings(bare(change), sealed);
      changed();
      return { before };
    },

    /**
     * Sends one mail past what waits. @param change null: the saved settings
     * @throws InvalidInput `notifications.password-needed`, Conflict `notifications.nothing-to-test`
     */
    tryOut: async (
      channel: NotificationChannel,
      change: NotificationSettingsChange | null,
    ): Promise<NotificationTestResult> => {
      const saved = await store.settings();
      const settings = change ?? saved.settings;
      const own = async (one: NotificationChannel) => (change ? sealedOf(change, one) : saved.sealed[one]);
      const by = smtpOf(settings, channel) === null ? 'mail' : channel;
      const sealed = { mail: null, sms: null, [by]: await own(by) };
      const route = routeFrom(settings, sealed, channel);
      const { recipients, from } = settings[channel];
      const sender = from ?? recipients[0];
      if (route.smtp.hosts.length === 0 || sender === undefined) {
        throw new Conflict('notifications.nothing-to-test', 'Type a mail server and a recipient first, then test them');
      }
      const now = clock();
      const mailer = openMailer(route);
      try {
        const sent = await mailer.send({
          messageId: `<test.${newId(now)}@gatehouse.invalid>`,
          from: sender,
          to: recipients,
          date: now,
          ...testMessage(channel, settings, now),
        });
        if (sent.kind !== 'sent') return { ok: false, text: sent.words, accepted: [], rejected: [...recipients] };
        const { accepted, rejected } = sent;
        const words = rejected.map((one) => `${one.address}: ${one.words}`).join('; ');
        return {
          ok: rejected.length === 0,
          text: words || sent.words,
          accepted,
          rejected: rejected.map(({ address }) => address),
        };
      } finally {
        mailer.close();
      }
    },
  };
};
export type NotificationSettingsDoor = ReturnType<typeof createNotificationSettings>;
