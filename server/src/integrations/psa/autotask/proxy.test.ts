import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../../../testing/connect-proxy.ts';
import type { PsaConnector } from '../connector.ts';
import { PsaProxyRefused, PsaUnavailable } from '../errors.ts';
import { proxyAddress, type WebProxy } from '../proxy.ts';
import { connectAutotask } from './connection.ts';
import { autotaskSettings } from './settings.ts';
import { type AutotaskStandIn, startAutotaskStandIn } from './stand-in.testing.ts';

describe('calls to Autotask through a proxy that asks for user and password', () => {
  let psa: AutotaskStandIn;
  let proxy: ConnectProxy;
  beforeAll(async () => {
    psa = await startAutotaskStandIn();
  });
  beforeEach(async () => {
    psa.reset();
    proxy = await startConnectProxy({ credentials: 'out:süß pass' });
    return () => proxy.stop();
  });
  afterAll(() => psa.stop());

  const connect = (settings: Record<string, unknown>, byDefault: WebProxy | null = null): PsaConnector =>
    connectAutotask(autotaskSettings.parse({ ...psa.settings, ...settings }), {
      clock: () => new Date(),
      pauseScale: 0.001,
      proxy: byDefault,
    });
  const own = () => ({ proxyUrl: proxy.url, proxyUser: 'out', proxyPassword: 'süß pass' });
  const psaHost = () => new URL(psa.sandbox.origin).host;
  const ticket = () => ({
    key: `ksi1:${'a'.repeat(40)}`,
    accountId: psa.activeAccountId,
    title: 'WS-1: Active threats are detected',
    description: 'Device: WS-1',
    fields: psa.usualFields,
    dueAt: new Date('2026-03-05T12:00:00Z'),
  });

  it('goes through the tunnel for everything, the discovery of the zone too', async () => {
    expect((await connect(own()).test()).filter(({ ok }) => !ok)).toEqual([]);
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(proxy.asked.every(({ target, status }) => target === psaHost() && status === 200)).toBe(true);
    expect(proxy.passed()).toContain('zoneInformation');
    expect(proxy.passed()).toContain('ThresholdInformation');
  });

  it('opens a ticket through it, and the PSA is told nothing of the proxy’s password', async () => {
    await connect(own()).openTicket(ticket());
    expect(psa.openTickets()).toHaveLength(1);
    expect(proxy.passed()).not.toMatch(/proxy-authorization/i);
  });

  it('takes the proxy of the configuration where the integration names none, and none when told so', async () => {
    const byDefault = { url: proxy.url, user: 'out', password: 'süß pass' };
    await connect({}, byDefault).readAccounts(['175']);
    expect(proxy.asked).not.toEqual([]);
    proxy.asked.length = 0;
    await connect({ withoutProxy: true }, byDefault).readAccounts(['175']);
    expect(proxy.asked).toEqual([]);
  });

  it('says that it is the proxy that does not accept the password, and does not try on', async () => {
    const reading = connect({ ...own(), proxyPassword: 'wrong' }).readAccounts(['175']);
    await expect(reading).rejects.toBeInstanceOf(PsaProxyRefused);
    await expect(reading).rejects.toThrow(/407/);
    expect(proxy.asked).toHaveLength(1);
    expect(JSON.stringify(await reading.catch((error: Error) => error.message))).not.toContain('wrong');
  });

  it('shows the refusal of the proxy as a step of the test of a connection', async () => {
    const steps = await connect({ ...own(), proxyPassword: 'wrong' }).test();
    expect(steps).toMatchObject([{ step: 'Address', ok: false, message: expect.stringContaining('407') }]);
  });

  it.each([
    [403, 'allow the PSA'],
    [502, 'reaches the internet'],
  ])('takes HTTP %i of the proxy for an outage that may pass, and nothing was sent', async (status, advice) => {
    proxy.refuseWith(status);
    const opening = connect(own()).openTicket(ticket());
    await expect(opening).rejects.toBeInstanceOf(PsaUnavailable);
    await expect(opening).rejects.toThrow(advice);
    expect(psa.openTickets()).toEqual([]);
  });

  it('says that the proxy is not reachable, and not that the PSA is not', async () => {
    const gone = await startConnectProxy();
    await gone.stop();
    const reading = connect({ proxyUrl: gone.url }).readAccounts(['175']);
    await expect(reading).rejects.toThrow(`The proxy ${new URL(gone.url).host} is not reachable (ECONNREFUSED)`);
  });

  it.each([
    ['proxy.example.com:3128', 'http://proxy.example.com:3128'],
    [' https://proxy.example.com ', 'https://proxy.example.com'],
  ])('takes the address %s', (typed, url) => {
    expect(proxyAddress.parse(typed)).toBe(url);
  });

  it.each(['', 'ftp://proxy', 'http://user:word@proxy:3128', 'http://proxy/path', 'http://'])(
    'refuses the address "%s"',
    (typed) => {
      expect(proxyAddress.safeParse(typed).success).toBe(false);
    },
  );
});
