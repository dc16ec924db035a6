/** One login to a server, kept alive and renewed, and calls through it one after the other. */
import { type Authorization, buildAuthorization, buildVirtualServer } from '../auth.ts';
import { API_PREFIX, DEFAULT_PORT, LOGIN_PATH } from '../call-path.ts';
import { decodeTopLevel } from '../decode.ts';
import { encodeTopLevel } from '../encode.ts';
import { BadFormat, parsePxgError } from '../errors.ts';
import type { Params } from '../values.ts';
import { downloadPieces } from './download.ts';
import { KscUnreachable, LoginFailed, NotOpenApi } from './errors.ts';
import { parseProxy, type WebProxy } from './proxy.ts';
import { type HttpCall, type HttpReply, openTransport } from './transport.ts';
import { pinOf, type ServerAddress, type Trust } from './trust.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const FILE_RETRY_MS = 10_000;

export interface KscConnectionOptions {
  /** `https://host:13299`; 13299 when there is no port. */
  url: string;
  trust: Trust;
  /** An HTTP proxy on the way; none = straight to the server. */
  proxy?: WebProxy | undefined;
  /** A function is asked at every login, so that secrets need not stay in memory and tokens can be fresh. */
  credentials: Authorization | (() => Authorization | Promise<Authorization>);
  /** Display name of the virtual server; none or empty = the main server. */
  virtualServer?: string;
  /** `connection` (default): the login belongs to the TLS connection. `session`: to a session id, which survives it. */
  loginModel?: 'connection' | 'session';
  /** Default 60 s. */
  callTimeoutMs?: number;
  /** For the connection with its TLS handshake, and as long for a tunnel through a proxy; default 15 s. */
  connectTimeoutMs?: number;
  /** Before a file that is not ready (503) is asked for again; default 10 s, as the vendor's own client waits. */
  fileRetryMs?: number;
  /** Told each call and what became of it, for traces. Arguments and replies may hold personal data; logins are not told. */
  onCall?: ((told: ToldCall) => void) | undefined;
}
/** A call that has ended: with a reply, or with an error. */
export interface ToldCall {
  url: string;
  virtualServer: string;
  /** `Class.Method`. */
  method: string;
  args: Params;
  reply?: Params;
  error?: unknown;
  durationMs: number;
}
export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}
/** The reply's members, decoded. `method` is `Class.Method`. */
export type Call = (method: string, args?: Params, options?: CallOptions) => Promise<Params>;
export type KscConnection = ReturnType<typeof openConnection>;

/** Connects on the first call, not yet here. @throws BadFormat for options that cannot be right */
export const openConnection = (options: KscConnectionOptions) => {
  const { trust, proxy, credentials, loginModel = 'connection', callTimeoutMs = 60_000 } = options;
  const address = parseServerUrl(options.url);
  pinOf(trust);
  if (proxy) parseProxy(proxy);
  const virtualServer = buildVirtualServer(options.virtualServer ?? '');
  const transport = openTransport(address, trust, {
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    proxy,
  });
  const oneByOne = serially();

  let logins = 0;
  /** The connection that the login was made on, or the session that it began. */
  let login: { number: number; connection: number } | { number: number; sessionId: string } | undefined;
  let isClosed = false;

  const currentLogin = (): number | undefined => {
    if (login === undefined) return undefined;
    return 'sessionId' in login || login.connection === transport.connection() ? login.number : undefined;
  };

  const logIn = async (signal: AbortSignal | undefined): Promise<void> => {
    login = undefined;
    const path = loginModel === 'session' ? `${API_PREFIX}Session.StartSession` : LOGIN_PATH;
    const reply = await transport.post(path, {
      headers: {
        authorization: buildAuthorization(typeof credentials === 'function' ? await credentials() : credentials),
        ...(virtualServer !== undefined && { 'x-ksc-vserver': virtualServer }),
      },
      body: loginModel === 'session' ? '{}' : '',
      signal,
      timeoutMs: callTimeoutMs,
    });
    if (isRefusal(reply)) throw new LoginFailed(reply.status, textOf(reply), /KSCMFA/i.test(reply.challenge));
    const members = parseReply(path, reply);
    logins += 1;
    if (loginModel === 'session') {
      const sessionId = members.PxgRetVal;
      if (typeof sessionId !== 'string' || !/^[\x21-\x7e]+$/.test(sessionId)) {
        throw new NotOpenApi(`${path}: the reply holds no session id`);
      }
      login = { number: logins, sessionId };
    } else {
      login = { number: logins, connection: transport.connection() ?? 0 };
    }
  };

  /** A login that the server forgot is renewed once. @throws LoginFailed when it does not hold even so */
  const loggedIn = async (
    send: (path: string, call: HttpCall) => Promise<HttpReply>,
    path: string,
    call: Omit<HttpCall, 'timeoutMs'> & { timeoutMs: number | undefined },
  ): Promise<HttpReply> => {
    for (let isRenewed = false; ; isRenewed = true) {
      if (currentLogin() === undefined) await logIn(call.signal);
      const session: Record<string, string> = login && 'sessionId' in login ? { 'x-ksc-session': login.sessionId } : {};
      const reply = await send(path, {
        ...call,
        headers: { ...session, ...call.headers },
        timeoutMs: call.timeoutMs ?? callTimeoutMs,
      });
      if (!isRefusal(reply)) return reply;
      if (isRenewed) throw new LoginFailed(reply.status, textOf(reply));
      login = undefined;
    }
  };
  const requireOpen = (what: string): void => {
    if (isClosed) throw new KscUnreachable(`${what}: this client was closed`, { mayHaveRun: false });
  };

  return {
    /** Number of the login that holds now: result sets live as long as it. Undefined when none holds. */
    currentLogin,

    /**
     * Calls a method, after logging in when no login holds. Calls wait for each other, in the order in which they came.
     * A login that the server forgot is renewed once.
     *
     * @throws PxgError when the server refuses the call itself
     * @throws LoginFailed, CertificateMismatch, NotOpenApi; KscUnreachable (retryable)
     */
    call: ((method, args = {}, callOptions = {}) => {
      if (!/^[\w.]+$/.test(method)) throw new BadFormat('Class.Method is needed', 'method');
      const body = JSON.stringify(encodeTopLevel(args));
      return oneByOne(async () => {
        requireOpen(method);
        const { signal, timeoutMs } = callOptions;
        const beganMs = performance.now();
        const tell = (outcome: Pick<ToldCall, 'reply' | 'error'>): void => {
          const durationMs = Math.round(performance.now() - beganMs);
          options.onCall?.({
            url: options.url,
            virtualServer: options.virtualServer ?? '',
            method,
            args,
            durationMs,
            ...outcome,
          });
        };
        try {
          const answer = await loggedIn(transport.post, API_PREFIX + method, { headers: {}, body, signal, timeoutMs });
          const reply = parseReply(method, answer);
          tell({ reply });
          return reply;
        } catch (error) {
          tell({ error });
          throw error;
        }
      }, callOptions.signal);
    }) satisfies Call as Call,

    /**
     * A file whose address a method gave, such as KLRPT_OUTPUT_FILE of a report, whole and in memory. Asked for on the
     * same login; other calls go between its pieces.
     *
     * @throws FileUnavailable, and as `call`
     */
    download: async (path: string, { signal, timeoutMs }: CallOptions = {}): Promise<Uint8Array> => {
      if (!/^\/[\x21-\x7e]*$/.test(path))
        throw new BadFormat('a path on the server is needed, as a method gave it', 'path');
      return downloadPieces(path, {
        signal,
        retryMs: options.fileRetryMs ?? FILE_RETRY_MS,
        get: (range) =>
          oneByOne(() => {
            requireOpen(path);
            return loggedIn(transport.get, path, { headers: { range }, signal, timeoutMs });
          }, signal),
      });
    },

    /** Waits for the calls that came before, ends the login and the connection. */
    close: (): Promise<void> =>
      oneByOne(async () => {
        isClosed = true;
        const ending = login;
        login = undefined;
        try {
          if (ending && 'sessionId' in ending) {
            await transport.post(`${API_PREFIX}Session.EndSession`, {
              headers: { 'x-ksc-session': ending.sessionId },
              body: '{}',
              signal: undefined,
              timeoutMs: 5_000,
            });
          }
        } catch (error) {
          // A server that is away ends the session by itself, after its inactivity limit.
          if (!(error instanceof KscUnreachable)) throw error;
        } finally {
          await transport.close();
        }
      }, undefined),
  };
};

/** @throws BadFormat */
export const parseServerUrl = (url: string): ServerAddress => {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || parsed.pathname !== '/' || parsed.search !== '' || parsed.username !== '') {
    throw new BadFormat('an address such as https://ksc.example.com:13299 is needed', 'url');
  }
  // URL drops the port when it is the default of https, which is not the default here.
  const isPortNamed = parsed.port !== '' || /^https:\/\/[^/?#]*:443(?:[/?#]|$)/i.test(url.trim());
  const port = parsed.port !== '' ? Number(parsed.port) : isPortNamed ? 443 : DEFAULT_PORT;
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port };
};

const isRefusal = ({ status }: HttpReply): boolean => status === 401 || status === 403;

const parseReply = (method: string, reply: HttpReply): Params => {
  let json: unknown;
  try {
    json = JSON.parse(reply.text);
  } catch {
    json = undefined; // told below, with the status and the beginning of the text
  }
  const error = parsePxgError(json);
  if (error) throw error;
  if (reply.status >= 502 && reply.status <= 504) {
    throw new KscUnreachable(`${method}: HTTP ${reply.status}: ${textOf(reply)}`, { mayHaveRun: true });
  }
  if (reply.status !== 200 || typeof json !== 'object' || json === null) {
    throw new NotOpenApi(`${method}: HTTP ${reply.status}, no JSON object but: ${textOf(reply)}`, reply.status);
  }
  try {
    return decodeTopLevel(json);
  } catch (cause) {
    if (!(cause instanceof BadFormat)) throw cause;
    throw new NotOpenApi(`${method}: ${cause.message}`, reply.status, { cause });
  }
};

const textOf = ({ text }: HttpReply): string => text.trim().slice(0, 200);

/** Runs tasks one after the other. A task whose signal is aborted while it waits never starts. */
const serially = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    const turn = last.then(() => {
      signal?.throwIfAborted();
      return task();
    });
    last = turn.catch(() => undefined); // the caller of that task hears of it
    if (signal === undefined) return turn;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    return promise;
  };
};
