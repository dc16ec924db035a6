import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { buildAuthorization } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

const AUTHORIZATION = buildAuthorization({ scheme: 'KSCBasic', user: 'admin', password: PASSWORD });
const MIB = 1024 * 1024;

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

let msp: TestAdministration;
let database: Database;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-raw-'));
const sockets = new Set<RawSocket>();
/** Clients that begin their headers and never end them. */
const lorises: { socket: RawSocket; closed: Promise<unknown> }[] = [];
let begunAtMs = 0;

/** One TLS connection on which a test writes what it likes, and reads answers one after the other. */
class RawSocket {
  readonly tls: TLSSocket;
  #received = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => {};

  constructor(tls: TLSSocket) {
    this.tls = tls;
    const over = () => {
      this.#isOver = true;
      this.#wake();
    };
    tls.on('data', (piece: Buffer) => {
      this.#received = Buffer.concat([this.#received, piece]);
      this.#wake();
    });
    tls.on('end', over);
    tls.on('close', over);
    // A server that cuts a hostile connection may do it while we write.
    tls.on('error', over);
    sockets.add(this);
  }

  write(data: string | Buffer): void {
    if (!this.tls.destroyed) this.tls.write(data);
  }

  async #until<T>(read: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      const found = read();
      if (found !== undefined || this.#isOver) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next answer; undefined when the server closed the connection without one. */
  async answer(): Promise<Answer | undefined> {
    const head = await this.#until(() => {
      const end = this.#received.indexOf('\r\n\r\n');
      return end < 0 ? undefined : this.#received.subarray(0, end).toString('latin1');
    });
    if (head === undefined) return undefined;
    const [first = '', ...lines] = head.split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
      }),
    );
    const from = Buffer.byteLength(head, 'latin1') + 4;
    const length = Number(headers.get('content-length') ?? 0);
    await this.#until(() => (this.#received.length >= from + length ? true : undefined));
    const body = this.#received.subarray(from, from + length).toString('utf8');
    this.#received = this.#received.subarray(from + length);
    return { status: Number(first.split(' ')[1]), headers, body };
  }

  async isClosed(): Promise<true> {
    await this.#until(() => undefined);
    return true;
  }
}

const open = async (): Promise<RawSocket> => {
  const tls = connect({ host: '127.0.0.1', port: msp.openApi.port, ca: msp.cert, servername: 'localhost' });
  await once(tls, 'secureConnect');
  return new RawSocket(tls);
};
const requestOf = (path: string, body: string | Buffer = '', headers: Record<string, string> = {}): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${path} HTTP/1.1`,
        'Host: localhost',
        ...Object.entries({ 'Content-Length': String(Buffer.byteLength(body)), ...headers }).map(
          ([name, value]) => `${name}: ${value}`,
        ),
        '\r\n',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);
const login = (): Buffer => requestOf('/api/v1.0/login', '', { Authorization: AUTHORIZATION });
const callOf = (method: string, body?: string | Buffer, headers?: Record<string, string>): Buffer =>
  requestOf(`/api/v1.0/${method}`, body, headers);
const ROOT = 'HostGroup.GroupIdGroups';

const loggedIn = async (): Promise<RawSocket> => {
  const socket = await open();
  socket.write(login());
  expect(await socket.answer()).toMatchObject({ status: 200, body: '{}' });
  return socket;
};
/** A client beside all others is served as ever. */
const othersAreServed = async (): Promise<void> => {
  const socket = await loggedIn();
  socket.write(callOf(ROOT));
  expect(await socket.answer()).toMatchObject({ status: 200, body: '{"PxgRetVal":0}' });
  socket.tls.destroy();
};

beforeAll(async () => {
  database = await openDatabase({ dataDir: join(folder, 'db') });
  msp = await startAdministration({ database, engine: await openTestEventEngine() });
  begunAtMs = Date.now();
  for (let client = 0; client < 50; client += 1) {
    const socket = await open();
    socket.write('POST /api/v1.0/login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    lorises.push({ socket, closed: socket.isClosed() });
  }
});
afterAll(async () => {
  for (const { tls } of sockets) tls.destroy();
  await msp.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a login', () => {
  it('on one connection is not valid on another', async () => {
    const [mine, others] = [await loggedIn(), await open()];
    others.write(callOf(ROOT));
    expect(await others.answer()).toMatchObject({ status: 401, body: 'Authentication failure\n' });
    mine.write(callOf(ROOT));
    expect(await mine.answer()).toMatchObject({ status: 200 });
  });

  it('stays for as many calls as the connection lives, one after the other or sent at once', async () => {
    const socket = await loggedIn();
    for (let call = 0; call < 20; call += 1) {
      socket.write(callOf(ROOT));
      const answer = await socket.answer();
      expect(answer).toMatchObject({ status: 200, body: '{"PxgRetVal":0}' });
      expect(answer?.headers.get('connection')).toBe('keep-alive');
    }
    socket.write(Buffer.concat([callOf(ROOT), callOf('HostGroup.GroupIdUnassigned'), callOf('No.Such')]));
    expect((await socket.answer())?.body).toBe('{"PxgRetVal":0}');
    expect((await socket.answer())?.body).toBe('{"PxgRetVal":1}');
    expect((await socket.answer())?.body).toContain('"code":1194');
  });

  it('ends with a new one that fails to nobody’s harm, and is replaced by one that does not', async () => {
    const socket = await loggedIn();
    socket.write(requestOf('/api/v1.0/login', '', { Authorization: 'KSCBasic user="?", pass="?"' }));
    expect((await socket.answer())?.status).toBe(401);
    socket.write(login());
    expect((await socket.answer())?.status).toBe(200);
    socket.write(callOf(ROOT));
    expect((await socket.answer())?.status).toBe(200);
  });

  it('in a hundred sessions at once is a hundred logins, each ended by itself', async () => {
    const ids = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await open();
        socket.write(callOf('Session.StartSession', '', { Authorization: AUTHORIZATION }));
        const { PxgRetVal } = JSON.parse((await socket.answer())?.body ?? '{}') as { PxgRetVal: string };
        socket.tls.destroy();
        return PxgRetVal;
      }),
    );
    expect(new Set(ids).size).toBe(100);
    const used = await Promise.all(
      ids.map(async (id) => {
        const socket = await open();
        socket.write(callOf(ROOT, '', { 'X-KSC-Session': id }));
        const before = (await socket.answer())?.status;
        socket.write(callOf('Session.EndSession', '', { 'X-KSC-Session': id }));
        const end = (await socket.answer())?.status;
        socket.write(callOf(ROOT, '', { 'X-KSC-Session': id }));
        const after = (await socket.answer())?.status;
        socket.tls.destroy();
        return [before, end, after].join();
      }),
    );
    expect(new Set(used)).toEqual(new Set(['200,200,403']));
    expect(msp.openApi.sessionCount()).toBe(0);
  });
});

describe('what no client should send', () => {
  it.each([
    ['garbage', 'not http at all\r\n\r\n'],
    ['a request that is none', 'POST\r\n\r\n'],
    ['bytes that are no text', Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 37) % 256))],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'a length and pieces',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    ['headers without an end', `POST / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(64 * 1024)}\r\n\r\n`],
  ])('%s: is refused behind a good call, which is answered', async (_what, garbage) => {
    const socket = await loggedIn();
    socket.write(Buffer.concat([callOf(ROOT), Buffer.from(garbage)]));
    expect(await socket.answer()).toMatchObject({ status: 200, body: '{"PxgRetVal":0}' });
    expect([400, 431]).toContain((await socket.answer())?.status);
    expect(await socket.isClosed()).toBe(true);
    await othersAreServed();
  });

  it('a body that breaks off into garbage: 400, and the connection ends', async () => {
    const socket = await loggedIn();
    socket.write(
      `POST /api/v1.0/${ROOT} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\nzz\r\n`,
    );
    expect((await socket.answer())?.status).toBe(400);
    expect(await socket.isClosed()).toBe(true);
    const behind = await loggedIn();
    behind.write(callOf('HostGroup.FindHosts'));
    behind.write(`POST /api/v1.0/${ROOT} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`);
    expect(await behind.isClosed()).toBe(true);
    await othersAreServed();
  });

  it.each([
    ['that is announced', () => callOf(ROOT, '', { 'Content-Length': String(50 * MIB) })],
    ['that comes in pieces', () => callOf(ROOT, '', { 'Transfer-Encoding': 'chunked', 'Content-Length': '' })],
  ])('50 MiB of body %s: 413, and never in memory as a whole', async (what, head) => {
    const socket = await loggedIn();
    const isChunked = what.includes('pieces');
    socket.write(isChunked ? head().toString().replace('Content-Length: \r\n', '') : head());
    const piece = Buffer.alloc(MIB, 'x');
    for (let sent = 0; sent < 50; sent += 1) {
      socket.write(isChunked ? Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]) : piece);
    }
    expect((await socket.answer())?.status).toBe(413);
    await othersAreServed();
  });

  it('a body that grows when it is unpacked: 413', async () => {
    const socket = await loggedIn();
    const bomb = gzipSync(Buffer.alloc(50 * MIB));
    expect(bomb.length).toBeLessThan(100_000);
    socket.write(callOf(ROOT, bomb, { 'Content-Encoding': 'gzip' }));
    expect((await socket.answer())?.status).toBe(413);
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a letter', Buffer.concat([Buffer.from('{"wstrFilter":"'), Buffer.from([0xc3]), Buffer.from('"}')])],
    ['no JSON', 'nonsense'],
    ['JSON that is no object', '[1]'],
    ['JSON cut off', '{"a":'],
  ])('%s: 400 as text, and the connection goes on', async (_what, body) => {
    const socket = await loggedIn();
    socket.write(callOf(ROOT, body));
    const answer = await socket.answer();
    expect(answer?.status).toBe(400);
    expect(answer?.body.startsWith('{')).toBe(false);
    socket.write(callOf(ROOT));
    expect((await socket.answer())?.status).toBe(200);
  });

  it.each([1000, 100_000, 3_000_000])('%i brackets within each other: an error, no crash', async (depth) => {
    const socket = await loggedIn();
    const body = `{"pParams":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    socket.write(callOf('HostGroup.FindHosts', body));
    const answer = await socket.answer();
    expect([200, 400]).toContain(answer?.status);
    if (answer?.status === 200) expect(answer.body).toContain('"code":1192');
    await othersAreServed();
  });

  it('a body with a byte order mark is read all the same', async () => {
    const socket = await loggedIn();
    socket.write(callOf(ROOT, Buffer.from('\u{feff}{}')));
    expect((await socket.answer())?.status).toBe(200);
  });

  it('leaves nothing in the log of errors', () => {
    expect(msp.logged).toEqual([]);
  });
});

describe('clients that are slow on purpose', () => {
  it('are cut off within half a minute, and keep nobody from being served meanwhile', async () => {
    await othersAreServed();
    // A letter now and then does not buy more time.
    const drip = setInterval(() => {
      for (const { socket } of lorises) socket.write('a');
    }, 1000);
    await Promise.all(lorises.map(({ closed }) => closed));
    clearInterval(drip);
    expect(Date.now() - begunAtMs).toBeLessThan(45_000);
    await othersAreServed();
  }, 60_000);
});
