import { createConnection, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { ScannerFailed } from '../../errors.ts';

const COMMAND_TIMEOUT_MS = 10_000;
const SCAN_TIMEOUT_MS = 300_000;

/** Sends a command and resolves with the answer, which ends with a zero byte (clamd(8), the `z` form). */
const converse = (
  socketPath: string,
  timeoutMs: number,
  signal: AbortSignal,
  talk: (socket: Socket) => Promise<void>,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let answer = '';
    const fail = (cause: Error) => {
      socket.destroy();
      reject(cause);
    };
    const stop = () => fail(new ScannerFailed('The scan was stopped'));
    signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(timeoutMs, () => fail(new ScannerFailed(`clamd did not answer in ${timeoutMs} ms`)));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    let isConnected = false;
    socket.once('error', (cause) => {
      // clamd answers and hangs up in the middle of a stream that is too large; the answer may be lost with the
      // connection. Then the answer is what came of it, and the file has no verdict.
      if (!isConnected) fail(new ScannerFailed(`clamd cannot be reached: ${cause.message}`, { cause }));
    });
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(answer.replace(/\0$/, ''));
    });
    socket.once('connect', () => {
      isConnected = true;
      if (signal.aborted) return stop();
      talk(socket).catch(fail);
    });
  });

const send = (socket: Socket, data: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed || socket.write(data)) return resolve();
    const go = () => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.once('drain', go);
    socket.once('close', go);
  });

/** A client of clamd over its unix socket. */
export const clamdClient = (socketPath: string) => {
  const ask = (command: string, signal: AbortSignal) =>
    converse(socketPath, COMMAND_TIMEOUT_MS, signal, (socket) => send(socket, Buffer.from(`z${command}\0`)));
  return {
    /** @returns whether clamd answers on this socket */
    async isAlive(signal: AbortSignal): Promise<boolean> {
      try {
        return (await ask('PING', signal)) === 'PONG';
      } catch (cause) {
        if (cause instanceof ScannerFailed) return false;
        throw cause;
      }
    },
    version: (signal: AbortSignal) => ask('VERSION', signal),
    reload: (signal: AbortSignal) => ask('RELOAD', signal),
    /** @returns what clamd says behind `stream: `. Each chunk is preceded by its length, a zero length ends. */
    async scanStream(content: Readable, signal: AbortSignal): Promise<string> {
      const stream = converse(socketPath, SCAN_TIMEOUT_MS, signal, async (socket) => {
        await send(socket, Buffer.from('zINSTREAM\0'));
        for await (const chunk of content as AsyncIterable<Buffer>) {
          if (socket.destroyed) return;
          const length = Buffer.alloc(4);
          length.writeUInt32BE(chunk.length);
          await send(socket, Buffer.concat([length, chunk]));
        }
        await send(socket, Buffer.alloc(4));
      });
      // Closes the file behind it too when clamd was not there to read any of it.
      const answer = await stream.finally(() => content.destroy());
      return answer.replace(/^stream: /, '');
    },
  };
};
export type ClamdClient = ReturnType<typeof clamdClient>;
