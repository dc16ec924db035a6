import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncAgent } from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertificateMismatch, ServerUnreachable } from './errors.ts';
import { ServerProblem, serverClient } from './server-client.ts';
import { temporaryFolders } from './testing/folders.ts';
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
  const call = async (more: { caPem?: string; certificateFingerprint?: string }) => {
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
