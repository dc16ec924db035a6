import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { askingOf, type OpenApiClient } from '../../testing/open-api.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

interface StateEvent {
  event_db_id: { value: number };
  task_new_state: number;
  hostname: string;
  task_display_name: string;
}

describeOnBothEngines('a program that starts tasks in answer to an alert', (place) => {
  let msp: TestAdministration;
  let client: OpenApiClient;
  let host: Awaited<ReturnType<TestAdministration['enrol']>>;
  const ask = askingOf(() => msp);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    client = msp.client();
    host = await msp.enrol('pc-1');
    await host.reports({
      hostname: 'pc-1',
      securityApplication: {
        product: 'GATEHOUSE-ENDPOINT',
        name: 'Endpoint',
        version: '1.2.3',
        running: true,
        rtpState: 4,
      },
    });
    await msp.settle();
  });
  afterAll(() => msp.stop());

  const add = async (DisplayName: string, TASK_NAME: string, info: object): Promise<string> =>
    (
      await ask('Tasks.AddTask', {
        pData: {
          ...{ TASKID_PRODUCT_NAME: 'GATEHOUSE-ENDPOINT', TASKID_VERSION: '1.0.0.0', TASK_NAME, TASKSCH_TYPE: 0 },
          TASK_INFO_PARAMS: { DisplayName, ...info },
        },
      })
    ).PxgRetVal;

  /** The agent's part: takes its commands, and tells the states. */
  const carryOut = async (states: readonly [number, number][]) => {
    const { commands } = (await host.agent('GET', '/agent/v1/commands?waitSeconds=0')).body;
    await host.agent('POST', '/agent/v1/commands/taken', { ids: commands.map(({ id }: { id: string }) => id) });
    for (const { id, displayName } of commands) {
      for (const [oldState, newState] of states) {
        await host.sends({ type: 'KLPRCI_TaskState', task: { id, displayName, oldState, newState } });
      }
    }
    await msp.settle();
  };

  const rangeOf = async (strIteratorId: string): Promise<StateEvent[]> =>
    (await ask('EventProcessing.GetRecordRange', { strIteratorId, nStart: 0, nEnd: 100 }, client)).pParamsEvents
      .KLEVP_EVENT_RANGE_ARRAY;
  /** As a poller does it: what came after the event that it saw last. */
  const statesSince = async (lastId: number): Promise<StateEvent[]> => {
    const { strIteratorId } = await ask(
      'EventProcessingFactory.CreateEventProcessing2',
      {
        pFilter: { event_type: 'KLPRCI_TaskState', KLEVP_RFC2254_FILTER: `(event_db_id > ${lastId})` },
        vecFieldsToReturn: ['event_db_id', 'task_new_state', 'hostname', 'task_display_name'],
        vecFieldsToOrder: [{ Name: 'event_db_id', Asc: true }],
      },
      client,
    );
    return rangeOf(strIteratorId);
  };
  const historyOf = async (strTask: string): Promise<StateEvent[]> => {
    const { strIteratorId } = await ask(
      'Tasks.GetTaskHistory',
      {
        strTask,
        ...{ pFields2Return: ['event_db_id', 'task_new_state', 'hostname', 'rise_time'], strHostName: '' },
        ...{ pSortFields: [{ Name: 'rise_time', Asc: false }], pFilter: { event_type: 'KLPRCI_TaskState' } },
      },
      client,
    );
    return rangeOf(strIteratorId);
  };

  it('sees it run and end through the events, and newest first in its history', async () => {
    const task = await add('Scan', 'VirusScan', { PRTS_TASK_GROUPID: 0 });
    const before = (await statesSince(0)).at(-1)?.event_db_id.value ?? 0;
    expect(await historyOf(task)).toEqual([]);
    await ask('Tasks.RunTask', { strTask: task });
    await msp.settle();
    expect((await ask('Tasks.GetTaskStatistics', { strTask: task })).PxgRetVal).toMatchObject({ 1: 1, 4: 0 });

    await carryOut([
      [0, 1],
      [1, 4],
    ]);
    const of = { hostname: host.id, task_display_name: 'Scan' };
    expect(await statesSince(before)).toMatchObject([
      { ...of, task_new_state: 1 },
      { ...of, task_new_state: 4 },
    ]);
    expect((await historyOf(task)).map(({ task_new_state: state }) => state)).toEqual([4, 1]);
  });

  it('finds the tasks that are meant for it by their names, takes the first that fits the asset, and waits for its end', async () => {
    await add('Kuma scan of others', 'VirusScan', { HostList: [(await msp.enrol('pc-2')).id] });
    const update = await add('kUMA update', 'Update', { PRTS_TASK_GROUPID: 0 });
    const scan = await add('KUMA scan', 'VirusScan', { PRTS_TASK_GROUPID: 0 });
    await add('KUMA restart', 'KLNAG_TASK_REBOOT', { PRTS_TASK_GROUPID: 0 });

    // 1. All tasks, whose names begin as agreed.
    const { strTaskIteratorId } = await ask('Tasks.ResetTasksIterator', { bGroupIdSignificant: false }, client);
    const meant: { id: string; name: string; type: string }[] = [];
    for (;;) {
      const { pTaskData } = await ask('Tasks.GetNextTask', { strTaskIteratorId }, client);
      if (Object.keys(pTaskData).length === 0) break;
      const name: string = pTaskData.TASK_INFO_PARAMS.DisplayName;
      if (/^kuma/i.test(name)) meant.push({ id: pTaskData.TASK_UNIQUE_ID, name, type: pTaskData.TASK_NAME });
    }
    await ask('Tasks.ReleaseTasksIterator', { strTaskIteratorId }, client);
    expect(meant.map(({ name }) => name)).toContain('KUMA scan');

    // 2. Those that the asset has, of a product that is installed on it.
    const ofHost: string[] = (await ask('Tasks.GetAllTasksOfHost', { strDomainName: '', strHostName: host.id }))
      .PxgRetVal;
    const products = Object.keys((await ask('HostGroup.GetHostProducts', { strHostName: host.id })).PxgRetVal);
    expect(products).toContain('GATEHOUSE-ENDPOINT');
    const fitting: string[] = [];
    for (const { id, type } of meant) {
      const number = (await ask('Tasks.ResolveTaskId', { strPrtsTaskId: id })).PxgRetVal;
      if (['VirusScan', 'Update'].includes(type) && ofHost.includes(number)) fitting.push(number);
    }
    expect(fitting).toEqual([update, scan]);

    // 3. It runs, and its end is seen.
    await ask('Tasks.RunTask', { strTask: update });
    await msp.settle();
    await carryOut([
      [0, 1],
      [1, 4],
    ]);
    expect((await historyOf(update)).map(({ task_new_state: state }) => state)).toEqual([4, 1]);
    expect((await ask('Tasks.GetTaskStatistics', { strTask: update })).PxgRetVal).toMatchObject({
      4: 1,
      KLTSK_NEED_RBT_CNT: 0,
    });
    await host.reports({ restart: { required: true, since: null, reasons: ['kernel'] } });
    await msp.settle();
    expect((await ask('Tasks.GetTaskStatistics', { strTask: update })).PxgRetVal.KLTSK_NEED_RBT_CNT).toBe(1);
  });
});
