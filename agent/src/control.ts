import { chmod, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, systemCodeOf } from './errors.ts';
import type { Logger } from './log.ts';

/** What the command line asks of a running agent, as one JSON line over a socket that only the agent's user may open. */
export const ControlRequest = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('status') }),
  z.object({ ask: z.literal('quarantine') }),
  z.object({ ask: z.enum(['restore', 'delete']), id: z.uuid() }),
  z.object({ ask: z.literal('scan'), paths: z.array(z.string().startsWith('/')).min(1).max(1000) }),
]);
export type ControlRequest = z.output<typeof ControlRequest>;

const ControlAnswer = z.union([z.object({ ok: z.unknown() }), z.object({ failed: z.string() })]);
const LONGEST_REQUEST = 1_000_000;
/** Longer paths do not fit into a socket address (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

const socketPathOf = (stateDir: string) => join(stateDir, 'control.sock');

const serve = (socket: Socket, answer: (request: ControlRequest) => Promise<unknown>) => {
  let text = '';
  const reply = (content: unknown) => socket.end(`${JSON.stringify(content)}\n`);
  socket.on('error', () => socket.destroy()); // the asker went away: nobody is left to be told
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.length > LONGEST_REQUEST) return socket.destroy();
    if (!text.includes('\n')) return;
    socket.pause();
    (async () => answer(ControlRequest.parse(JSON.parse(text))))().then(
      (ok) => reply({ ok: ok ?? null }),
      (cause: unknown) => reply({ failed: reasonOf(cause) }),
    );
  });
};

/** The caller holds the state folder's lock, so a socket file that is there already belongs to nobody. */
export const startControl = async (
  stateDir: string,
  answer: (request: ControlRequest) => Promise<unknown>,
  logger: Logger,
): Promise<() => Promise<void>> => {
  const path = socketPathOf(stateDir);
  if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH) {
    logger.warn(
      'The state folder has too long a name for a control socket: `status` and `scan` cannot reach this agent',
    );
    return async () => undefined;
  }
  await unlink(path).catch((cause: unknown) => {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause;
  });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serve(socket, answer);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  await chmod(path, 0o600);
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  };
};

/** @returns the answer, or null when no agent runs on this state folder */
export const askAgent = (
  stateDir: string,
  request: ControlRequest,
): Promise<{ ok: unknown } | { failed: string } | null> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(socketPathOf(stateDir));
    let text = '';
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    socket.once('error', (cause) => {
      if (['ENOENT', 'ECONNREFUSED'].includes(systemCodeOf(cause) ?? '')) resolve(null);
      else reject(cause);
    });
    socket.once('end', () => {
      const answer = text === '' ? null : ControlAnswer.safeParse(JSON.parse(text)).data;
      if (answer) resolve(answer);
      else reject(new Error('The running agent stopped before it answered'));
    });
  });
