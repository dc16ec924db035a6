import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { startMsp } from './msp.testing.ts';

describeOnBothEngines('tracing', (engine) => {
  let msp: Awaited<ReturnType<typeof startMsp>>;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
    await msp.reset();
  }, 60_000);
  afterAll(() => msp?.stop());

  it('is off, writes what is said both ways once it is on, and holds no secret', async () => {
    await msp.poll();
    expect(await msp.must('GET', '/api/tracing')).toMatchObject({ on: false, files: [] });

    expect(await msp.must('PUT', '/api/tracing', { on: true })).toMatchObject({ on: true, by: 'ann' });
    await msp.poll();
    await msp.must('POST', `/api/integrations/${msp.integrationId}/test`);
    const { files } = await msp.must('GET', '/api/tracing');
    expect(files).toMatchObject([{ name: 'integration-service.log' }]);

    const file = await msp.call('GET', '/api/tracing/files/integration-service.log');
    expect(file.status).toBe(200);
    const text = typeof file.body === 'string' ? file.body : JSON.stringify(file.body);
    expect(text).toContain('"method":"HostGroup.FindHosts"');
    expect(text).toMatch(/"to":"Autotask","method":"(GET|POST)","url":"[^"]+","(body|status)"/);
    expect(text).toContain('"status":200');
    expect(text).not.toContain(msp.server.access.password);
    expect(msp.audited().map(({ action }) => action)).toEqual(
      expect.arrayContaining(['tracing.switched', 'tracing.file-downloaded']),
    );

    await msp.must('PUT', '/api/tracing', { on: false });
    await msp.must('DELETE', '/api/tracing/files');
    await msp.poll();
    expect(await msp.must('GET', '/api/tracing')).toMatchObject({ on: false, by: null, files: [] });
  });

  it('is kept from users who may not see all clients, and gives no file but its own', async () => {
    for (const [method, path, body] of [
      ['GET', '/api/tracing', undefined],
      ['PUT', '/api/tracing', { on: true }],
      ['GET', '/api/tracing/files/integration-service.log', undefined],
      ['DELETE', '/api/tracing/files', undefined],
    ] as const) {
      expect(await msp.call(method, path, body, 'limited')).toMatchObject({
        status: 403,
        body: { code: 'tenant.limited' },
      });
    }
    expect((await msp.call('GET', '/api/tracing/files/on.json')).status).toBe(404);
  });
});
