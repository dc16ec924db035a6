import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncAgent } from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CertificateMismatch, reasonOf, ServerUnreachable } from './errors.ts';
import { ServerProblem, serverClient } from './server-client.ts';
import { temporaryFolders } from './testing/folders.ts';
import { type ProxyStandIn, startProxyStandIn } from './testing/proxy-stand-in.ts';
import { type ServerStandIn, startServerStandIn } from './testing/server-stand-in.ts';

const folders = temporaryFolders();
const body = { agentVersion: '1', sentAt: '2026-01-02T03:04:05Z', facts: {} };
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('over TLS', () => {
  let server: ServerStandIn;
  let caPem: string;
  let fingerprint: string;
  beforeAll(async () => {
    const folder = await folders.make();
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...[
        '-keyout',
        keyFile,
        '-out',
        certFile,
        '-subj',
        '/CN=gatehouse-test',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      ],
    ]);
    caPem = await readFile(certFile, 'utf8');
    fingerprint = new X509Certificate(caPem).fingerprint256;
    server = await startServerStandIn({ tls: { key: await readFile(keyFile, 'utf8'), cert: caPem } });
  });
  afterAll(async () => {
    await server.stop();
    await folders.removeAll();
  });
  const call = async (more: { caPem?: string; certificateFingerprint?: string; proxyUrl?: string }) => {
    const client = serverClient({ serverUrl: server.url, ...more });
    try {
      return await client.call(syncAgent, { body, key: 'some-key' });
    } finally {
      client.close();
    }
  };

  test('an unknown certificate is refused, and nothing is sent', async () => {
    await expect(call({})).rejects.toBeInstanceOf(ServerUnreachable);
    expect(server.requests).toEqual([]);
  });

  test('another certificate than the pinned one is refused before the key is sent', async () => {
    await expect(call({ certificateFingerprint: '00'.repeat(32) })).rejects.toBeInstanceOf(CertificateMismatch);
    expect(server.requests).toEqual([]);
  });

  test('the pinned certificate and one of the given authority are accepted', async () => {
    await expect(call({ certificateFingerprint: fingerprint })).rejects.toMatchObject({ status: 401 });
    await expect(call({ certificateFingerprint: fingerprint.replaceAll(':', '').toLowerCase() })).rejects.toMatchObject(
      { status: 401 },
    );
    await expect(call({ caPem })).rejects.toBeInstanceOf(ServerProblem);
    expect(server.requests).toHaveLength(3);
  });

  describe('through a proxy', () => {
    let proxy: ProxyStandIn;
    beforeEach(async () => {
      proxy = await startProxyStandIn({ name: 'dev ice', password: 'pä:ss' });
    });
    afterEach(() => proxy.stop());
    const ways = () => `http://dev%20ice:p%C3%A4%3Ass@127.0.0.1:${proxy.port}`;

    test('the server is reached over TLS that the proxy cannot read, and its certificate is looked at as ever', async () => {
      const before = server.requests.length;
      await expect(call({ proxyUrl: ways(), certificateFingerprint: fingerprint })).rejects.toMatchObject({
        status: 401,
      });
      await expect(call({ proxyUrl: ways(), caPem })).rejects.toMatchObject({ status: 401 });
      await expect(call({ proxyUrl: ways(), certificateFingerprint: '00'.repeat(32) })).rejects.toBeInstanceOf(
        CertificateMismatch,
      );
      await expect(call({ proxyUrl: ways() })).rejects.toBeInstanceOf(ServerUnreachable);
      expect(server.requests.length).toBe(before + 2);
      expect(proxy.asked).toEqual(Array(4).fill(`CONNECT ${new URL(server.url).host}`));
      expect(proxy.seen()).not.toContain('some-key');
    });

    test('without its credentials, or with a proxy that is away, the reason is told without the password', async () => {
      const wrong = await call({ proxyUrl: `http://x:secret@127.0.0.1:${proxy.port}`, caPem }).catch(reasonOf);
      expect(wrong).toMatch(/other credentials \(407\)/);
      expect(wrong).not.toContain('secret');
      await proxy.stop();
      const away = await call({ proxyUrl: ways(), caPem }).catch(reasonOf);
      expect(away).toMatch(/leads nowhere: .*ECONNREFUSED/);
      expect(away).not.toContain('p%C3%A4');
    });

    test('a call without TLS is handed to it whole', async () => {
      const plain = await startServerStandIn();
      const client = serverClient({ serverUrl: plain.url, proxyUrl: ways() });
      await expect(client.call(syncAgent, { body, key: 'some-key' })).rejects.toMatchObject({ status: 401 });
      expect(proxy.asked).toEqual([`POST ${plain.url}/agent/v1/sync`]);
      client.close();
      await plain.stop();
    });
  });
});

test('a server that does not answer is given up in time', async () => {
  const server = await startServerStandIn();
  const client = serverClient({ serverUrl: server.url });
  await client.call(syncAgent, { body, timeoutMs: 1, signal: new AbortController().signal }).then(
    () => expect.unreachable(),
    (cause: unknown) => expect(cause).toBeInstanceOf(ServerUnreachable),
  );
  client.close();
  await server.stop();
});

test('a path behind the address is kept, for a server behind a proxy', async () => {
  const server = await startServerStandIn();
  const client = serverClient({ serverUrl: `${server.url}/gate/` });
  await expect(client.call(syncAgent, { body })).rejects.toMatchObject({ status: 404 });
  expect(server.requests).toEqual(['POST /gate/agent/v1/sync']);
  client.close();
  await server.stop();
});
