/** The protocol as a stranger's program sees it: raw JSON over one connection, and what may stand in a reply. */
import { Agent, request } from 'node:https';
import { buildAuthorization, buildVirtualServer } from '@gatehouse/protocols/ksc-open-api';
import { PASSWORD } from '../../../testing/administration.ts';

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Args = Record<string, unknown>;
export interface Reply {
  status: number;
  body: string;
  json: { [member: string]: Json };
}

/** A connection of its own that is logged in, as most programs work. */
export const connect = async ({
  url,
  cert,
  user = 'admin',
  virtualServer = '',
}: {
  url: string;
  cert: string;
  user?: string | undefined;
  virtualServer?: string | undefined;
}) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: cert, servername: 'localhost' });
  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const sent = request(
        `${url}${path}`,
        { agent, method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(pieces).toString('utf8');
            const isJson = response.headers['content-type'] === 'application/json';
            resolve({ status: response.statusCode ?? 0, body: text, json: isJson ? JSON.parse(text) : {} });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const login = await post('/api/v1.0/login', '', {
    Authorization: buildAuthorization({ scheme: 'KSCBasic', user, password: PASSWORD, internal: true, domain: '' }),
    ...(virtualServer && { 'X-KSC-VServer': buildVirtualServer(virtualServer) }),
  });
  if (login.status !== 200 || login.body !== '{}') throw new Error(`login: ${login.status} ${login.body}`);
  return {
    /** What the server answers to the call, as it stands in the reply. */
    ask: (method: string, args: Args = {}): Promise<Reply> => post(`/api/v1.0/${method}`, JSON.stringify(args)),
    /** The reply of a call that must succeed. */
    get: async (method: string, args: Args = {}): Promise<{ [member: string]: Json }> => {
      const { status, json, body } = await post(`/api/v1.0/${method}`, JSON.stringify(args));
      if (status !== 200 || json.PxgError) throw new Error(`${method}: ${status} ${body}`);
      return json;
    },
    close: () => agent.destroy(),
  };
};
export type Connection = Awaited<ReturnType<typeof connect>>;

const MEMBERS = ['code', 'subcode', 'module', 'file', 'line', 'message'];

/** The code of a reply's error; null: it has none. Throws when the error is not as strangers' programs need it. */
export const errorCodeOf = ({ status, json, body }: Reply): number | null => {
  if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
  const error = json.PxgError;
  if (error === undefined) return null;
  if (typeof error !== 'object' || error === null || Array.isArray(error)) throw new Error(`no PxgError: ${body}`);
  for (const member of MEMBERS) if (error[member] === undefined) throw new Error(`PxgError lacks ${member}: ${body}`);
  if (Object.keys(json).length > 1) throw new Error(`a result beside PxgError: ${body}`);
  const { code, subcode, line, module, file, message } = error;
  const areNumbers = [code, subcode, line].every(Number.isInteger);
  const areTexts = [module, file, message].every((text) => typeof text === 'string' && text !== '');
  if (!areNumbers || !areTexts) throw new Error(`PxgError of wrong types: ${body}`);
  if (/\bat .*:\d+:\d+|node_modules|select |internal error/i.test(String(message))) throw new Error(`leaks: ${body}`);
  return Number(code);
};

const inner: Record<string, (value: Json) => boolean> = {
  long: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === 'number',
  double: (value) => typeof value === 'number',
  datetime: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$/.test(value),
  date: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\d)?$/.test(value),
  binary: (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
};

/** What stands inside a container or an array though the protocol has no such form there. */
const faultsInside = (value: Json, path: string, isElement: boolean): string[] => {
  if (value === null) return isElement ? [] : [`${path}: null`];
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? [] : [`${path}: ${value} is bare`];
  }
  if (typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((element, at) => faultsInside(element, `${path}[${at}]`, true));
  const members = Object.keys(value).sort().join();
  if (members !== 'type,value' || typeof value.type !== 'string') return [`${path}: a container is bare`];
  if (value.type === 'params') return faultsOfContainer(value.value ?? null, path);
  const check = Object.hasOwn(inner, value.type) ? inner[value.type] : undefined;
  return check?.(value.value ?? null) ? [] : [`${path}: ${JSON.stringify(value)}`];
};

const faultsOfContainer = (value: Json, path: string): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, member]) => faultsInside(member, `${path}.${name}`, false))
    : [`${path}: no container`];

/** What in a reply is not as the protocol has it: bare at the top, wrapped inside. */
export const wireFaults = (json: { [member: string]: Json }): string[] =>
  Object.entries(json).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    return Array.isArray(value) ? faultsInside(value, name, true) : faultsOfContainer(value, name);
  });
