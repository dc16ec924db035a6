import { type AutotaskSandbox, sampleCredentials, startAutotaskSandbox } from './index.ts';

/** The moment at which the sandbox of a test starts. */
export const START = new Date('2026-03-05T09:00:00Z');

/** A ticket that nothing is wrong with. */
export const aTicket = {
  companyID: 175,
  title: 'Databases are out of date',
  status: 1,
  priority: 2,
  queueID: 8,
  dueDateTime: '2026-03-06T10:00:00Z',
};
export const aNote = { title: 'Seen', description: 'Looked at it', noteType: 1, publish: 2 };

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by their documented names
type Json = any;
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: Json;
}

interface CallOptions {
  body?: unknown;
  /** Sent as it is, in the place of a body made of JSON. */
  raw?: string;
  headers?: Record<string, string>;
  search?: unknown;
}

export const credentialHeaders = {
  UserName: sampleCredentials.userName,
  Secret: sampleCredentials.secret,
  ApiIntegrationCode: sampleCredentials.trackingId,
};

/** A started sandbox with a caller that has the fixture's credentials. The clock stands at START. */
export const startForTest = async (options: { dataFile?: string; secondZonePort?: number } = {}) => {
  const defects: string[] = [];
  const sandbox: AutotaskSandbox = await startAutotaskSandbox({
    port: 0,
    now: () => START,
    log: (line) => defects.push(line),
    ...options,
  });

  const fetchJson = async (url: string, init: RequestInit): Promise<Reply> => {
    const answer = await fetch(url, init);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== '';
    return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
  };
  const bodyOf = ({ body, raw }: CallOptions) => raw ?? (body === undefined ? undefined : JSON.stringify(body));

  /** Calls the API below its version; a whole URL is called as it is. */
  const call = (method: string, path: string, options: CallOptions = {}): Promise<Reply> => {
    const search = options.search === undefined ? '' : `?search=${encodeURIComponent(JSON.stringify(options.search))}`;
    const url = path.startsWith('http') ? path : `${sandbox.baseUrl}${path}${search}`;
    const headers = { 'Content-Type': 'application/json', ...credentialHeaders, ...options.headers };
    return fetchJson(url, { method, headers, body: bodyOf(options) });
  };
  const control = (method: string, path: string, body?: unknown): Promise<Reply> =>
    fetchJson(`${sandbox.origin}/_sandbox${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: bodyOf({ body }),
    });

  return {
    sandbox,
    controls: sandbox.controls,
    defects,
    call,
    control,
    fetchJson,
    createTicket: async (more: Record<string, unknown> = {}): Promise<number> => {
      const { status, json, text } = await call('POST', '/Tickets', { body: { ...aTicket, ...more } });
      if (status !== 200) throw new Error(`The ticket was refused: ${text}`);
      return json.itemId;
    },
    ticket: async (id: number): Promise<Json> => (await call('GET', `/Tickets/${id}`)).json.item,
    query: (entity: string, filter: unknown, more: Record<string, unknown> = {}): Promise<Reply> =>
      call('POST', `/${entity}/query`, { body: { filter, ...more } }),
  };
};
export type TestSandbox = Awaited<ReturnType<typeof startForTest>>;
