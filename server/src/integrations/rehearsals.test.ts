import type { Rehearsal, RehearsalLine, RehearsalResult } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { DATABASES_OUTDATED, type Msp, startMsp } from './msp.testing.ts';
import type { FakeEvent } from './sources/administration-server/fake-server.testing.ts';

const HOUR_MS = 3_600_000;
const OUTDATED = 'status:critical:databasesOutdated';
const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);
const virus = (id: number, hoursAgo: number, more: Partial<FakeEvent> = {}): FakeEvent => ({
  id,
  type: 'GNRL_EV_VIRUS_FOUND',
  title: 'Malicious object detected',
  severity: 4,
  deviceId: 'host-1',
  deviceName: 'ws-1',
  at: ago(hoursAgo),
  threat: `threat-${id}`,
  ...more,
});
const critical = { type: 'KLSRV_HOST_STATUS_CRITICAL', title: 'Device status is Critical', threat: '' };
const draft = (reason: string, more: object = {}) => ({
  reason,
  enabled: true,
  lifetimeDays: reason.startsWith('status:') ? null : 30,
  autoClose: reason.startsWith('status:') ? true : null,
  ...more,
});

describeOnBothEngines('trying ticket rules on what happened', (engine) => {
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    tenant = await msp.reset();
  });
  afterAll(() => msp.stop());

  const path = () => `/api/integrations/${msp.integrationId}/rehearsals`;
  const result = (id: string): Promise<RehearsalResult> => msp.must('GET', `${path()}/${id}`);
  const run = async (body: object): Promise<RehearsalResult> => {
    const { id } = (await msp.must('POST', path(), { days: 7, ...body })) as Rehearsal;
    await expect
      .poll(async () => (await result(id)).rehearsal.state, { timeout: 15_000, interval: 50 })
      .toMatch(/done|failed/);
    return result(id);
  };
  const linesOf = async (id: string, query = ''): Promise<RehearsalLine[]> =>
    (await msp.must('GET', `${path()}/${id}/lines${query}`)).items;

  test('an unsaved rule says what it would have opened, by day, rule and client, and touches neither PSA nor tickets', async () => {
    tenant.events = [
      virus(1, 90),
      virus(2, 50),
      virus(3, 49, { threat: 'threat-2' }),
      virus(4, 40, { ...critical, deviceId: 'host-2', deviceName: 'ws-2', conditions: 'databasesOutdated' }),
      virus(5, 30, { ...critical, deviceId: 'host-3', deviceName: 'ws-3' }),
    ];
    const device = { statusId: 0 as const, mask: 0, visible: true };
    tenant.devices = [
      { ...device, id: 'host-2', name: 'ws-2' },
      { ...device, id: 'host-4', name: 'ws-4', statusId: 1, mask: DATABASES_OUTDATED },
    ];
    const before = JSON.stringify(await msp.must('GET', `/api/integrations/${msp.integrationId}/ticket-guards`));
    const asked = JSON.stringify(msp.psa.sandbox.controls.requests());

    const found = await run({ rules: [draft('event:critical'), draft(OUTDATED)] });
    expect(found.rehearsal).toMatchObject({
      state: 'done',
      isDraft: true,
      clients: 1,
      clientsDone: 1,
      startedBy: 'ann',
    });
    expect(found.total).toMatchObject({ opened: 3, closed: 1, raised: 0 });
    expect(found.reallyOpened).toBe(0);
    expect(found.rules.map(({ reason, opened }) => [reason, opened])).toContainEqual(['event:critical', 2]);
    expect(found.rules.map(({ reason, opened }) => [reason, opened])).toContainEqual([OUTDATED, 1]);
    expect(found.clients).toMatchObject([{ tenantName: 'Alder Joinery', opened: 3 }]);
    expect(found.days).toHaveLength(8);
    expect(found.days.reduce((sum, { opened }) => sum + opened, 0)).toBe(3);
    // One status event names no conditions, and one device was Critical before anybody could tell.
    expect(found.unknown).toEqual({ statusEvents: 1, conditions: 1, unread: [] });

    const lines = await linesOf(found.rehearsal.id, '?decision=open');
    expect(lines[0]).toMatchObject({ rule: 'event:critical', deviceName: 'ws-1', ticket: 1, guard: null });
    expect(lines[0]?.why).toContain('Malicious object detected');

    expect(JSON.stringify(msp.psa.sandbox.controls.requests())).toBe(asked);
    expect(JSON.stringify(await msp.must('GET', `/api/integrations/${msp.integrationId}/ticket-guards`))).toBe(before);
    expect([await msp.tickets(), await msp.decisions()]).toEqual([[], []]);
  });

  test('saved rules are compared with the tickets that were really opened', async () => {
    await msp.rules('event:critical');
    tenant.events = [virus(1, 1), virus(2, 1)];
    await msp.settle();
    const found = await run({});
    expect(found).toMatchObject({ total: { opened: 2 }, reallyOpened: 2, clients: [{ opened: 2, reallyOpened: 2 }] });
    expect(found.rehearsal.isDraft).toBe(false);
  });

  test('all clients can be asked, the unmapped too; one that cannot be read is named', async () => {
    const other = msp.server.addTenant('Birch Dental');
    other.events = [virus(1, 5)];
    const sad = msp.server.addTenant('Cedar Legal');
    await msp.poll();
    msp.server.switches.failsFor = sad.name;
    const found = await run({ scope: 'all', rules: [draft('event:critical')] });
    expect(found.clients.map(({ tenantName, opened }) => [tenantName, opened])).toEqual([['Birch Dental', 1]]);
    expect(found.unknown.unread).toMatchObject([{ tenantName: 'Cedar Legal' }]);
    expect((await run({ rules: [draft('event:critical')] })).clients).toEqual([]);
  });

  test('the decisions are a page at a time and a file', async () => {
    tenant.events = [virus(1, 5), virus(2, 4), virus(3, 3, { deviceName: '=ws' })];
    const { rehearsal } = await run({ rules: [draft('event:critical')] });
    const first = await msp.must('GET', `${path()}/${rehearsal.id}/lines?limit=2`);
    const rest = await linesOf(rehearsal.id, `?limit=2&after=${first.next}`);
    expect([first.items.length, rest.length]).toEqual([2, 1]);
    const file = await msp.call('GET', `${path()}/${rehearsal.id}/file`);
    expect(file.status).toBe(200);
    const rows = String(file.body).trim().split('\r\n');
    expect(rows).toHaveLength(4);
    expect(rows[3]).toContain("'=ws");
  });

  test('what cannot be tried is refused with what to do, and people of some clients see none of it', async () => {
    const start = (body: object, who?: string) => msp.call('POST', path(), { days: 7, ...body }, who);
    expect(await start({})).toMatchObject({ status: 400, body: { code: 'rehearsal.no-rule' } });
    const twice = [draft('event:critical'), draft('event:critical')];
    expect(await start({ rules: twice })).toMatchObject({ status: 400, body: { code: 'rehearsal.invalid' } });
    expect((await start({ days: 31, rules: [draft('event:critical')] })).status).toBe(400);
    expect(await start({ scope: 'chosen', rules: [draft('event:critical')] })).toMatchObject({
      status: 400,
      body: { code: 'rehearsal.no-client' },
    });
    expect((await start({ rules: [draft('event:critical')] }, 'limited')).status).toBe(403);
    expect((await msp.call('GET', path(), undefined, 'limited')).status).toBe(403);
  });

  test('it can be stopped, and what it found so far stays', async () => {
    const { id } = (await msp.must('POST', path(), { days: 7, rules: [draft('event:critical')] })) as Rehearsal;
    const stopped = (await msp.must('POST', `${path()}/${id}/cancel`)) as Rehearsal;
    expect(stopped.state).toMatch(/cancelled|done/);
    expect((await msp.must('GET', path())).items).toMatchObject([{ id }]);
    expect((await msp.call('GET', `${path()}/019a0000-0000-7000-8000-00000000aaaa`)).status).toBe(404);
  });
});
