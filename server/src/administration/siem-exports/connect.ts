import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { SiemTargetSettings } from '@gatehouse/contract';
import { lineFramed, octetCounted } from '@gatehouse/protocols/syslog';

export type Address = Pick<SiemTargetSettings, 'transport' | 'host' | 'port' | 'trust' | 'framing'>;

/** A way to a receiver, until `ended` resolves. */
export interface Connection {
  /** Whom it leads to, for people. */
  peer: string;
  /** Resolves when the operating system took all of it. @throws Error in the words of the system */
  send(messages: readonly string[]): Promise<void>;
  /** Resolves with the reason when the connection can be used no longer. */
  ended: Promise<Error>;
  /** Says good-bye. @returns whether the other side had time to read all that was sent, as far as can be known */
  close(): Promise<boolean>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A receiver that takes nothing for so long counts as gone. */
const SEND_TIMEOUT_MS = 30_000;
const GOODBYE_MS = 1000;
/** UDP has no brake of its own: a burst that a receiver's buffer has no room for would be lost without a word. */
const DATAGRAMS_AT_ONCE = 50;
const PAUSE_BETWEEN_DATAGRAMS_MS = 5;

/** An error's own words. Node wraps those of several addresses into one without a text. */
export const wordsOfError = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(wordsOfError))].join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message || code || error.name;
};

/** @throws Error in the words of the system, when nobody answers or the wrong one does */
export const connectTo = (address: Address): Promise<Connection> =>
  address.transport === 'udp' ? openUdp(address) : openStream(address);

const openUdp = async ({ host, port }: Address): Promise<Connection> => {
  const resolved = await lookup(host);
  const socket = createSocket({ type: resolved.family === 6 ? 'udp6' : 'udp4', sendBufferSize: 1_048_576 });
  const ended = Promise.withResolvers<Error>();
  // Whether anybody listens is known only when the receiver's system says that nobody does.
  socket.on('error', ended.resolve);
  await new Promise<void>((done, failed) => {
    socket.once('error', failed);
    socket.connect(port, resolved.address, () => {
      socket.off('error', failed);
      done();
    });
  });
  return {
    peer: `${resolved.address} port ${port} (UDP)`,
    ended: ended.promise,
    send: async (messages) => {
      for (let from = 0; from < messages.length; from += DATAGRAMS_AT_ONCE) {
        await Promise.all(
          messages
            .slice(from, from + DATAGRAMS_AT_ONCE)
            .map(
              (message) =>
                new Promise<void>((done, failed) =>
                  socket.send(Buffer.from(message, 'utf8'), (error) => (error ? failed(error) : done())),
                ),
            ),
        );
        if (from + DATAGRAMS_AT_ONCE < messages.length) {
          await new Promise((done) => setTimeout(done, PAUSE_BETWEEN_DATAGRAMS_MS));
        }
      }
    },
    close: () =>
      new Promise((done) => {
        socket.close(() => done(true));
      }),
  };
};

const openStream = async (address: Address): Promise<Connection> => {
  const socket = address.transport === 'tls' ? await secured(address) : await plain(address);
  const ended = Promise.withResolvers<Error>();
  socket.setKeepAlive(true, 30_000);
  // Receivers of logs say nothing; whatever they do say must not fill the memory.
  socket.resume();
  socket.on('error', ended.resolve);
  socket.once('end', () => ended.resolve(new Error('the receiver closed the connection')));
  socket.once('close', () => ended.resolve(new Error('the connection was closed')));
  const framed = address.framing === 'octet-counting' ? octetCounted : lineFramed;
  return {
    peer: `${socket.remoteAddress} port ${socket.remotePort} (${address.transport.toUpperCase()})`,
    ended: ended.promise,
    send: async (messages) => {
      const written = Promise.withResolvers<void>();
      const timer = setTimeout(
        () => socket.destroy(new Error(`the receiver took nothing for ${SEND_TIMEOUT_MS / 1000} seconds`)),
        SEND_TIMEOUT_MS,
      );
      socket.write(Buffer.concat(messages.map(framed)), (error) => (error ? written.reject(error) : written.resolve()));
      try {
        const lost = await Promise.race([written.promise, ended.promise]);
        if (lost) throw lost;
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => {
      if (socket.destroyed) return false;
      const closed = new Promise<boolean>((done) => socket.once('close', (hadError) => done(!hadError)));
      const timer = setTimeout(() => socket.destroy(new Error('no good-bye')), GOODBYE_MS);
      socket.end();
      // Its own end comes after it has read ours, and so everything before it.
      const clean = await closed;
      clearTimeout(timer);
      return clean;
    },
  };
};

/** @throws Error after the time that connecting may take, else when the socket says so */
const settled = async <S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> => {
  const timer = setTimeout(
    () => socket.destroy(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} seconds`)),
    CONNECT_TIMEOUT_MS,
  );
  try {
    await new Promise<void>((done, failed) => {
      socket.once(event, () => done());
      socket.once('error', failed);
      socket.once('close', () => failed(new Error('the receiver closed the connection')));
    });
    return socket;
  } finally {
    clearTimeout(timer);
  }
};

const plain = ({ host, port }: Address): Promise<Socket> => settled(connectTcp({ host, port }), 'connect');

const digitsOf = (fingerprint: string): string => fingerprint.replaceAll(/[\s:]/g, '').toLowerCase();

const secured = async ({ host, port, trust }: Address): Promise<TLSSocket> => {
  const socket = await settled(
    connectTls({
      host,
      port,
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 && { servername: host }),
      ...(trust.kind === 'authority' && { ca: trust.pem }),
      // The pin is compared below, before a byte of ours is sent; it takes the place of the check that is off here.
      ...(trust.kind === 'pin' && { rejectUnauthorized: false }),
    }),
    'secureConnect',
  );
  if (trust.kind === 'pin') {
    const presented = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
    if (digitsOf(presented) !== digitsOf(trust.sha256)) {
      socket.destroy();
      throw new Error(`the receiver shows another certificate than the pinned one: SHA-256 ${presented || 'none'}`);
    }
  }
  return socket;
};
