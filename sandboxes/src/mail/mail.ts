import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerAddress } from 'smtp-server';
import { readMail } from './read-mail.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Names in lower case; a header that came twice has both values. */
  headers: Record<string, string[]>;
  subject: string;
  body: string;
  raw: string;
  isEncrypted: boolean;
  user: string | null;
}

/**
 * `busy`: 451 to the message. `refuse`: 554 to the message. `silent`: the message is never answered.
 * `lost-answer`: the message is kept, and the connection ends before the answer.
 */
export type MailFault = 'busy' | 'refuse' | 'silent' | 'lost-answer';

export interface MailSandboxOptions {
  /** 0: any that is free. */
  port?: number;
  /** Whoever sends must sign in so. */
  auth?: { user: string; password: string };
  /** Offers STARTTLS, or with `secure` speaks TLS from the first byte. */
  tls?: { key: string; cert: string; secure?: boolean };
  /** Addresses that it refuses, with a reply of 550 or, with `later`, 450. */
  unknown?: readonly string[];
  later?: readonly string[];
}

const smtpError = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

export const startMailSandbox = async ({ port = 0, auth, tls, unknown, later }: MailSandboxOptions = {}) => {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let fault: MailFault | null = null;
  let attempts = 0;

  const server = new SMTPServer({
    ...(tls ? { key: tls.key, cert: tls.cert, secure: tls.secure ?? false } : { disabledCommands: ['STARTTLS'] }),
    authOptional: auth === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      if (auth && username === auth.user && password === auth.password) done(null, { user: username });
      else done(smtpError(535, 'Wrong name or password'));
    },
    onRcptTo: ({ address }, _session, done) => {
      if (unknown?.includes(address)) done(smtpError(550, `No such person: ${address}`));
      else if (later?.includes(address)) done(smtpError(450, `Mailbox is busy: ${address}`));
      else done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        attempts += 1;
        if (fault === 'silent') return;
        if (fault === 'busy') return done(smtpError(451, 'Try again another time'));
        if (fault === 'refuse') return done(smtpError(554, 'This message is not wanted'));
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? (mailFrom as SMTPServerAddress).address : '',
          to: rcptTo.map(({ address }) => address),
          ...readMail(raw),
          raw,
          isEncrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        if (fault !== 'lost-answer') return done();
        for (const socket of sockets) socket.destroy();
      });
    },
  });
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that goes in the middle of a conversation is its own matter.
  server.on('error', () => {});
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');

  return {
    port: (listening.address() as AddressInfo).port,
    /** In the order in which they came. */
    received,
    /** Messages that came whole, also those that were not taken. */
    attempts: () => attempts,
    /** What happens to messages from now on; null: they are taken. */
    setFault: (next: MailFault | null): void => {
      fault = next;
    },
    stop: async (): Promise<void> => {
      // It ends its connections itself: to destroy a socket under TLS from outside crashes Node 24.
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
};
export type MailSandbox = Awaited<ReturnType<typeof startMailSandbox>>;
