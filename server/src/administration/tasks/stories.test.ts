import type { AgentCommand, Task, TaskRun, TaskSettings } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

const HOUR_MS = 3_600_000;

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

type Device = Awaited<ReturnType<TestAdministration['enrol']>>;
type Given = Omit<Partial<TaskSettings>, 'work' | 'target'> & Pick<TaskSettings, 'work' | 'target'>;

const quickScan: TaskSettings['work'] = { type: 'scan', mode: 'quick', folders: [] };
const update: TaskSettings['work'] = { type: 'update-databases' };

/** What a device says of a command. */
const stateEvent = (
  command: Pick<AgentCommand, 'id' | 'displayName'>,
  [oldState, newState]: [number, number],
  more: { percent?: number; text?: string; severity?: 1 | 2 | 3 } = {},
) => ({
  type: 'KLPRCI_TaskState',
  severity: more.severity ?? 1,
  description: more.text ?? '',
  task: { id: command.id, displayName: command.displayName, oldState, newState, completedPercent: more.percent ?? 0 },
});

describeOnBothEngines('tasks', (place) => {
  let msp: TestAdministration;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, timeZone: 'Europe/Berlin' });
  });
  afterAll(() => msp.stop());

  const addTask = async (tenantId: string, name: string, given: Given): Promise<Task> => {
    const reply = await msp.call('POST', '/api/tasks', { body: { tenantId, settings: { name, ...given } } });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    return reply.body.task;
  };
  const startTask = async (task: Task, deviceIds?: string[]): Promise<string> => {
    const reply = await msp.call('POST', `/api/tasks/${task.id}/start`, { body: { deviceIds } });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    await msp.settle();
    return reply.body.runId;
  };
  const runOf = async (runId: string): Promise<TaskRun> => (await msp.call('GET', `/api/task-runs/${runId}`)).body;
  const runsOf = async (task: Task): Promise<TaskRun[]> =>
    (await msp.call('GET', `/api/tasks/${task.id}/runs`)).body.items;
  const poll = async (device: Device): Promise<AgentCommand[]> =>
    (await device.agent('GET', '/agent/v1/commands?waitSeconds=0')).body.commands;
  const take = async (device: Device): Promise<AgentCommand[]> => {
    const commands = await poll(device);
    const ids = commands.map(({ id }) => id);
    if (ids.length > 0) await device.agent('POST', '/agent/v1/commands/taken', { ids });
    return commands;
  };
  /** A client with a group and devices in it. */
  const customer = async (name: string, devices: number) => {
    const tenant = await msp.addTenant(name);
    const groups = (await msp.call('GET', `/api/tenants/${tenant.id}/groups`)).body.items as { id: number }[];
    const groupId = groups[0]?.id ?? 0;
    const enrolled: Device[] = [];
    for (let index = 1; index <= devices; index += 1) {
      enrolled.push(await msp.enrol(`${name}-${index}`, { tenantId: tenant.id }));
    }
    return { tenant, groupId, devices: enrolled };
  };

  it('run on every device of a group, which is followed to its end with figures', async () => {
    const { tenant, groupId, devices } = await customer('acme', 3);
    const [one, two, three] = devices as [Device, Device, Device];
    const task = await addTask(tenant.id, 'Scan all', {
      work: quickScan,
      target: { kind: 'group', groupId, withSubgroups: true },
    });
    expect(task).toMatchObject({ targetText: 'Managed devices', nextRunAt: null, lastRun: null });
    const runId = await startTask(task);
    expect(await runOf(runId)).toMatchObject({ state: 'running', devices: 3, percent: 0, counts: { pending: 3 } });

    const [command] = await take(one);
    expect(command).toMatchObject({ kind: 'scan', displayName: 'Scan all', scan: { mode: 'quick' } });
    expect(await poll(one)).toEqual([]);
    const [second] = await take(two);
    if (!command || !second) throw new Error('nothing to take');
    await one.sends(stateEvent(command, [0, 1]), stateEvent(command, [1, 1], { percent: 40 }));
    await two.sends(
      stateEvent(second, [0, 1]),
      stateEvent(second, [1, 4], { percent: 100, severity: 2, text: 'Scanned 3 files, 1 unreadable' }),
    );
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({
      percent: 46,
      counts: { pending: 1, running: 1, warning: 1, completed: 0 },
    });

    const [third] = await take(three);
    if (!third) throw new Error('nothing to take');
    await one.sends(stateEvent(command, [1, 4], { percent: 100, text: 'Scanned 7 files: 0 infected' }));
    await three.sends(stateEvent(third, [0, 1]), stateEvent(third, [1, 3], { severity: 3, text: 'No scanner' }));
    await msp.settle();
    const over = await runOf(runId);
    expect(over).toMatchObject({ state: 'finished', percent: 100, counts: { completed: 1, warning: 1, failed: 1 } });
    expect(over.finishedAt).not.toBeNull();

    const shown = (await msp.call('GET', `/api/task-runs/${runId}/devices?state=failed`)).body.items;
    expect(shown).toMatchObject([{ deviceName: 'acme-3', state: 'failed', result: 'No scanner' }]);
    const steps = (await msp.call('GET', `/api/commands/${command.id}/steps`)).body.steps;
    expect(steps.map(({ state }: { state: string }) => state)).toEqual(['running', 'completed']);
    expect((await one.shown()).commands[0]).toMatchObject({ displayName: 'Scan all', state: 'completed', runId });
  });

  it('try again where they failed, on those devices alone and only once at a time', async () => {
    const { tenant, groupId, devices } = await customer('again', 2);
    const [good, bad] = devices as [Device, Device];
    const task = await addTask(tenant.id, 'Update', {
      work: update,
      target: { kind: 'group', groupId, withSubgroups: true },
    });
    const runId = await startTask(task);
    for (const [device, newState] of [
      [good, 4],
      [bad, 3],
    ] as const) {
      const [command] = await take(device);
      if (command) await device.sends(stateEvent(command, [0, 1]), stateEvent(command, [1, newState]));
    }
    await msp.settle();
    const retried = await msp.call('POST', `/api/task-runs/${runId}/retry`);
    expect(retried.status).toBe(200);
    await msp.settle();
    expect(await runOf(retried.body.runId)).toMatchObject({ cause: 'retry', devices: 1 });
    expect((await msp.call('POST', `/api/task-runs/${runId}/retry`)).body.code).toBe('task-run.being-retried');
    expect(await poll(good)).toEqual([]);
    expect(await take(bad)).toHaveLength(1);
  });

  it('start at their time, once however often the clock is looked at, also when the server was off in between', async () => {
    const { tenant, devices } = await customer('timed', 1);
    const [device] = devices as [Device];
    const from = new Date(msp.clock().getTime() + HOUR_MS).toISOString();
    const target: TaskSettings['target'] = { kind: 'devices', deviceIds: [device.id] };
    const schedule = { kind: 'interval', every: 1, unit: 'hours', from } as const;
    const task = await addTask(tenant.id, 'Hourly', { work: update, target, schedule, runMissed: true });
    const lazy = await addTask(tenant.id, 'Only in time', { work: update, target, schedule });
    expect(task.nextRunAt).toBe(from);
    await msp.settle();
    expect(await runsOf(task)).toEqual([]);

    msp.advance(HOUR_MS + 1000);
    await msp.settle();
    await Promise.all([msp.settle(), msp.settle()]);
    expect(await runsOf(task)).toMatchObject([{ cause: 'schedule', devices: 1 }]);
    // Five hours without a server: made up for once, or not at all.
    msp.advance(5 * HOUR_MS + 20 * 60_000);
    await msp.settle();
    expect(await runsOf(task)).toHaveLength(2);
    expect(await runsOf(lazy)).toHaveLength(1);
    const next = (await msp.call('GET', `/api/tasks/${task.id}`)).body.nextRunAt;
    expect(Date.parse(next)).toBeGreaterThan(msp.clock().getTime());
    expect(Date.parse(next) - Date.parse(from)).toBe(6 * HOUR_MS);
    // The device was away all the time: it has one command of each to carry out, not one for each hour.
    expect((await poll(device)).map(({ displayName }) => displayName).sort()).toEqual(['Hourly', 'Only in time']);
  });

  it('wait for a device that is away, and give it up at their end', async () => {
    const { tenant, devices } = await customer('away', 1);
    const [device] = devices as [Device];
    const target = { kind: 'device', deviceId: device.id } as const;
    const task = await addTask(tenant.id, 'Wait', { work: update, target, waitHours: 2 });
    const runId = await startTask(task);
    msp.advance(HOUR_MS);
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({ state: 'running', counts: { pending: 1 } });
    msp.advance(HOUR_MS + 1000);
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({ state: 'finished', counts: { expired: 1 } });
    expect(await poll(device)).toEqual([]);
  });

  it('keep a device that did not start from starting when they are cancelled, and tell the others to stop', async () => {
    const { tenant, groupId, devices } = await customer('stop', 2);
    const [busy, idle] = devices as [Device, Device];
    const task = await addTask(tenant.id, 'Long scan', {
      work: quickScan,
      target: { kind: 'group', groupId, withSubgroups: true },
    });
    const runId = await startTask(task);
    const [command] = await take(busy);
    if (!command) throw new Error('nothing to take');
    await busy.sends(stateEvent(command, [0, 1]));
    await msp.settle();
    await msp.call('POST', `/api/task-runs/${runId}/cancel`, { body: {} });
    expect(await poll(idle)).toEqual([]);
    expect(await runOf(runId)).toMatchObject({
      state: 'running',
      request: 'cancel',
      counts: { cancelled: 1, running: 1 },
    });
    expect(await take(busy)).toMatchObject([{ kind: 'cancel', commandId: command.id }]);
    await busy.sends(stateEvent(command, [1, 3], { severity: 3, text: 'Cancelled' }));
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({ state: 'finished', counts: { cancelled: 2, failed: 0 } });
    expect((await msp.call('POST', `/api/task-runs/${runId}/cancel`, { body: {} })).body.code).toBe(
      'task-run.finished',
    );
  });

  it('stop a device that was about to take what was cancelled', async () => {
    const { tenant, devices } = await customer('race', 1);
    const [device] = devices as [Device];
    const target = { kind: 'device', deviceId: device.id } as const;
    const runId = await startTask(await addTask(tenant.id, 'Race', { work: quickScan, target }));
    const [command] = await poll(device);
    await msp.call('POST', `/api/task-runs/${runId}/cancel`, { body: {} });
    await device.agent('POST', '/agent/v1/commands/taken', { ids: [command?.id] });
    expect(await take(device)).toMatchObject([{ kind: 'cancel', commandId: command?.id }]);
    await device.agent('POST', '/agent/v1/commands/taken', { ids: [command?.id] });
    expect(await take(device)).toEqual([]);
  });

  it('hold on and go on again', async () => {
    const { tenant, groupId, devices } = await customer('pause', 2);
    const [busy, idle] = devices as [Device, Device];
    const task = await addTask(tenant.id, 'Scan', {
      work: quickScan,
      target: { kind: 'group', groupId, withSubgroups: true },
    });
    const runId = await startTask(task);
    const [command] = await take(busy);
    if (!command) throw new Error('nothing to take');
    await busy.sends(stateEvent(command, [0, 1]));
    await msp.settle();
    await msp.call('POST', `/api/task-runs/${runId}/pause`, { body: {} });
    expect(await poll(idle)).toEqual([]);
    expect(await take(busy)).toMatchObject([{ kind: 'pause', commandId: command.id }]);
    await busy.sends(stateEvent(command, [1, 2]));
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({ request: 'pause', counts: { paused: 2 } });

    await msp.call('POST', `/api/task-runs/${runId}/resume`, { body: {} });
    expect(await take(idle)).toMatchObject([{ kind: 'scan' }]);
    expect(await take(busy)).toMatchObject([{ kind: 'resume', commandId: command.id }]);
    await busy.sends(stateEvent(command, [2, 1]), stateEvent(command, [1, 4]));
    await msp.settle();
    expect(await runOf(runId)).toMatchObject({ request: null, counts: { completed: 1, scheduled: 1 } });

    const updating = await addTask(tenant.id, 'Update', {
      work: update,
      target: { kind: 'device', deviceId: busy.id },
    });
    const refused = await msp.call('POST', `/api/task-runs/${await startTask(updating)}/pause`, { body: {} });
    expect(refused.body.code).toBe('task-run.cannot-pause');
  });

  it('leave a device out that is still busy with the run before', async () => {
    const { tenant, devices } = await customer('busy', 1);
    const [device] = devices as [Device];
    const task = await addTask(tenant.id, 'Scan', { work: quickScan, target: { kind: 'device', deviceId: device.id } });
    const first = await startTask(task);
    const [command] = await take(device);
    if (command) await device.sends(stateEvent(command, [0, 1]));
    await msp.settle();
    const second = await startTask(task);
    expect(await runOf(second)).toMatchObject({ state: 'finished', devices: 0, leftOut: 1 });
    expect(await runOf(first)).toMatchObject({ state: 'running', counts: { running: 1 } });
  });

  it('start when an event comes, on the device that reported it, and not again for every event', async () => {
    const { tenant, groupId, devices } = await customer('event', 2);
    const [hit, other] = devices as [Device, Device];
    const task = await addTask(tenant.id, 'Scan after a find', {
      work: { type: 'scan', mode: 'full', folders: [] },
      target: { kind: 'group', groupId, withSubgroups: true },
      schedule: {
        kind: 'on-event',
        eventTypes: ['GNRL_EV_VIRUS_FOUND'],
        severities: ['critical'],
        contains: 'EICAR',
        onlyThatDevice: true,
        pauseMinutes: 10,
      },
    });
    const found = (description: string) => ({
      type: 'GNRL_EV_VIRUS_FOUND',
      severity: 4 as const,
      description,
      params: { '2': '/x', '5': 'X', '6': description },
    });
    await hit.sends(found('Another one'));
    await msp.settle();
    expect(await runsOf(task)).toEqual([]);
    await hit.sends(found('EICAR-Test-File 1'), found('EICAR-Test-File 2'));
    await msp.settle();
    expect(await runsOf(task)).toMatchObject([{ cause: 'event', devices: 1 }]);
    expect(await poll(hit)).toMatchObject([{ kind: 'scan', scan: { mode: 'full' } }]);
    expect(await poll(other)).toEqual([]);
    msp.advance(11 * 60_000);
    await hit.sends(found('EICAR-Test-File 3'));
    await msp.settle();
    expect(await runsOf(task)).toHaveLength(2);
  });

  it('start after another task that ended as they want, and never in a circle', async () => {
    const { tenant, devices } = await customer('chain', 1);
    const [device] = devices as [Device];
    const target = { kind: 'device', deviceId: device.id } as const;
    const first = await addTask(tenant.id, 'Update', { work: update, target });
    const after = (result: 'completed' | 'failed') => ({ kind: 'after-task', taskId: first.id, result }) as const;
    const next = await addTask(tenant.id, 'Then scan', { work: quickScan, target, schedule: after('completed') });
    const alarm = await addTask(tenant.id, 'Else restart', {
      work: { type: 'restart', mode: 'tell', delayMinutes: 5, onlyIfRequired: true, message: '' },
      target,
      schedule: after('failed'),
    });
    await startTask(first);
    const [command] = await take(device);
    if (command) await device.sends(stateEvent(command, [0, 1]), stateEvent(command, [1, 4]));
    await msp.settle();
    expect(await runsOf(next)).toMatchObject([{ cause: 'after-task', devices: 1 }]);
    expect(await runsOf(alarm)).toEqual([]);
    const circle = await msp.call('PUT', `/api/tasks/${first.id}`, {
      body: { ...first.settings, schedule: { kind: 'after-task', taskId: next.id, result: 'any' } },
    });
    expect(circle).toMatchObject({ status: 400, body: { code: 'task.starts-itself' } });
  });

  it('have a history: each save is a revision that can be brought back', async () => {
    const { tenant, devices } = await customer('history', 1);
    const [device] = devices as [Device];
    const task = await addTask(tenant.id, 'Old name', {
      work: quickScan,
      target: { kind: 'device', deviceId: device.id },
    });
    await msp.call('PUT', `/api/tasks/${task.id}`, {
      body: { ...task.settings, name: 'New name', schedule: { kind: 'daily', minuteOfDay: 60 } },
    });
    const revisions = (await msp.call('GET', `/api/revisions?kind=task&objectId=${task.id}`)).body.items;
    expect(revisions.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
    const back = await msp.call('POST', `/api/revisions/${revisions[1].id}/roll-back`, { body: { lastNumber: 2 } });
    expect(back.status).toBe(200);
    expect((await msp.call('GET', `/api/tasks/${task.id}`)).body).toMatchObject({
      settings: { name: 'Old name', schedule: { kind: 'manual' } },
      nextRunAt: null,
    });
    await msp.settle();
    const events = await msp.administration.eventsOf([tenant.id]).newest({ types: ['KLAUD_EV_OBJECTMODIFY'] }, 10);
    expect(events[0]?.description).toContain('rolled back to revision 1');
  });

  it('of another client are not there, and the device’s own go with it', async () => {
    const { tenant, devices } = await customer('mine', 1);
    const [device] = devices as [Device];
    const theirs = await customer('theirs', 1);
    const task = await addTask(tenant.id, 'Local', {
      work: quickScan,
      target: { kind: 'device', deviceId: device.id },
    });
    const bearer = `tenant:${theirs.tenant.id}`;
    for (const [method, path] of [
      ['GET', `/api/tasks/${task.id}`],
      ['DELETE', `/api/tasks/${task.id}`],
    ] as const) {
      expect((await msp.call(method, path, { bearer })).status).toBe(404);
    }
    expect((await msp.call('POST', `/api/tasks/${task.id}/start`, { bearer, body: {} })).status).toBe(404);
    const foreign = { name: 'X', work: quickScan, target: { kind: 'device', deviceId: device.id } };
    expect(
      (await msp.call('POST', '/api/tasks', { bearer, body: { tenantId: tenant.id, settings: foreign } })).status,
    ).toBe(404);
    expect(
      (await msp.call('POST', '/api/tasks', { bearer, body: { tenantId: theirs.tenant.id, settings: foreign } })).body
        .code,
    ).toBe('task.unknown-device');
    expect((await msp.call('GET', '/api/tasks', { bearer })).body.items).toEqual([]);
    await msp.call('DELETE', `/api/devices/${device.id}`);
    expect((await msp.call('GET', `/api/tasks/${task.id}`)).status).toBe(404);
  });

  it('with a script are refused as long as the server’s settings do not allow them', async () => {
    const { tenant, devices } = await customer('scripts', 1);
    const [device] = devices as [Device];
    const settings = {
      name: 'Script',
      work: { type: 'run-script', interpreter: 'sh', body: 'id' },
      target: { kind: 'device', deviceId: device.id },
    };
    const refused = await msp.call('POST', '/api/tasks', { body: { tenantId: tenant.id, settings } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'task.scripts-off' } });
    const options = (await msp.call('GET', '/api/task-options')).body;
    expect(options.timeZone).toBe('Europe/Berlin');
    expect(options.types.find(({ type }: { type: string }) => type === 'run-script').unavailable).toContain(
      'switched off',
    );
  });

  it('of a device selection start on what it finds then, of their own client alone', async () => {
    const { tenant, devices } = await customer('pick', 2);
    const [, second] = devices as [Device, Device];
    const foreign = await customer('picked', 1);
    const selection = await msp.call('POST', '/api/device-selections', {
      body: { name: 'Seconds', settings: { filter: { names: ['pick*-2', 'picked-*'] } } },
    });
    expect(selection.status).toBe(200);
    const target = { kind: 'selection', selectionId: selection.body.id } as const;
    const counted = await msp.call('POST', '/api/task-target-count', { body: { tenantId: tenant.id, target } });
    expect(counted.body).toEqual({ devices: 1 });
    const task = await addTask(tenant.id, 'Selected', { work: update, target });
    expect(task.targetText).toBe('Seconds');
    expect(await runOf(await startTask(task))).toMatchObject({ devices: 1 });
    expect(await take(second)).toHaveLength(1);
    expect(await poll(foreign.devices[0] as Device)).toEqual([]);
    const gone = { kind: 'selection', selectionId: tenant.id };
    const settings = { name: 'X', work: update, target: gone };
    expect((await msp.call('POST', '/api/tasks', { body: { tenantId: tenant.id, settings } })).status).toBe(404);
  });

  it('of a group go with it, and what is under way is cancelled', async () => {
    const { tenant, groupId } = await customer('branch', 0);
    const group = await msp.call('POST', `/api/tenants/${tenant.id}/groups`, {
      body: { name: 'Office', parentId: groupId },
    });
    expect(group.status).toBe(200);
    const device = await msp.enrol('branch-pc', { tenantId: tenant.id, groupId: group.body.id });
    const target = { kind: 'group', groupId: group.body.id, withSubgroups: true } as const;
    const task = await addTask(tenant.id, 'Office scan', { work: quickScan, target });
    await startTask(task);
    const [command] = await take(device);
    const deleted = await msp.call(
      'DELETE',
      `/api/tenants/${tenant.id}/groups/${group.body.id}?moveDevicesTo=${groupId}`,
    );
    expect(deleted.status).toBe(200);
    expect((await msp.call('GET', `/api/tasks/${task.id}`)).status).toBe(404);
    expect(await take(device)).toMatchObject([{ kind: 'cancel', commandId: command?.id }]);
    // It is still told what became of it, as a command of the device.
    if (command) await device.sends(stateEvent(command, [0, 3], { severity: 3, text: 'Cancelled' }));
    await msp.settle();
    expect((await device.shown()).commands[0]).toMatchObject({ state: 'cancelled', runId: null });
  });

  it('say what is wrong with them', async () => {
    const { tenant, groupId } = await customer('wrong', 0);
    const target = { kind: 'group', groupId };
    const add = (settings: unknown) => msp.call('POST', '/api/tasks', { body: { tenantId: tenant.id, settings } });
    expect((await add({ name: 'X', work: { type: 'scan', mode: 'paths' }, target })).body.issues[0].where).toContain(
      'folders',
    );
    expect((await add({ name: 'X', work: update, target: { kind: 'group', groupId: 999_999 } })).status).toBe(404);
    const onStates = { kind: 'on-event', eventTypes: ['KLPRCI_TaskState'] };
    expect((await add({ name: 'X', work: update, target, schedule: onStates })).body.code).toBe('task.starts-itself');
    expect((await msp.call('GET', '/api/tasks?after=nonsense')).status).toBe(400);
  });
});
