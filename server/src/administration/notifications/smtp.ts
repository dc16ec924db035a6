import { rootCertificates } from 'node:tls';
import type { SmtpSettings } from '@gatehouse/contract';
import { createTransport } from 'nodemailer';

/** How to reach mail servers, with what the database keeps sealed. */
export interface MailRoute {
  smtp: SmtpSettings;
  password: string | null;
}

export interface Mail {
  messageId: string;
  from: string;
  to: readonly string[];
  subject: string;
  body: string;
  date: Date;
}

/**
 * What became of a mail. `later`: the server wants it another time. `refused`: for good. `down`: no server was reached,
 * or none lets this server in; that holds for every mail.
 */
export type Sent =
  | {
      kind: 'sent';
      accepted: string[];
      rejected: { address: string; words: string; isFinal: boolean }[];
      words: string;
    }
  | Unsent;
interface Unsent {
  kind: 'later' | 'refused' | 'down';
  words: string;
}

const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;
/** Of one mail, all servers of the list together. */
export const SEND_LIMIT_MS = 60_000;

interface SmtpError extends Error {
  code?: string;
  response?: string;
  responseCode?: number;
  recipient?: string;
}

const wordsOf = (error: SmtpError): string => (error.response || error.message).slice(0, 500);

/** Replies to one mail's own commands speak of that mail; all else speaks of the server. */
const outcomeOf = (error: SmtpError): Unsent => {
  const words = wordsOf(error);
  const isOfMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  if (!isOfMail || error.responseCode === 421) return { kind: 'down', words };
  return { kind: error.responseCode !== undefined && error.responseCode < 500 ? 'later' : 'refused', words };
};

const transportTo = (host: string, { smtp, password }: MailRoute) =>
  createTransport({
    pool: true,
    maxConnections: 3,
    host,
    port: smtp.port,
    secure: smtp.tls === 'tls',
    ignoreTLS: smtp.tls === 'none',
    requireTLS: smtp.tls === 'starttls',
    opportunisticTLS: smtp.tls === 'starttls-when-offered',
    ...(smtp.user !== null && { auth: { user: smtp.user, pass: password ?? '' } }),
    tls: {
      rejectUnauthorized: smtp.tls !== 'starttls-when-offered',
      ...(smtp.authority !== null && { ca: [...rootCertificates, smtp.authority] }),
    },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    // A mail is text alone: nothing in it may name a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/** Connections to the mail servers of a route, tried in their order; kept open until closed. */
export const openMailer = (route: MailRoute) => {
  const transports = new Map<string, ReturnType<typeof transportTo>>();
  const transportOf = (host: string) => {
    const made = transports.get(host) ?? transportTo(host, route);
    transports.set(host, made);
    return made;
  };
  const close = (): void => {
    for (const transport of transports.values()) transport.close();
    transports.clear();
  };

  const sendBy = async (host: string, mail: Mail, timeoutMs: number): Promise<Sent> => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, fail) => {
      timer = setTimeout(
        () => fail(new Error(`${host} took longer than ${Math.round(timeoutMs / 1000)} seconds`)),
        timeoutMs,
      );
    });
    try {
      const sending = transportOf(host).sendMail({
        messageId: mail.messageId,
        from: mail.from,
        to: [...mail.to],
        envelope: { from: mail.from, to: [...mail.to] },
        subject: mail.subject,
        text: mail.body,
        date: mail.date,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
      const info = await Promise.race([sending, timeout]);
      const errors = (info.rejectedErrors ?? []) as SmtpError[];
      return {
        kind: 'sent',
        accepted: info.accepted.map(String),
        rejected: info.rejected.map((address, index) => {
          const error = errors.find(({ recipient }) => recipient === String(address)) ?? errors[index];
          return {
            address: String(address),
            words: error ? wordsOf(error) : 'refused',
            isFinal: (error?.responseCode ?? 550) >= 500,
          };
        }),
        words: info.response,
      };
    } catch (error) {
      return outcomeOf(error as SmtpError);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    send: async (mail: Mail): Promise<Sent> => {
      const endsAt = performance.now() + SEND_LIMIT_MS;
      const downs: string[] = [];
      for (const host of route.smtp.hosts) {
        const leftMs = endsAt - performance.now();
        if (leftMs < 1000) break;
        const sent = await sendBy(host, mail, leftMs);
        if (sent.kind !== 'down') return sent;
        downs.push(`${host} port ${route.smtp.port}: ${sent.words}`);
      }
      return { kind: 'down', words: downs.join('; ') || 'no mail server is set up' };
    },
    close,
  };
};
export type Mailer = ReturnType<typeof openMailer>;
