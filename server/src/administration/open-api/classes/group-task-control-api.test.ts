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

describeOnBothEngines('tasks as files over the Open API', (place) => {
  let msp: TestAdministration;
  let number: string;
  const ask = askingOf(() => msp);
  const api = (method: string, args: object, client = msp.client()) =>
    ask(`GroupTaskControlApi.${method}`, args, client);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    await msp.addTenant('Other');
    const { id } = await msp.enrol('pc-1');
    number = (
      await ask('Tasks.AddTask', {
        pData: { TASK_NAME: 'VirusScan', TASK_INFO_PARAMS: { DisplayName: 'Scan', HostList: [id] } },
      })
    ).PxgRetVal;
  });
  afterAll(() => msp.stop());

  const exported = async (): Promise<string> => (await api('ExportTask', { wstrTaskId: number })).PxgRetVal;
  const count = async () => (await msp.call('GET', '/api/tasks')).body.items.length;

  it('come back as tasks of their own, once that is confirmed', async () => {
    const client = msp.client();
    const { PxgRetVal: wstrId, pCommitInfo } = await api(
      'ImportTask',
      { pBlob: await exported(), pExtraData: null },
      client,
    );
    expect(pCommitInfo).toEqual({});
    expect(await count()).toBe(1);
    const { PxgRetVal: added } = await api('CommitImportedTask', { wstrId, bCommit: true }, client);
    expect(added).not.toBe(number);
    expect((await ask('Tasks.GetTask', { strTask: added })).PxgRetVal).toMatchObject({ DisplayName: 'Scan' });
    expect(await pxgCodeOf(api('CommitImportedTask', { wstrId, bCommit: true }, client))).toBe(1186);
    await ask('Tasks.DeleteTask', { strTask: added });
  });

  it('are forgotten when nobody wants them', async () => {
    const client = msp.client();
    const { PxgRetVal: wstrId } = await api('ImportTask', { pBlob: await exported() }, client);
    expect((await api('CommitImportedTask', { wstrId, bCommit: false }, client)).PxgRetVal).toBe('');
    expect(await pxgCodeOf(api('CommitImportedTask', { wstrId, bCommit: true }, client))).toBe(1186);
    expect(await count()).toBe(1);
  });

  it('are refused when they are no tasks', async () => {
    for (const pBlob of [undefined, '', Buffer.from('{}').toString('base64'), Buffer.from('no').toString('base64')]) {
      expect([pBlob, await pxgCodeOf(api('ImportTask', { pBlob }))]).toEqual([pBlob, 1192]);
    }
  });

  it('of a host are not brought to a virtual server that does not have it, and not seen from there', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    const { PxgRetVal: wstrId } = await api('ImportTask', { pBlob: await exported() }, other);
    expect(await pxgCodeOf(api('CommitImportedTask', { wstrId, bCommit: true }, other))).toBe(1192);
    expect(await pxgCodeOf(api('ExportTask', { wstrTaskId: number }, other))).toBe(1186);
  });

  it('have statistics that can be asked for afresh', async () => {
    expect(await api('RequestStatistics', { pTasksIds: [number] })).toEqual({});
    expect(await api('RequestStatistics', { pTasksIds: [Number(number)] })).toEqual({});
    expect(await pxgCodeOf(api('RequestStatistics', { pTasksIds: ['77777'] }))).toBe(1186);
    expect(await pxgCodeOf(api('RequestStatistics', { pTasksIds: [] }))).toBe(1192);
  });

  it('are exported by readers and imported by none of them', async () => {
    const reader = msp.client('reader');
    const pBlob = (await api('ExportTask', { wstrTaskId: number }, reader)).PxgRetVal;
    expect(await pxgCodeOf(api('ImportTask', { pBlob }, reader))).toBe(1184);
  });
});
