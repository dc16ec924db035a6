import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../../../testing/connect-proxy.ts';
import type { SourceAccess } from '../access.ts';
import { type FakeServer, startFakeServer } from './fake-server.testing.ts';
import { tryOut } from './try-out.ts';

describe('trying an Administration Server before it is saved', () => {
  let server: FakeServer;
  let proxy: ConnectProxy;
  beforeAll(async () => {
    server = await startFakeServer();
    proxy = await startConnectProxy({ credentials: 'way:out' });
  });
  beforeEach(() => {
    server.removeTenants();
    server.addTenant('Alder Joinery');
    server.mainServer.devices = [];
    server.calls.length = 0;
    server.switches.forbids = [];
    proxy.asked.length = 0;
    proxy.refuseWith(null);
  });
  afterAll(async () => {
    await server.close();
    await proxy.stop();
  });

  const trying = (more: Partial<SourceAccess> = {}) => tryOut({ ...server.access, ...more }, { timeoutMs: 2_000 });
  /** What somebody reads who tries this. */
  const failureOf = async (more: Partial<SourceAccess>) => {
    const { ok, steps, failure } = await trying(more);
    expect(ok).toBe(false);
    expect(steps.filter((step) => !step.ok)).toHaveLength(1);
    expect(steps.at(-1)).toMatchObject({ ok: false, code: failure?.code, message: failure?.message });
    return steps.at(-1);
  };
  const listening = async (listener: Server): Promise<{ url: string; close(): void }> => {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return {
      url: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
      close: () => listener.close(),
    };
  };

  it('goes through all steps, shows the certificate and names the virtual servers', async () => {
    server.addTenant('Birchwood Dental');
    const { ok, steps, certificate, tenants } = await trying();
    expect(steps.map((step) => [step.step, step.ok, step.code])).toEqual([
      ['address', true, null],
      ['certificate', true, null],
      ['login', true, null],
      ['rights', true, null],
      ['virtual-servers', true, null],
    ]);
    expect(ok).toBe(true);
    expect(certificate).toMatchObject({ fingerprint: server.access.certificateFingerprint, subject: 'CN=localhost' });
    expect(tenants.map(({ name }) => name)).toEqual(['Alder Joinery', 'Birchwood Dental']);
    expect(server.openResultSets()).toBe(0);
  });

  it('says that a name is not known', async () => {
    expect(await failureOf({ url: 'https://no-such-server.invalid:13299' })).toMatchObject({
      step: 'address',
      code: 'source.name-not-found',
      message: expect.stringContaining('no-such-server.invalid'),
    });
  });

  it('says that nothing listens at the port', async () => {
    const gone = await listening(createServer());
    gone.close();
    expect(await failureOf({ url: gone.url })).toMatchObject({ step: 'address', code: 'source.connection-refused' });
  });

  it('says that a server that takes the connection and says nothing is too late', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}));
    const { url } = await listening(silent);
    const result = await tryOut({ ...server.access, url }, { timeoutMs: 150 });
    expect(result.steps).toMatchObject([{ step: 'address', ok: false, code: 'source.timed-out' }]);
    silent.close();
  });

  it('says that something else than TLS answers', async () => {
    const plain = createHttpServer((_, response) => response.end('hello'));
    const { url, close } = await listening(plain);
    expect(await failureOf({ url })).toMatchObject({ step: 'address', code: 'source.not-open-api' });
    close();
  });

  it('trusts no certificate that nobody vouches for, and tells its fingerprint', async () => {
    expect(await failureOf({ certificateFingerprint: null })).toMatchObject({
      step: 'certificate',
      code: 'source.certificate-not-trusted',
      message: expect.stringContaining(server.access.certificateFingerprint),
    });
    expect(server.calls).toEqual([]);
  });

  it('trusts no other certificate than the pinned one, and sends it nothing', async () => {
    expect(await failureOf({ certificateFingerprint: 'AB'.repeat(32) })).toMatchObject({
      step: 'certificate',
      code: 'source.certificate-mismatch',
      message: expect.stringContaining(server.access.certificateFingerprint),
    });
    expect(server.calls).toEqual([]);
  });

  it('says that user or password is wrong', async () => {
    expect(await failureOf({ password: 'wrong' })).toMatchObject({ step: 'login', code: 'source.login-refused' });
  });

  it('names every right that is missing', async () => {
    server.switches.forbids = ['VServers.GetVServers', 'EventProcessingFactory.CreateEventProcessing2'];
    expect(await failureOf({})).toMatchObject({
      step: 'rights',
      code: 'source.right-missing',
      message: expect.stringContaining('Missing: reading virtual servers, reading events'),
    });
  });

  it('says that there is nothing to see, and is content with devices of the server itself', async () => {
    server.removeTenants();
    expect(await failureOf({})).toMatchObject({ step: 'virtual-servers', code: 'source.no-virtual-servers' });
    server.mainServer.devices = [{ id: 'm1', name: 'Own', statusId: 0, mask: 0, visible: true }];
    expect((await trying()).tenants).toEqual([{ tenantId: '0', name: 'Main server', uid: null }]);
  });

  describe('through a proxy', () => {
    it('reaches the server, and the proxy sees nothing of the password', async () => {
      const { ok } = await trying({ proxy: { url: proxy.url, user: 'way', password: 'out' } });
      expect(ok).toBe(true);
      expect(proxy.asked.every(({ target }) => `https://${target}` === server.access.url)).toBe(true);
      expect(proxy.passed()).not.toContain('KSCBasic');
    });

    it('says that it is the proxy that does not accept user and password', async () => {
      expect(await failureOf({ proxy: { url: proxy.url, user: 'way', password: 'wrong' } })).toMatchObject({
        step: 'address',
        code: 'source.proxy-refused',
        message: expect.stringContaining("Check the proxy's user and password"),
      });
    });

    it('says that the proxy does not allow this server', async () => {
      proxy.refuseWith(403);
      expect(await failureOf({ proxy: { url: proxy.url, user: 'way', password: 'out' } })).toMatchObject({
        code: 'source.proxy-refused',
        message: expect.stringContaining('Allow this server'),
      });
    });

    it('says that the proxy is not there', async () => {
      const gone = await startConnectProxy();
      await gone.stop();
      expect(await failureOf({ proxy: { url: gone.url, user: '', password: '' } })).toMatchObject({
        step: 'address',
        code: 'source.proxy-unreachable',
        message: expect.stringContaining(new URL(gone.url).host),
      });
    });
  });
});
