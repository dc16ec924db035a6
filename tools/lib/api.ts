/** Calls of the contract's endpoints from tools: the same declarations as the server's, with a session or an API token. */
import type { CallOf, Endpoint, ReplyOf } from '../../contract/src/index.ts';

/** The server answered with a Problem. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Api {
  call<E extends Endpoint>(endpoint: E, call: CallOf<E>): Promise<ReplyOf<E>>;
}

const queryOf = (query: unknown): string => {
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>).flatMap(([name, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
};

/** A client that keeps the session cookie and sends the token against forged calls, as a browser with the console does. */
export const apiClient = (url: string, token?: string): Api => {
  let cookie = '';
  let csrfToken = '';
  return {
    call: async (endpoint, call) => {
      const { params, query, body } = call as { params?: Record<string, unknown>; query?: unknown; body?: unknown };
      const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
      const reply = await fetch(`${url}${path}${queryOf(query)}`, {
        method: endpoint.method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(cookie ? { cookie } : {}),
          ...(csrfToken && endpoint.method !== 'GET' ? { 'x-csrf-token': csrfToken } : {}),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      const set = reply.headers.getSetCookie().map((one) => one.split(';')[0]);
      if (set.length > 0) cookie = set.join('; ');
      const text = await reply.text();
      const value = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
      if (!reply.ok) {
        const issues = (value.issues ?? []) as { where: string; what: string }[];
        const message = [value.message ?? text, ...issues.map(({ where, what }) => `${where}: ${what}`)].join('; ');
        throw new ApiProblem(reply.status, String(value.code ?? 'unknown'), message);
      }
      if (typeof value.csrfToken === 'string') csrfToken = value.csrfToken;
      return endpoint.reply.parse(value) as ReplyOf<typeof endpoint>;
    },
  };
};
