import { randomUUID } from 'node:crypto';
import { TaskSettings } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { type Database, migrate } from '../platform/db/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { commandsOfMany, runCommands } from './commands/index.ts';
import { administrationMigrations } from './store-migrations.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { createTaskRuns } from './task-runs.ts';
import { runStore, taskStore } from './tasks/index.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-22T12:00:00Z');
const TENANT = randomUUID();

describeOnBothEngines('runs of tasks', (place) => {
  let database: Database;
  let db: Kysely<AdministrationTables>;
  let now = NOW;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    db = database.forSchema<AdministrationTables>('administration');
  });
  afterEach(async () => {
    now = NOW;
    await database.executeSql('truncate administration.task, administration.device, administration.command cascade');
    await database.executeSql('truncate administration.command_order');
  });

  const addDevices = async (count: number): Promise<void> => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await database.executeSql(
      `insert into administration.device (id, tenant_id, group_id, name, created_at, enrolled_at, status_since)
       select id, $2::uuid, 1, 'pc-' || place, $3::timestamptz, $3::timestamptz, $3::timestamptz
       from unnest($1::uuid[]) with ordinality as given (id, place)`,
      [ids, TENANT, NOW.toISOString()],
    );
  };
  const addTask = (more: object = {}) =>
    taskStore(administrationDb(db).tasks, 'all').add({
      ...{ id: randomUUID(), tenantId: TENANT, createdBy: 'ada', now, nextRunAt: null },
      settings: TaskSettings.parse({
        name: 'Update',
        work: { type: 'update-databases' },
        target: { kind: 'group', groupId: 1 },
        ...more,
      }),
    });
  const woken: string[][] = [];
  const engine = (more: Partial<Parameters<typeof createTaskRuns>[0]> = {}) =>
    createTaskRuns({
      db,
      targets: { filterOf: async () => ({ groupIds: [1] }) },
      clock: () => now,
      timeZone: 'UTC',
      remoteScripts: false,
      random: () => 0.5,
      wake: (ids) => woken.push([...ids]),
      changed: () => {},
      poke: () => {},
      ...more,
    });
  const begin = async (taskId: string, key: string) => {
    const task = await taskStore(administrationDb(db).tasks, 'all').get(taskId);
    return db.transaction().execute((tx) => engine().begin(tx, task, { cause: 'manual', key, text: 'ada' }));
  };
  const figuresOf = async (runId: string) =>
    (await runCommands(administrationDb(db).commands).figures([runId], now)).get(runId);
  const count = async (table: string) =>
    (await database.executeSql(`select count(*)::int as n from administration.${table}`)).rows[0].n;

  it('begin once for a cause, also when two processes see it at the same time', async () => {
    const { id } = await addTask();
    const begun = await Promise.all([begin(id, 'due:1'), begin(id, 'due:1'), begin(id, 'due:2')]);
    expect(begun.filter((runId) => runId !== null)).toHaveLength(2);
    expect(await begin(id, 'due:1')).toBeNull();
    expect(await count('task_run')).toBe(2);
  });

  it('give each of many devices one command, a thousand at a time, also when they are cut off in between', async () => {
    await addDevices(1200);
    const { id } = await addTask({ spreadMinutes: 60 });
    const runId = (await begin(id, 'a')) ?? '';
    expect(await engine().prepareSome()).toBe(true);
    expect(await figuresOf(runId)).toMatchObject({ devices: 1000 });
    // Another process takes it up where the first one died; two at once do not get into each other's way.
    await Promise.all([engine().prepareSome(), engine().prepareSome(), engine().prepareSome()]);
    while (await engine().prepareSome());
    expect(await figuresOf(runId)).toMatchObject({
      devices: 1200,
      counts: { scheduled: 1200, pending: 0 },
      percent: 0,
    });
    now = new Date(NOW.getTime() + 31 * 60_000);
    expect(await figuresOf(runId)).toMatchObject({ counts: { scheduled: 0, pending: 1200 } });
    expect((await runStore(administrationDb(db).tasks, 'all').get(runId)).state).toBe('running');
    const due = await commandsOfMany(administrationDb(db).commands).availableSince(NOW, now);
    expect(due).toHaveLength(1200);
  });

  it('that find no device, or whose group is gone, are over at once', async () => {
    const { id } = await addTask();
    const runId = (await begin(id, 'a')) ?? '';
    await engine({ targets: { filterOf: async () => null } }).prepareSome();
    expect(await runStore(administrationDb(db).tasks, 'all').get(runId)).toMatchObject({
      state: 'finished',
      figures: { devices: 0 },
    });
  });

  it('are forgotten after their time with all that belongs to them, but for the newest of each task', async () => {
    await addDevices(30);
    const { id } = await addTask();
    for (const key of ['a', 'b', 'c']) {
      await begin(id, key);
      while (await engine().prepareSome());
      now = new Date(now.getTime() + 2 * DAY_MS);
      await engine().expire();
    }
    expect([await count('task_run'), await count('command'), await count('command_order')]).toEqual([3, 90, 3]);
    await engine().forget(new Date(NOW.getTime() + 3 * DAY_MS));
    expect([await count('task_run'), await count('command'), await count('command_order')]).toEqual([2, 60, 2]);
    await engine().forget(new Date(NOW.getTime() + 300 * DAY_MS));
    expect([await count('task_run'), await count('command'), await count('command_order')]).toEqual([1, 30, 1]);
  });

  it('go on with what a device says after the server gave it up, and take no end back', async () => {
    await addDevices(1);
    const { id } = await addTask();
    const runId = (await begin(id, 'a')) ?? '';
    await engine().prepareSome();
    const { rows } = await runCommands(administrationDb(db).commands).page(runId, { limit: 1 });
    const [command] = rows;
    if (!command) throw new Error('there is no command');
    const report = (state: 'completed' | 'failed') => ({
      ...{ id: command.id, deviceId: command.device_id, state, completedPercent: 100, result: state },
      ...{ startedAt: now, finishedAt: now, heardAt: now, steps: [{ at: now, state, text: state }] },
    });
    now = new Date(NOW.getTime() + 2 * DAY_MS);
    await engine().expire();
    expect(await figuresOf(runId)).toMatchObject({ counts: { expired: 1 } });
    const commands = commandsOfMany(administrationDb(db).commands);
    // A command of somebody else's device is not theirs to tell about.
    expect(await commands.report([{ ...report('completed'), deviceId: randomUUID() }])).toEqual([]);
    expect(await commands.report([report('completed')])).toEqual([runId]);
    expect(await commands.report([report('failed')])).toEqual([]);
    await db.transaction().execute((tx) => engine().finishRuns(tx, [runId]));
    expect((await runStore(administrationDb(db).tasks, 'all').get(runId)).figures?.counts).toMatchObject({
      completed: 1,
      expired: 0,
    });
    expect(await runCommands(administrationDb(db).commands).stepsOf(command.id)).toHaveLength(1);
  });
});
