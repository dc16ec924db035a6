import { PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const SCAN = { TASKID_PRODUCT_NAME: 'GATEHOUSE-ENDPOINT', TASKID_VERSION: '1.0.0.0', TASK_NAME: 'VirusScan' };

describeOnBothEngines('tasks over the Open API', (place) => {
  let msp: TestAdministration;
  let acme: { id: string; name: string };
  let group: number;
  let devices: Awaited<ReturnType<TestAdministration['enrol']>>[];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    acme = await msp.addTenant('Acme');
    await msp.addTenant('Other');
    const { body } = await msp.call('GET', `/api/tenants/${acme.id}/groups`);
    group = body.items.find(({ kind }: { kind: string }) => kind === 'managed').id;
    devices = [await msp.enrol('pc-1', { tenantId: acme.id }), await msp.enrol('pc-2', { tenantId: acme.id })];
    await msp.settle();
  });
  afterAll(() => msp.stop());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object = {}, client = msp.client()): Promise<any> =>
    client.call(`Tasks.${method}`, args as never);
  const codeOf = (work: Promise<unknown>): Promise<number | null> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
    );
  const add = async (info: object, more: object = {}): Promise<string> =>
    (await ask('AddTask', { pData: { ...SCAN, TASKSCH_TYPE: 0, ...more, TASK_INFO_PARAMS: info } })).PxgRetVal;

  /** The agent's part: takes what there is, and tells how it went. */
  const carryOut = async (device: (typeof devices)[number], states: readonly [number, number][]): Promise<number> => {
    const { commands } = (await device.agent('GET', '/agent/v1/commands?waitSeconds=0')).body;
    if (commands.length === 0) return 0;
    await device.agent('POST', '/agent/v1/commands/taken', { ids: commands.map(({ id }: { id: string }) => id) });
    for (const { id, displayName } of commands) {
      for (const [oldState, newState] of states) {
        await device.sends({ type: 'KLPRCI_TaskState', task: { id, displayName, oldState, newState } });
      }
    }
    await msp.settle();
    return commands.length;
  };

  it('are added with a number as text, found by both ids, and told in the format of task settings', async () => {
    const number = await add(
      { DisplayName: 'KUMA scan', PRTS_TASK_GROUPID: group },
      { TASK_ADDITIONAL_PARAMS: { ScanMode: 'full' } },
    );
    expect(number).toMatch(/^\d+$/);
    const short = (await ask('GetTask', { strTask: number })).PxgRetVal;
    expect(short).toMatchObject({ DisplayName: 'KUMA scan', ...SCAN });
    expect((await ask('ResolveTaskId', { strPrtsTaskId: short.TASK_UNIQUE_ID })).PxgRetVal).toBe(number);
    const data = (await ask('GetTaskData', { strTask: short.TASK_UNIQUE_ID })).PxgRetVal;
    expect(data).toMatchObject({
      ...SCAN,
      TASKSCH_TYPE: 0,
      TASK_ADDITIONAL_PARAMS: { ScanMode: 'full' },
      TASK_INFO_PARAMS: { DisplayName: 'KUMA scan', PRTS_TASK_GROUPID: group, HostList: [] },
    });
    expect((await ask('GetTaskGroup', { strTaskId: number })).PxgRetVal).toBe(group);
    expect(msp.openApiWrites).toContainEqual({ action: 'task.added', call: 'Tasks.AddTask' });
    const { body } = await msp.call('GET', `/api/revisions?kind=task&objectId=${short.TASK_UNIQUE_ID}`);
    expect(body.items[0]).toMatchObject({ action: 'added', actor: 'admin' });
  });

  it('keep a schedule that a client sends back, and take one that it makes', async () => {
    const number = await add({ DisplayName: 'Nightly', PRTS_TASK_GROUPID: group });
    const id = (await ask('GetTask', { strTask: number })).PxgRetVal.TASK_UNIQUE_ID;
    const { body: before } = await msp.call('GET', `/api/tasks/${id}`);
    const schedule = { kind: 'weekly', weekdays: [1, 3], minuteOfDay: 90 };
    await msp.call('PUT', `/api/tasks/${id}`, { body: { ...before.settings, schedule } });
    const data = (await ask('GetTaskData', { strTask: number })).PxgRetVal;
    data.TASK_INFO_PARAMS.DisplayName = 'Nightly scan';
    await ask('UpdateTask', { strTask: number, pData: data });
    expect((await msp.call('GET', `/api/tasks/${id}`)).body.settings).toMatchObject({ name: 'Nightly scan', schedule });

    await ask('UpdateTask', { strTask: number, pData: { TASKSCH_TYPE: 1, TASKSCH_MS_PERIOD: 7_200_000 } });
    const { settings } = (await msp.call('GET', `/api/tasks/${id}`)).body;
    expect(settings).toMatchObject({ name: 'Nightly scan', schedule: { kind: 'interval', every: 2, unit: 'hours' } });
  });

  it('really start work on devices, and their states are seen in history, statistics and host states', async () => {
    const number = await add({ DisplayName: 'Scan now', PRTS_TASK_GROUPID: group });
    expect((await ask('GetTaskStatistics', { strTask: number })).PxgRetVal).toMatchObject({
      1: 0,
      64: 0,
      GNRL_COMPLETED_PERCENT: 0,
    });
    await ask('RunTask', { strTask: number });
    await msp.settle();
    expect((await ask('GetTaskStatistics', { strTask: number })).PxgRetVal).toMatchObject({ 1: 2, 2: 0, 4: 0 });
    expect(
      await carryOut(devices[0] as never, [
        [0, 1],
        [1, 4],
      ]),
    ).toBe(1);
    expect(
      await carryOut(devices[1] as never, [
        [0, 1],
        [1, 3],
      ]),
    ).toBe(1);
    expect((await ask('GetTaskStatistics', { strTask: number })).PxgRetVal).toEqual({
      1: 0,
      2: 0,
      4: 1,
      8: 0,
      16: 1,
      32: 0,
      64: 0,
      GNRL_COMPLETED_PERCENT: 100,
      KLTSK_NEED_RBT_CNT: 0,
    });

    const client = msp.client();
    const { strIteratorId } = await ask(
      'GetTaskHistory',
      {
        strTask: number,
        pFields2Return: ['event_id', 'task_new_state', 'rise_time', 'hostname', 'event_type'],
        pSortFields: [{ Name: 'rise_time', Asc: false }],
        strHostName: '',
        pFilter: { event_type: 'KLPRCI_TaskState' },
      },
      client,
    );
    const { pParamsEvents } = (await client.call('EventProcessing.GetRecordRange', {
      strIteratorId,
      nStart: 0,
      nEnd: 10,
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
    })) as any;
    const rows = pParamsEvents.KLEVP_EVENT_RANGE_ARRAY;
    expect(rows.map(({ hostname, task_new_state: state }: Record<string, unknown>) => [hostname, state])).toEqual([
      [devices[1]?.id, 3],
      [devices[1]?.id, 1],
      [devices[0]?.id, 4],
      [devices[0]?.id, 1],
    ]);

    const found = await ask(
      'ResetHostIteratorForTaskStatus',
      { strTask: number, pFields2Return: ['hostname', 'state_code'], nHostStateMask: 16, nLifetime: 60 },
      client,
    );
    expect((await ask('GetHostStatusRecordsCount', found, client)).PxgRetVal).toBe(1);
    expect(await ask('GetNextHostStatus', { ...found, nCount: 5 }, client)).toMatchObject({
      nActual: 1,
      PxgRetVal: true,
      pHostStatus: { statuses: [{ hostname: devices[1]?.id, state_code: 16 }] },
    });
    expect(await ask('GetNextHostStatus', { ...found, nCount: 5 }, client)).toMatchObject({
      nActual: 0,
      PxgRetVal: false,
    });
    expect((await ask('GetAllTasksOfHost', { strDomainName: '', strHostName: devices[0]?.id })).PxgRetVal).toContain(
      number,
    );
  });

  it('are listed one by one until an empty container', async () => {
    const client = msp.client();
    const { strTaskIteratorId } = await ask(
      'ResetTasksIterator',
      {
        nGroupId: 0,
        bGroupIdSignificant: false,
        strProductName: null,
        strVersion: '',
        strComponentName: '',
        strInstanceId: '',
        strTaskName: 'VirusScan',
        bIncludeSupergroups: false,
      },
      client,
    );
    const names: string[] = [];
    for (;;) {
      const { pTaskData } = await ask('GetNextTask', { strTaskIteratorId }, client);
      if (Object.keys(pTaskData).length === 0) break;
      names.push(pTaskData.TASK_INFO_PARAMS.DisplayName);
    }
    expect(names).toEqual(['KUMA scan', 'Nightly scan', 'Scan now']);
    expect(await ask('GetNextTask', { strTaskIteratorId }, client)).toEqual({ pTaskData: {} });
    await ask('ReleaseTasksIterator', { strTaskIteratorId }, client);
    expect(await codeOf(ask('GetNextTask', { strTaskIteratorId }, client))).toBe(1186);
  });

  it('of a list of hosts take another host; a task of a group does not', async () => {
    const [one, two] = devices.map(({ id }) => id);
    const number = await add({ DisplayName: 'Some', PRTS_TASK_GROUPID: -1, HostList: [one] });
    await ask('AddHostToTask', { strTask: number, strHostName: two });
    expect((await ask('GetTaskData', { strTask: number })).PxgRetVal.TASK_INFO_PARAMS.HostList).toEqual([one, two]);
    const ofGroup = await add({ DisplayName: 'Group', PRTS_TASK_GROUPID: group });
    expect(await codeOf(ask('AddHostToTask', { strTask: ofGroup, strHostName: one }))).toBe(1193);
    for (const strTask of [number, ofGroup]) await ask('DeleteTask', { strTask });
    expect(await codeOf(ask('GetTask', { strTask: number }))).toBe(1186);
  });

  it('are cancelled while they run', async () => {
    const number = await add({ DisplayName: 'Long', PRTS_TASK_GROUPID: group });
    await ask('RunTask', { strTask: number });
    await msp.settle();
    await ask('CancelTask', { strTask: number });
    await msp.settle();
    expect((await ask('GetTaskStatistics', { strTask: number })).PxgRetVal).toMatchObject({ 1: 0, 16: 2 });
    await ask('CancelTask', { strTask: number }); // nothing under way is no fault
  });

  it('start after another task, as their start event tells', async () => {
    const first = await add({ DisplayName: 'First', PRTS_TASK_GROUPID: group });
    const id = (await ask('GetTask', { strTask: first })).PxgRetVal.TASK_UNIQUE_ID;
    const then = await add({ DisplayName: 'Then', PRTS_TASK_GROUPID: group });
    expect((await ask('GetTaskStartEvent', { strTask: then })).PxgRetVal).toEqual({});
    const event = { EVENT_TYPE: 'KLPRCI_TaskState', EVENT_BODY_FILTER: { KLPRCI_TASK_TS_ID: id, KLPRCI_newState: 3 } };
    await ask('SetTaskStartEvent', { strTask: then, pData: event });
    expect((await ask('GetTaskStartEvent', { strTask: then })).PxgRetVal).toMatchObject(event);
  });

  describe('for those who may not', () => {
    it('a reader sees tasks and changes none', async () => {
      const reader = msp.client('reader');
      const number = await add({ DisplayName: 'Seen', PRTS_TASK_GROUPID: group });
      expect((await ask('GetTask', { strTask: number }, reader)).PxgRetVal.DisplayName).toBe('Seen');
      for (const method of ['RunTask', 'CancelTask', 'SuspendTask', 'ResumeTask', 'DeleteTask']) {
        expect([method, await codeOf(ask(method, { strTask: number }, reader))]).toEqual([method, 1184]);
      }
      expect(await codeOf(ask('AddTask', { pData: {} }, reader))).toBe(1184);
      expect(await codeOf(ask('GetTask', { strTask: number }, msp.client('nobody')))).toBe(1184);
    });

    it('a login to another virtual server finds no task, no group and no host of this one', async () => {
      const other = msp.client('admin', { virtualServer: 'Other' });
      const number = await add({ DisplayName: 'Mine', PRTS_TASK_GROUPID: group });
      for (const [method, args] of [
        ['GetTask', { strTask: number }],
        ['RunTask', { strTask: number }],
        ['GetTaskHistory', { strTask: number, strHostName: '' }],
        ['GetAllTasksOfHost', { strHostName: devices[0]?.id }],
        ['AddTask', { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: group } } }],
        ['AddTask', { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'x', HostList: [devices[0]?.id] } } }],
      ] as const) {
        expect([method, await codeOf(ask(method, args, other))]).toEqual([method, 1186]);
      }
    });
  });

  it.each([
    ['no data', {}, 1192],
    ['no type', { pData: { TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: 0 } } }, 1192],
    [
      'an unknown type',
      { pData: { TASK_NAME: 'KLNAG_TASK_SHOW_MSG', TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: 0 } } },
      1193,
    ],
    [
      'a script',
      { pData: { TASK_NAME: 'KLNAG_TASK_RUN_SCRIPT', TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: 0 } } },
      1193,
    ],
    ['no name', { pData: { ...SCAN, TASK_INFO_PARAMS: { PRTS_TASK_GROUPID: 0 } } }, 1192],
    [
      'an unknown group',
      { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: 99_999 } } },
      1186,
    ],
    ['neither group nor hosts', { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'x' } } }, 1192],
    [
      'a schedule that is not made here',
      { pData: { ...SCAN, TASKSCH_TYPE: 4, TASK_INFO_PARAMS: { DisplayName: 'x', PRTS_TASK_GROUPID: 0 } } },
      1193,
    ],
    ['hosts that are no texts', { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'x', HostList: [7] } } }, 1192],
  ])('are not added with %s', async (_what, args, code) => {
    expect(await codeOf(ask('AddTask', args))).toBe(code);
  });
});
