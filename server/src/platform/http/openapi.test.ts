import type { Endpoint } from '@gatehouse/contract';
import * as contract from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHttp, type TestHttp } from '../../testing/http.ts';
import { route, serveDocs } from './index.ts';

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'reply' in value;
const endpoints: Endpoint[] = (Object.values(contract) as unknown[]).filter(isEndpoint);

describe('the API description', () => {
  let server: TestHttp;
  // biome-ignore lint/suspicious/noExplicitAny: a foreign document is read
  let document: any;
  beforeAll(async () => {
    server = await startTestHttp((http) => {
      for (const endpoint of endpoints) route(http, endpoint, () => ({}) as never);
      serveDocs(http, { version: '1.2.3' });
    });
    document = (await server.call('GET', '/api/openapi.json')).body;
  });
  afterAll(() => server.stop());

  it('holds every endpoint, with its parameters, its body and a way in', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const { method, path, needs, body } of endpoints) {
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation, path).toBeDefined();
      const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
      expect(inPath.map(({ name }: { name: string }) => name)).toEqual(named);
      expect(operation.requestBody !== undefined).toBe(body !== undefined);
      expect(operation.security.length > 0).toBe(typeof needs === 'string');
    }
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      (path) => Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids).toHaveLength(endpoints.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('points only at what it holds', () => {
    const targets = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
    expect(targets.length).toBeGreaterThan(endpoints.length);
    for (const target of new Set(targets)) {
      expect(target).toMatch(/^#\/components\/schemas\//);
      expect(document.components.schemas[target.split('/').at(-1) ?? ''], target).toBeDefined();
    }
  });

  it('tells what a query parameter may be', () => {
    const parameters = document.paths['/api/devices'].get.parameters;
    const named = (name: string) => parameters.find((parameter: { name: string }) => parameter.name === name);
    expect(named('limit')).toMatchObject({ required: false, schema: { type: 'integer', maximum: 200 } });
    expect(named('status').schema).toMatchObject({ type: 'array', items: { enum: ['ok', 'warning', 'critical'] } });
    expect(named('visible').schema).toMatchObject({ enum: ['true', 'false'] });
  });

  it('is a page for people too, without anything that its own policy forbids', async () => {
    const { status, body, headers } = await server.call('GET', '/api/docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.match(/<details /g)).toHaveLength(endpoints.length);
    expect(body).not.toMatch(/<script>|<style|style=|onclick|https?:\/\//);
    for (const path of ['/api/docs/docs.css', '/api/docs/docs.js'])
      expect((await server.call('GET', path)).status).toBe(200);
  });
});
