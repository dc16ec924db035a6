import { createWriteStream } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { type Endpoint, Problem, type ReplyOf } from '@gatehouse/contract';
import type { z } from 'zod';
import { AgentError, reasonOf, ServerUnreachable } from './errors.ts';
import { plainTarget, ServerAgent } from './server-socket.ts';

/** The server understood the call and said no. */
export class ServerProblem extends AgentError {
  readonly code = 'agent.server_problem';
  readonly status: number;
  readonly problem: Problem;
  /** From the Retry-After header. */
  readonly retryAfterMs: number | null;
  constructor(status: number, problem: Problem, retryAfterMs: number | null) {
    super(`The server answered ${status} ${problem.code}: ${problem.message}`);
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface ServerAddress {
  serverUrl: string;
  /** PEM of the authority that signed the server's certificate, for one that the system does not know. */
  caPem?: string | undefined;
  /** SHA-256 of the server's certificate in hex: then this very certificate is trusted, and no other. */
  certificateFingerprint?: string | undefined;
  /** Proxy on the way to the server, with credentials in the address where it asks for some. */
  proxyUrl?: string | undefined;
}

interface CallOptions {
  body?: unknown;
  query?: Record<string, string | number>;
  key?: string;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface ServerClient {
  /**
   * @throws ServerUnreachable (retryable) without a usable answer
   * @throws ServerProblem when the server refuses
   */
  call<E extends Endpoint>(endpoint: E, options: CallOptions): Promise<ReplyOf<E>>;
  /** Writes what is at a path into a new file. @throws ServerUnreachable, ServerProblem */
  download(path: string, file: string, options: DownloadOptions): Promise<void>;
  close(): void;
}

interface DownloadOptions {
  key: string;
  mostBytes: number;
  signal: AbortSignal;
}

const CALL_TIMEOUT_MS = 30_000;
const LARGEST_REPLY_BYTES = 8 * 1024 * 1024;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

const retryAfterMsOf = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : null;
};

const readAll = async (reply: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_REPLY_BYTES) throw new ServerUnreachable('the answer is larger than any of ours');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the schema check that follows says so
  }
};

/** Talks to one Administration Server. Redirects are not followed: they would carry the key elsewhere. */
export const serverClient = ({ serverUrl, caPem, certificateFingerprint, proxyUrl }: ServerAddress): ServerClient => {
  const base = serverUrl.endsWith('/') ? serverUrl.slice(0, -1) : serverUrl;
  const isHttps = new URL(base).protocol === 'https:';
  const plain = new HttpAgent({ keepAlive: true });
  const proxy = proxyUrl === undefined ? null : new URL(proxyUrl);
  const secure = new ServerAgent({ caPem, certificateFingerprint, proxy });

  const exchange = (
    url: URL,
    method: string,
    headers: Record<string, string>,
    payload: string | null,
    signal: AbortSignal,
  ) =>
    new Promise<{ status: number; text: string; retryAfter: string | undefined }>((resolve, reject) => {
      const onReply = (reply: IncomingMessage) => {
        readAll(reply).then(
          (text) => resolve({ status: reply.statusCode ?? 0, text, retryAfter: reply.headers['retry-after'] }),
          reject,
        );
      };
      const request = isHttps
        ? httpsRequest(url, { method, headers, signal, agent: secure }, onReply)
        : httpRequest({ ...plainTarget(url, proxy, headers), method, signal, agent: plain }, onReply);
      request.once('error', reject);
      request.end(payload ?? undefined);
    });

  return {
    async call<E extends Endpoint>(endpoint: E, options: CallOptions) {
      const { body, query = {}, key, timeoutMs = CALL_TIMEOUT_MS, signal } = options;
      const url = new URL(base + endpoint.path);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
      const payload = body === undefined ? null : JSON.stringify(body);
      const headers: Record<string, string> = { accept: 'application/json' };
      if (key) headers.authorization = `Bearer ${key}`;
      if (payload !== null) {
        headers['content-type'] = 'application/json';
        headers['content-length'] = String(Buffer.byteLength(payload));
      }
      const limit = AbortSignal.timeout(timeoutMs);
      const bounded = signal ? AbortSignal.any([signal, limit]) : limit;
      const answer = await exchange(url, endpoint.method, headers, payload, bounded).catch((cause: unknown) => {
        if (cause instanceof AgentError) throw cause;
        const why = limit.aborted ? `no answer in ${timeoutMs} ms` : reasonOf(cause);
        throw new ServerUnreachable(`${url.origin} cannot be reached: ${why}`, { cause });
      });
      const content = parsed(answer.text);
      if (answer.status >= 200 && answer.status < 300) {
        const reply = endpoint.reply.safeParse(content);
        if (reply.success) return reply.data as ReplyOf<E>;
        throw new ServerUnreachable(`${url.href} answered with something that is no Gatehouse answer`);
      }
      const problem = Problem.safeParse(content);
      throw new ServerProblem(
        answer.status,
        problem.success ? problem.data : foreignProblem(answer.status),
        retryAfterMsOf(answer.retryAfter, Date.now()),
      );
    },
    async download(path, file, { key, mostBytes, signal }) {
      const url = new URL(base + path);
      const headers = { authorization: `Bearer ${key}` };
      const reply = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = isHttps
          ? httpsRequest(url, { headers, signal, agent: secure }, resolve)
          : httpRequest({ ...plainTarget(url, proxy, headers), signal, agent: plain }, resolve);
        request.once('error', reject);
        request.end();
      }).catch((cause: unknown) => {
        if (cause instanceof AgentError) throw cause;
        throw new ServerUnreachable(`${url.origin} cannot be reached: ${reasonOf(cause)}`, { cause });
      });
      if (reply.statusCode !== 200) {
        reply.destroy();
        throw new ServerProblem(reply.statusCode ?? 0, foreignProblem(reply.statusCode ?? 0), null);
      }
      let bytes = 0;
      const bounded = async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > mostBytes) throw new ServerUnreachable(`the file is larger than ${mostBytes} bytes`);
          yield chunk;
        }
      };
      await pipeline(reply, bounded, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
};

/** An error page of something in between: the status is all that can be trusted. */
const foreignProblem = (status: number): z.output<typeof Problem> => ({
  code: 'agent.foreign_answer',
  message: 'The answer has not the shape of a Gatehouse problem; look at proxies in between',
  issues: [],
  retryable: status >= 500 || status === 429,
  requestId: '',
});
