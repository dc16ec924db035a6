import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('tasks with scripts, where the server allows them', (place) => {
  let msp: TestAdministration;
  let tenantId: string;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, remoteScripts: true });
    tenantId = (await msp.addTenant('acme')).id;
  });
  afterAll(() => msp.stop());

  const settingsFor = (deviceId: string, body: string) => ({
    name: 'Collect',
    work: { type: 'run-script', interpreter: 'bash', body, timeLimitMinutes: 2, outputLimitKilobytes: 4 },
    target: { kind: 'device', deviceId },
  });

  it('bring the script with its hash to the device, and what it wrote back to those who may run scripts', async () => {
    const device = await msp.enrol('laptop', { tenantId });
    const body = 'echo hällo\n';
    const added = await msp.call('POST', '/api/tasks', {
      body: { tenantId, settings: settingsFor(device.id, body), start: true },
    });
    expect(added.status).toBe(200);
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(added.body.task.scriptSha256).toBe(sha256);
    await msp.settle();
    const [command] = (await device.agent('GET', '/agent/v1/commands?waitSeconds=0')).body.commands;
    expect(command).toMatchObject({
      kind: 'run-script',
      script: { interpreter: 'bash', body, sha256, timeLimitSeconds: 120, outputLimitBytes: 4096 },
    });
    const output = { commandId: command.id, output: 'hällo\0\n', isCut: true };
    for (let time = 1; time <= 2; time += 1) {
      expect((await device.agent('POST', '/agent/v1/commands/output', output)).status).toBe(200);
    }
    const other = await msp.enrol('other', { tenantId });
    expect((await other.agent('POST', '/agent/v1/commands/output', output)).status).toBe(404);
    const address = `/api/commands/${command.id}/output`;
    // What no store can hold was taken out.
    expect((await msp.call('GET', address)).body.output).toMatchObject({ text: 'hällo\u{fffd}\n', isCut: true });
    expect((await msp.call('GET', address, { bearer: 'person:tess:technician' })).status).toBe(403);
    expect((await msp.call('GET', address, { bearer: 'tenant:0a000000-0000-4000-8000-000000000001' })).status).toBe(
      404,
    );
  });

  it('are saved and started by nobody without the right for scripts, and are seen by all', async () => {
    const device = await msp.enrol('server', { tenantId });
    const bearer = 'person:tess:technician';
    const settings = settingsFor(device.id, 'id');
    const refused = await msp.call('POST', '/api/tasks', { bearer, body: { tenantId, settings } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'right.missing' } });
    const { id } = (await msp.call('POST', '/api/tasks', { body: { tenantId, settings } })).body.task;
    expect((await msp.call('POST', `/api/tasks/${id}/start`, { bearer, body: {} })).status).toBe(403);
    // Not even by making something harmless of it first: the old script would be back in its history.
    const harmless = { ...settings, work: { type: 'update-databases' } };
    expect((await msp.call('PUT', `/api/tasks/${id}`, { bearer, body: harmless })).status).toBe(403);
    expect((await msp.call('GET', `/api/tasks/${id}`, { bearer })).body.settings.work.body).toBe('id');
    const { types } = (await msp.call('GET', '/api/task-options', { bearer })).body;
    expect(types.find(({ type }: { type: string }) => type === 'run-script').unavailable).toContain('no right');
  });

  it('come back from no revision: rolling back needs no right for scripts', async () => {
    const device = await msp.enrol('desk', { tenantId });
    const settings = settingsFor(device.id, 'rm -rf /srv/cache');
    const { id } = (await msp.call('POST', '/api/tasks', { body: { tenantId, settings } })).body.task;
    await msp.call('PUT', `/api/tasks/${id}`, { body: { ...settings, work: { type: 'update-databases' } } });
    const revisions = (await msp.call('GET', `/api/revisions?kind=task&objectId=${id}`)).body.items;
    const back = await msp.call('POST', `/api/revisions/${revisions[1].id}/roll-back`, {
      bearer: 'person:tess:technician',
      body: { lastNumber: 2 },
    });
    expect(back).toMatchObject({ status: 409, body: { code: 'task.script-not-restored' } });
  });
});
