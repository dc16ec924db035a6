import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { credentialHeaders, startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const HOUR_MS = 3_600_000;
const used = async () => (await box.call('GET', '/ThresholdInformation')).json.currentTimeframeRequestCount;

describe('the hourly limit', () => {
  test('every authenticated call counts, this one included; discovery and refused logins do not', async () => {
    await box.call('GET', '/Companies/175');
    await box.call('GET', '/zoneInformation?user=x');
    await box.call('GET', '/Companies/175', { headers: { Secret: 'wrong' } });
    expect((await box.call('GET', '/ThresholdInformation')).json).toEqual({
      externalRequestThreshold: 10_000,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: 2,
    });
  });

  test('at the threshold calls get 429, until the hour has rolled on', async () => {
    box.controls.changeLimits({ threshold: 4, latencyScale: 0 });
    for (let call = 0; call < 4; call += 1) expect((await box.call('GET', '/Companies/175')).status).toBe(200);
    const rejected = await box.call('GET', '/Companies/175');
    expect(rejected.status).toBe(429);
    expect(rejected.json.errors[0]).toContain('threshold');
    box.controls.advanceClock(HOUR_MS - 1);
    expect((await box.call('GET', '/Companies/175')).status).toBe(429);
    box.controls.advanceClock(1);
    expect(await used()).toBe(1);
  });

  test.each([
    [0, 0],
    [49, 500],
    [74, 1000],
  ])('with %i of 100 calls made, the next takes about %i ms (scaled)', async (before, usualMs) => {
    const scale = 0.5;
    box.controls.changeLimits({ threshold: 100, used: before, latencyScale: scale });
    const started = performance.now();
    await box.call('GET', '/Companies/175');
    const tookMs = performance.now() - started;
    expect(tookMs).toBeGreaterThanOrEqual(usualMs * scale - 5);
    expect(tookMs).toBeLessThan(usualMs * scale + 240);
  });
});

describe('the thread limit', () => {
  /** Starts calls that stay open for a while, and tells how they ended. */
  const together = async (paths: string[], headers: Record<string, string> = {}) => {
    box.controls.addFault({ path: '*', count: 100, mode: 'delay', delayMs: 500 });
    const replies = await Promise.all(paths.map((path) => box.call('GET', path, { headers })));
    box.controls.clearFaults();
    return replies;
  };

  test('a fourth simultaneous call of one entity is refused, whatever its address', async () => {
    const replies = await together([
      '/Tickets/1',
      '/tickets/2',
      '/Tickets/entityInformation',
      '/Tickets/entityInformation/fields',
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.errors[0]).toContain('thread threshold of 3 threads has been exceeded');
    expect((await box.call('GET', '/Tickets/1')).status).toBe(200);
  });

  test('entities have threads of their own', async () => {
    const replies = await together([
      '/Tickets/1',
      '/Tickets/1',
      '/Tickets/1',
      '/Companies/175',
      '/ThresholdInformation',
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('a dropped call gives its thread back', async () => {
    box.controls.addFault({ path: '/Tickets/*', count: 3, mode: 'drop-before-store', delayMs: 50 });
    const calls = [1, 2, 3].map((id) => fetch(`${box.sandbox.baseUrl}/Tickets/${id}`, { headers: credentialHeaders }));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await box.call('GET', '/Tickets/1')).status).toBe(200);
  });
});
