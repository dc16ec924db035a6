import { type Actor, type AuditLine, createHttp, type Http, type HttpOptions } from '../platform/http/index.ts';
import { createLog } from '../platform/log/index.ts';
import { createMetrics } from '../platform/metrics/index.ts';

/** A listening HTTP server of a test, with what it recorded. */
export interface TestHttp {
  http: Http;
  url: string;
  /** Every audit line so far, oldest first. */
  audited: AuditLine[];
  /** Calls with a JSON body and gives status, reply and headers back. */
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  stop(): Promise<void>;
}
export interface CallOptions {
  body?: unknown;
  /** Sent as `Authorization: Bearer …`. */
  bearer?: string;
  headers?: Record<string, string>;
}
export interface Called {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  body: any;
  headers: Headers;
}

/** Calls as a program would: follows nothing, keeps no cookies. */
export const callAt = async (url: string, method: string, path: string, options: CallOptions = {}): Promise<Called> => {
  const { body, bearer, headers } = options;
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
};

/** Starts a server on a free port of this machine; `register` adds its endpoints. */
export const startTestHttp = async (
  register: (http: Http) => void | Promise<void>,
  options: Partial<HttpOptions> = {},
): Promise<TestHttp> => {
  const audited: AuditLine[] = [];
  const http = await createHttp({
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    audit: async (line) => void audited.push(line),
    metricsNeeds: 'server:read',
    anonymousCallsPerMinute: 10_000,
    ...options,
  });
  await register(http);
  const { url } = await http.listen({ host: '127.0.0.1', port: 0 });
  return {
    http,
    url,
    audited,
    call: (method, path, callOptions) => callAt(url, method, path, callOptions),
    stop: () => http.close(),
  };
};

/** Somebody with these rights. */
export const anActor = (words: Partial<Omit<Actor, 'permissions'>> & { permissions?: string[] } = {}): Actor => ({
  kind: 'user',
  id: '019a0000-0000-7000-8000-000000000001',
  name: 'ann',
  tenantIds: null,
  ...words,
  permissions: new Set(words.permissions ?? []),
});
