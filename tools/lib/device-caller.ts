/** A device's side of the agent protocol, by hand: for tools that play devices. See docs/agent-protocol.md. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint, ReplyOf } from '../../contract/src/index.ts';

/** The server answered with a Problem, or not at all (status 0). */
export class DeviceProblem extends Error {
  override name = 'DeviceProblem';
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number;
  constructor(status: number, code: string, message: string, retryAfterMs = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
  /** Whether the same call is to be sent again, as the protocol has it. */
  get isPassing(): boolean {
    return [0, 408, 425, 429].includes(this.status) || this.status >= 500;
  }
}

export interface DeviceCall {
  key?: string;
  query?: string;
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface DeviceCaller {
  /** @throws DeviceProblem */
  call<E extends Endpoint>(endpoint: E, call: DeviceCall): Promise<ReplyOf<E>>;
  /** Ends the connections; calls under way fail. */
  close(): void;
}

/**
 * Many devices behind one client, over connections that stay open.
 *
 * @param localAddress where the calls come from, so that sites have addresses of their own
 */
export const deviceCaller = (
  url: string,
  { localAddress, connections = 8 }: { localAddress?: string; connections?: number } = {},
): DeviceCaller => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ...(localAddress ? { localAddress } : {}) });

  const exchange = (endpoint: Endpoint, { key, query = '', body, signal, timeoutMs = 60_000 }: DeviceCall) =>
    new Promise<{ status: number; retryAfterMs: number; text: string }>((resolve, reject) => {
      const payload = body === undefined ? null : JSON.stringify(body);
      const sent = request(
        `${url}${endpoint.path}${query}`,
        {
          agent,
          method: endpoint.method,
          timeout: timeoutMs,
          ...(signal ? { signal } : {}),
          headers: {
            ...(payload === null
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
            ...(key ? { authorization: `Bearer ${key}` } : {}),
          },
        },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          reply.once('error', reject);
          reply.once('end', () =>
            resolve({
              status: reply.statusCode ?? 0,
              retryAfterMs: (Number(reply.headers['retry-after']) || 0) * 1000,
              text,
            }),
          );
        },
      );
      sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.once('error', reject);
      sent.end(payload ?? undefined);
    });

  return {
    call: async (endpoint, call) => {
      let answer: Awaited<ReturnType<typeof exchange>>;
      try {
        answer = await exchange(endpoint, call);
      } catch (error) {
        call.signal?.throwIfAborted();
        throw new DeviceProblem(0, 'device.no-answer', error instanceof Error ? error.message : String(error));
      }
      if (answer.status === 200) return endpoint.reply.parse(JSON.parse(answer.text)) as ReplyOf<typeof endpoint>;
      let problem: { code?: unknown; message?: unknown } = {};
      try {
        problem = JSON.parse(answer.text) as typeof problem;
      } catch {
        // Not the server's own answer: by the protocol its status alone counts.
      }
      throw new DeviceProblem(
        answer.status,
        String(problem.code ?? 'device.foreign-answer'),
        String(problem.message ?? answer.text.slice(0, 200)),
        answer.retryAfterMs,
      );
    },
    close: () => agent.destroy(),
  };
};

/**
 * Does the work again until the server has heard it, with growing pauses, as the protocol asks of devices.
 * @throws DeviceProblem that is not passing; what `signal` was aborted with
 */
export const untilHeard = async <T>(
  work: () => Promise<T>,
  { signal, firstPauseMs = 1000, longestPauseMs = 30_000 }: UntilHeardOptions = {},
): Promise<T> => {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DeviceProblem) || !error.isPassing) throw error;
      const pause = Math.max(error.retryAfterMs, pauseMs * (0.5 + Math.random() / 2));
      await sleep(pause, undefined, signal ? { signal } : {});
    }
  }
};
export interface UntilHeardOptions {
  signal?: AbortSignal;
  firstPauseMs?: number;
  longestPauseMs?: number;
}
