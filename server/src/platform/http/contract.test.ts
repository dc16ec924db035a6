import type { Endpoint } from '@gatehouse/contract';
import * as contract from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anActor, startTestHttp, type TestHttp } from '../../testing/http.ts';
import { route } from './index.ts';

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'reply' in value;
const endpoints: Endpoint[] = (Object.values(contract) as unknown[]).filter(isEndpoint);

describe('every endpoint of the contract', () => {
  it('is there to be looked at', () => expect(endpoints.length).toBeGreaterThan(40));

  it.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    '%s says who may call it and what is recorded',
    (_name, { needs, audit, method }) => {
      if (typeof needs === 'string') {
        const known: readonly string[] = [...contract.permissions, 'signed-in', 'agent'];
        expect(known).toContain(needs);
      } else expect(needs.public.length).toBeGreaterThan(5);
      if (typeof audit === 'string') expect(audit).toMatch(/^[a-z-]+\.[a-z-]+$/);
      else expect(audit.notAudited.length).toBeGreaterThan(5);
      // What changes something and leaves no line must have a better reason than that it only reads.
      if (method !== 'GET' && typeof audit !== 'string') expect(audit.notAudited).not.toMatch(/reads only/);
    },
  );

  it('has a place of its own', () => {
    const places = endpoints.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(new Set(places).size).toBe(places.length);
  });
});

describe('no endpoint of the contract', () => {
  let server: TestHttp;
  let handled = 0;
  beforeAll(async () => {
    server = await startTestHttp(
      (http) => {
        const handler = () => {
          handled += 1;
          return {} as never;
        };
        for (const endpoint of endpoints) route(http, endpoint, handler);
      },
      {
        authenticators: [
          {
            name: 'test keys',
            authenticate: async ({ bearer }) => {
              if (bearer === 'rightless') return anActor({ name: 'rightless' });
              return bearer === 'agent' ? anActor({ kind: 'agent', permissions: [...contract.permissions] }) : null;
            },
          },
        ],
      },
    );
  });
  afterAll(() => server.stop());

  const known = endpoints.filter(({ needs }) => typeof needs === 'string');
  const call = ({ method, path }: Endpoint, bearer?: string) => {
    server.audited.length = 0;
    handled = 0;
    return server.call(method, path.replace(/:\w+/g, 'x'), { bearer });
  };

  it('lets strangers in but where it says so, and each audited try leaves its line', async () => {
    for (const endpoint of known) {
      const { status } = await call(endpoint);
      expect([endpoint.path, status, handled]).toEqual([endpoint.path, 401, 0]);
      expect(server.audited.map(({ action }) => action)).toEqual(
        typeof endpoint.audit === 'string' ? [endpoint.audit] : [],
      );
    }
  });

  it('is open to people without its right, or to agents instead of people', async () => {
    for (const endpoint of known) {
      const bearer = endpoint.needs === 'agent' || endpoint.needs !== 'signed-in' ? 'rightless' : 'agent';
      const { status, body } = await call(endpoint, bearer);
      expect([endpoint.path, status, body.code, handled]).toEqual([endpoint.path, 403, 'right.missing', 0]);
      if (endpoint.needs !== 'agent') expect((await call(endpoint, 'agent')).status).toBe(403);
    }
  });
});
