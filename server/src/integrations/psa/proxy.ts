import type { SettingField } from '@gatehouse/contract';
import { fetch as fetchBy, ProxyAgent } from 'undici';
import { z } from 'zod';
import { PsaProxyRefused, PsaUnavailable } from './errors.ts';

/** An HTTP proxy that is asked for a tunnel (CONNECT) to the PSA, so that it sees nothing of what is said. */
export interface WebProxy {
  url: string;
  /** Empty: the proxy asks for nobody. */
  user: string;
  password: string;
}

/** The address of a proxy as it may be written: without `http://`, with a port. */
export const proxyAddress = z
  .string()
  .trim()
  .max(300)
  .transform((text) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`))
  .refine(
    (text) => {
      const url = URL.parse(text);
      return (
        !!url && /^https?:$/.test(url.protocol) && url.hostname !== '' && url.pathname === '/' && url.search === ''
      );
    },
    { message: 'must be an address such as http://proxy.example.com:3128' },
  )
  .refine((text) => !/@/.test(text), { message: 'must have no user and password in it: they have fields of their own' })
  .transform((text) => new URL(text).origin);

/** The settings of a way out that every connector offers; spread them into its own. */
export const proxySettings = {
  proxyUrl: z.preprocess((value) => (value === '' ? null : value), proxyAddress.nullable().default(null)),
  proxyUser: z
    .string()
    .trim()
    .max(200)
    .regex(/^[^:]*$/, 'must have no colon in it')
    .default(''),
  proxyPassword: z.string().max(200).default('').meta({ secret: true }),
  /** Straight to the PSA, whatever the configuration says. */
  withoutProxy: z.boolean().default(false),
};
export type ProxySettings = z.output<z.ZodObject<typeof proxySettings>>;

export const proxySettingFields: SettingField[] = [
  {
    name: 'proxyUrl',
    title: 'Proxy server',
    help: 'As http://proxy.example.com:3128, when outgoing calls have to go through one. Empty: as the configuration says.',
    kind: 'text',
    required: false,
  },
  { name: 'proxyUser', title: 'User of the proxy', help: 'When it asks for one.', kind: 'text', required: false },
  {
    name: 'proxyPassword',
    title: 'Password of the proxy',
    help: 'Sent to the proxy only.',
    kind: 'secret',
    required: false,
  },
  {
    name: 'withoutProxy',
    title: 'Connect without a proxy',
    help: 'Also when the configuration of Gatehouse names one for all integrations.',
    kind: 'flag',
    required: false,
  },
];

/** The proxy of one integration: its own, else the one of the configuration, else none. */
export const proxyFor = (settings: ProxySettings, byDefault: WebProxy | null): WebProxy | null => {
  if (settings.withoutProxy) return null;
  if (settings.proxyUrl === null) return byDefault;
  return { url: settings.proxyUrl, user: settings.proxyUser, password: settings.proxyPassword };
};

/** As much of an answer as a connector reads. */
export interface Answer {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}
export interface Sending {
  method: string;
  redirect: 'error';
  signal: AbortSignal;
  headers: Record<string, string>;
  body?: string;
}

export interface WayOut {
  fetch(url: string, sending: Sending): Promise<Answer>;
  /** What a failed `fetch` says of the proxy; null when it says nothing of it. Nothing was sent to the PSA then. */
  failureOf(error: unknown): PsaProxyRefused | PsaUnavailable | null;
}

/** Connection errors of the way to the proxy: it is the proxy's address that they speak of. */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
]);

const chainOf = (error: unknown): Error[] => {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 10; at = at.cause) {
    chain.push(at);
    if (at instanceof AggregateError) chain.push(...at.errors.filter((each) => each instanceof Error));
  }
  return chain;
};

/** Calls that go straight, or through a proxy by one tunnel for each connection. */
export const openWayOut = (proxy: WebProxy | null): WayOut => {
  if (proxy === null) return { fetch: (url, sending) => fetch(url, sending), failureOf: () => null };
  const agent = new ProxyAgent({
    uri: proxy.url,
    proxyTunnel: true, // for http addresses too: a stand-in on this machine, or nothing would be tested
    ...(proxy.user === ''
      ? {}
      : { token: `Basic ${Buffer.from(`${proxy.user}:${proxy.password}`).toString('base64')}` }),
  });
  const { host } = new URL(proxy.url);
  return {
    // The library's own fetch: Node's built-in one comes with another version of it and does not take its agents.
    fetch: (url, sending) => fetchBy(url, { ...sending, dispatcher: agent }),
    failureOf: (error) => {
      const chain = chainOf(error);
      const told = chain.map(({ message }) => /Proxy response \((\d{3})\)/.exec(message)?.[1]).find(Boolean);
      if (told === '407') {
        return new PsaProxyRefused(`The proxy ${host} does not accept user and password (HTTP 407): check both`, {
          cause: error,
        });
      }
      if (told !== undefined) {
        const advice = told === '403' ? 'allow the PSA in its settings' : 'check that it reaches the internet';
        return new PsaUnavailable(`The proxy ${host} lets no connection through to the PSA (HTTP ${told}): ${advice}`, {
          cause: error,
        });
      }
      // A connection that was there and went away says nothing of the proxy, and something may have been sent by it.
      const code = chain
        .filter((each) => !('syscall' in each) || each.syscall === 'connect' || each.syscall === 'getaddrinfo')
        .map((each) => ('code' in each ? String(each.code) : ''))
        .find((each) => UNREACHED.has(each));
      if (code === undefined) return null;
      return new PsaUnavailable(`The proxy ${host} is not reachable (${code}): check its address`, { cause: error });
    },
  };
};
