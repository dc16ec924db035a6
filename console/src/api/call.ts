import { type CallOf, type Endpoint, Problem, type ReplyOf } from '@gatehouse/contract';
import { ApiProblem } from '../platform/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: any endpoint of the contract; the caller's types follow from it
type AnyEndpoint = Endpoint<any, any, any, any>;

const CALL_TIMEOUT_MS = 60_000;

let csrfToken: string | null = null;
/** The session's token; goes along with every call that changes something. */
export const setCsrfToken = (token: string | null): void => {
  csrfToken = token;
};

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** The address of a call: `:name` filled in, lists repeated, what is undefined left out. */
export const addressOf = (endpoint: Pick<AnyEndpoint, 'path'>, { params = {}, query = {} }: Parts): string => {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new Error(`${endpoint.path} needs "${name}"`);
    return encodeURIComponent(String(value));
  });
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '') written.append(name, String(each));
    }
  }
  return written.size === 0 ? path : `${path}?${written}`;
};

const problemOf = async (response: Response): Promise<ApiProblem> => {
  const said = Problem.safeParse(await response.json().catch(() => null));
  if (said.success) return new ApiProblem({ ...said.data, status: response.status });
  return new ApiProblem({
    code: `http.${response.status}`,
    message: `The server, or something in front of it, answered with status ${response.status} and no explanation`,
    issues: [],
    retryable: response.status >= 500 || response.status === 429,
    requestId: response.headers.get('x-request-id'),
    status: response.status,
  });
};

/**
 * Calls an endpoint of the contract.
 *
 * @throws ApiProblem with the server's own words, or `network.unreachable` when no answer came
 */
export const call = async <E extends AnyEndpoint>(
  endpoint: E,
  given: CallOf<E>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ReplyOf<E>> => {
  const parts = given as Parts;
  const headers: Record<string, string> = { accept: endpoint.replyType ?? 'application/json' };
  if (parts.body !== undefined) headers['content-type'] = 'application/json';
  if (endpoint.method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  const timeLimit = AbortSignal.timeout(CALL_TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(addressOf(endpoint, parts), {
      method: endpoint.method,
      headers,
      body: parts.body === undefined ? null : JSON.stringify(parts.body),
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeLimit]) : timeLimit,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiProblem({
      code: 'network.unreachable',
      message: 'The server did not answer. See that it runs and that this computer can reach it.',
      issues: [],
      retryable: true,
      requestId: null,
      status: 0,
    });
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return {} as ReplyOf<E>;
  // A file that broke off in its middle ends here, and is not taken for a whole one.
  return (endpoint.replyType ? await response.text() : await response.json()) as ReplyOf<E>;
};

/** Hands a text to the browser as a file. */
export const saveFile = (name: string, content: string, type: string): void => {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
};
