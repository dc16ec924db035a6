import type { NotificationChannel, NotificationChannelState, NotificationSettings } from '@gatehouse/contract';
import { AppError } from '../../platform/errors/index.ts';
import type { NotificationSettingsDoor } from './settings.ts';
import { type Mailer, openMailer, type Sent } from './smtp.ts';
import type { NotificationRow, NotificationStore } from './store.ts';
import { channels } from './taker.ts';

const AT_ONCE = 3;
/** Longer than one mail may take: what a process that ended was sending is sent by another then. */
const LEASE_MS = 90_000;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 900_000;

/** @param failures in a row, from 1 */
const pauseMs = (failures: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));

/** The same for each try of a mail, so that a mail system can drop one that came twice. */
const messageIdOf = ({ id, sent_again }: NotificationRow): string =>
  `<notification.${id}${sent_again > 0 ? `.${sent_again}` : ''}@gatehouse.invalid>`;

export interface DeliveryParts {
  store: NotificationStore;
  settings: Pick<NotificationSettingsDoor, 'routeOf'>;
  /** Makes notifications of new events; called before each look at what is to be sent. */
  take: () => Promise<void>;
  clock: () => Date;
  /** Mails cannot be sent any more, or again; once, not for each of them. */
  onTurn: (channel: NotificationChannel, turn: { words: string } | 'working') => void;
  onError: (error: unknown) => void;
  tickSeconds?: number;
}

/** Sends what waits, each until the mail server has said that it has it. */
export const createDelivery = (parts: DeliveryParts) => {
  const { store, clock, onTurn } = parts;
  const mailers = new Map<NotificationChannel, { key: string; mailer: Mailer }>();
  let started = false;
  let wanted = false;
  let current: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const closeMailer = (channel: NotificationChannel): void => {
    mailers.get(channel)?.mailer.close();
    mailers.delete(channel);
  };
  const mailerOf = async (
    channel: NotificationChannel,
  ): Promise<{ mailer: Mailer; settings: NotificationSettings }> => {
    const { route, settings } = await parts.settings.routeOf(channel);
    const key = JSON.stringify(route);
    const known = mailers.get(channel);
    if (known?.key === key) return { mailer: known.mailer, settings };
    closeMailer(channel);
    const mailer = openMailer(route);
    mailers.set(channel, { key, mailer });
    return { mailer, settings };
  };

  /** Writes down what became of a try. @returns whether the server takes mails */
  const note = async (row: NotificationRow, sent: Sent): Promise<boolean> => {
    const now = clock();
    const later = (words: string) =>
      store.record(row.id, { reason: words, next_try_at: new Date(now.getTime() + pauseMs(row.attempts + 1)) });
    if (sent.kind === 'down') {
      // The channel as a whole pauses; this one is the first to go when it goes on.
      await store.record(row.id, { reason: sent.words });
      return false;
    }
    if (sent.kind === 'later') await later(sent.words);
    else if (sent.kind === 'refused') {
      await store.record(row.id, { state: 'failed', reason: sent.words, next_try_at: null });
    } else if (sent.kind === 'sent') {
      const accepted = [...new Set([...row.accepted, ...sent.accepted])];
      const words = sent.rejected.map((one) => `${one.address}: ${one.words}`).join('; ');
      if (sent.rejected.length === 0) {
        await store.record(row.id, { state: 'sent', reason: null, sent_at: now, next_try_at: null, accepted });
      } else if (sent.rejected.every(({ isFinal }) => isFinal)) {
        await store.record(row.id, { state: 'failed', reason: words, sent_at: now, next_try_at: null, accepted });
      } else {
        await store.record(row.id, {
          reason: words,
          accepted,
          sent_at: now,
          next_try_at: new Date(now.getTime() + pauseMs(row.attempts + 1)),
        });
      }
    }
    return true;
  };

  const sendOne = async (row: NotificationRow, mailer: Mailer, settings: NotificationSettings): Promise<Sent> => {
    const to = row.recipients.filter((address) => !row.accepted.includes(address));
    const from = settings[row.channel].from ?? to[0];
    if (from === undefined) return { kind: 'refused', words: 'It has no recipient' };
    const { subject, body, created_at: date } = row;
    return mailer.send({ messageId: messageIdOf(row), from, to, subject, body, date });
  };

  const drain = async (channel: NotificationChannel): Promise<void> => {
    for (;;) {
      const now = clock();
      const before = await store.channel(channel);
      await store.giveUp(channel, now, before.last_error ?? 'It waited for a day');
      if (!started || (before.next_try_at && before.next_try_at > now)) return;
      // One mail finds out whether the server is back.
      const most = before.failures > 0 ? 1 : AT_ONCE;
      const rows = await store.claim(channel, now, new Date(now.getTime() + LEASE_MS), most);
      if (rows.length === 0) {
        closeMailer(channel);
        return;
      }
      const opened = await mailerOf(channel).catch((error: unknown): { words: string } => {
        // A sealed password that cannot be opened any more, say: somebody has to enter it again.
        if (error instanceof AppError) return { words: error.message };
        throw error;
      });
      const sent = await Promise.all(
        rows.map(async (row) => {
          const result: Sent =
            'words' in opened
              ? { kind: 'down', words: opened.words }
              : await sendOne(row, opened.mailer, opened.settings);
          return { result, isUp: await note(row, result) };
        }),
      );
      const at = clock();
      const down = sent.find(({ isUp }) => !isUp)?.result;
      if (down && down.kind === 'down') {
        closeMailer(channel);
        await store.saveChannel(channel, {
          failures: before.failures + 1,
          next_try_at: new Date(at.getTime() + pauseMs(before.failures + 1)),
          last_error: down.words,
          last_error_at: at,
        });
        if (before.failures === 0) onTurn(channel, { words: down.words });
        return;
      }
      const isSent = sent.some(({ result }) => result.kind === 'sent');
      await store.saveChannel(channel, {
        ...{ failures: 0, next_try_at: null, last_error: null },
        ...(isSent && { last_sent_at: at }),
      });
      if (before.failures > 0) onTurn(channel, 'working');
    }
  };

  const pass = async (): Promise<void> => {
    await parts.take();
    await Promise.all(
      channels.map(async (channel) => {
        try {
          await drain(channel);
        } catch (error) {
          // One channel's settings hold back no other; the next tick tries again.
          closeMailer(channel);
          parts.onError(error);
        }
      }),
    );
  };

  const loop = async (): Promise<void> => {
    while (wanted && started) {
      wanted = false;
      try {
        await pass();
      } catch (error) {
        parts.onError(error);
        return;
      }
    }
  };

  const poke = (): void => {
    wanted = true;
    if (!started || current) return;
    current = loop().finally(() => {
      current = null;
    });
  };

  return {
    /** Call when events were stored, and when settings changed. */
    poke,

    stateOf: async (channel: NotificationChannel, enabled: boolean): Promise<NotificationChannelState> => {
      const row = await store.channel(channel);
      return {
        kind: !enabled ? 'off' : row.failures > 0 ? 'failing' : 'working',
        waiting: await store.waiting(channel),
        lastSentAt: row.last_sent_at?.toISOString() ?? null,
        lastError: row.last_error,
        lastErrorAt: row.last_error_at?.toISOString() ?? null,
      };
    },

    start: (): void => {
      started = true;
      timer = setInterval(poke, (parts.tickSeconds ?? 2) * 1000);
      poke();
    },
    /** Ends after the mails that are under way; what waits is sent after the next start. */
    stop: async (): Promise<void> => {
      started = false;
      clearInterval(timer);
      await current;
      for (const channel of channels) closeMailer(channel);
    },
  };
};
export type Delivery = ReturnType<typeof createDelivery>;
