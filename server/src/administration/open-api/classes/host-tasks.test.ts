import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { askingOf, pxgCodeOf } from '../../../testing/open-api.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const SCAN = { TASKID_PRODUCT_NAME: 'GATEHOUSE-ENDPOINT', TASKID_VERSION: '1.0.0.0', TASK_NAME: 'VirusScan' };

describeOnBothEngines('tasks of one host over the Open API', (place) => {
  let msp: TestAdministration;
  let hosts: Awaited<ReturnType<TestAdministration['enrol']>>[];
  const ask = askingOf(() => msp);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    await msp.addTenant('Other');
    hosts = [await msp.enrol('pc-1'), await msp.enrol('pc-2')];
    await msp.settle();
  });
  afterAll(() => msp.stop());

  const objectOf = async (strHostName: string | undefined, client = msp.client()) => {
    const strSrvObjId: string = (await ask('HostGroup.GetHostTasks', { strHostName }, client)).PxgRetVal;
    return { strSrvObjId, client };
  };
  const listed = async ({ strSrvObjId, client }: Awaited<ReturnType<typeof objectOf>>, args: object = {}) => {
    expect(await ask('HostTasks.ResetTasksIterator', { strSrvObjId, ...args }, client)).toEqual({});
    const names: string[] = [];
    for (;;) {
      const { pTaskData } = await ask('HostTasks.GetNextTask', { strSrvObjId }, client);
      if (Object.keys(pTaskData).length === 0) return names;
      names.push(pTaskData.TASK_INFO_PARAMS.DisplayName);
    }
  };

  it('are added, told, changed and deleted by their storage id', async () => {
    const of = await objectOf(hosts[0]?.id);
    const pData = { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'Own scan', PRTS_TASK_GROUPID: 0 } };
    const strTask: string = (await ask('HostTasks.AddTask', { strSrvObjId: of.strSrvObjId, pData }, of.client))
      .PxgRetVal;
    expect(await listed(of)).toEqual(['Own scan']);
    expect(await listed(of, { strProductName: '', strTaskName: 'VirusScan' })).toEqual(['Own scan']);
    expect(await listed(of, { strTaskName: 'UpdateBases' })).toEqual([]);
    expect(await listed(await objectOf(hosts[1]?.id))).toEqual([]);
    const args = { strSrvObjId: of.strSrvObjId, strTask };
    expect((await ask('HostTasks.GetTaskData', args, of.client)).PxgRetVal).toMatchObject({
      TASK_UNIQUE_ID: strTask,
      // It is the host's, whatever group the client named.
      TASK_INFO_PARAMS: { PRTS_TASK_GROUPID: -1, HostList: [hosts[0]?.id] },
    });
    await ask('HostTasks.UpdateTask', { ...args, pData: { TASK_INFO_PARAMS: { DisplayName: 'New name' } } }, of.client);
    expect(await listed(of)).toEqual(['New name']);
    const { body } = await msp.call('GET', `/api/revisions?kind=task&objectId=${strTask}`);
    expect(body.items.map(({ action, actor }: Record<string, string>) => [action, actor])).toEqual([
      ['changed', 'admin'],
      ['added', 'admin'],
    ]);
    expect(
      (await ask('Tasks.GetAllTasksOfHost', { strDomainName: '', strHostName: hosts[0]?.id })).PxgRetVal,
    ).toHaveLength(1);

    expect((await ask('HostTasks.GetTaskStartEvent', args, of.client)).PxgRetVal).toEqual({});
    await ask('HostTasks.SetTaskStartEvent', { ...args, pData: { EVENT_TYPE: 'GNRL_EV_VIRUS_FOUND' } }, of.client);
    expect((await ask('HostTasks.GetTaskStartEvent', args, of.client)).PxgRetVal).toMatchObject({
      EVENT_TYPE: 'GNRL_EV_VIRUS_FOUND',
    });
    await ask('HostTasks.DeleteTask', args, of.client);
    expect(await listed(of)).toEqual([]);
    expect(await pxgCodeOf(ask('HostTasks.GetTaskData', args, of.client))).toBe(1186);
  });

  it('are neither those of another host nor of a group', async () => {
    const number = (
      await ask('Tasks.AddTask', { pData: { ...SCAN, TASK_INFO_PARAMS: { DisplayName: 'All', PRTS_TASK_GROUPID: 0 } } })
    ).PxgRetVal;
    const { strSrvObjId, client } = await objectOf(hosts[0]?.id);
    expect(await listed({ strSrvObjId, client })).toEqual([]);
    for (const method of ['GetTaskData', 'DeleteTask', 'GetTaskStartEvent']) {
      expect(await pxgCodeOf(ask(`HostTasks.${method}`, { strSrvObjId, strTask: number }, client))).toBe(1186);
    }
  });

  it('are reached by the object of the own login alone', async () => {
    const { strSrvObjId } = await objectOf(hosts[0]?.id);
    for (const method of ['ResetTasksIterator', 'GetNextTask']) {
      expect(await pxgCodeOf(ask(`HostTasks.${method}`, { strSrvObjId }, msp.client()))).toBe(1186);
      expect(await pxgCodeOf(ask(`HostTasks.${method}`, {}, msp.client()))).toBe(1192);
    }
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect(await pxgCodeOf(objectOf(hosts[0]?.id, other))).toBe(1186);
    expect(await pxgCodeOf(objectOf('no host'))).toBe(1186);
  });

  it('are not changed by readers', async () => {
    const { strSrvObjId, client } = await objectOf(hosts[0]?.id, msp.client('reader'));
    expect(await listed({ strSrvObjId, client })).toEqual([]);
    for (const method of ['AddTask', 'UpdateTask', 'DeleteTask', 'SetTaskStartEvent']) {
      expect(await pxgCodeOf(ask(`HostTasks.${method}`, { strSrvObjId, strTask: '1', pData: SCAN }, client))).toBe(
        1184,
      );
    }
  });
});
