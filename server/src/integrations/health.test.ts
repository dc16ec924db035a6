import type { HealthAlarm } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Msp, startMsp } from './msp.testing.ts';

/** The MSP's own account in every Autotask database. */
const OWN_ACCOUNT = '0';
const MINUTE_MS = 60_000;

describeOnBothEngines('the health of the connections', (engine) => {
  let msp: Msp;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    await msp.reset({ mapped: false });
  });
  afterAll(() => msp.stop());

  const health = () => msp.must('GET', '/api/integrations/health');
  const alarms = async (): Promise<HealthAlarm[]> => (await health()).alarms;
  const save = (body: unknown) => msp.call('PUT', '/api/integrations/health/settings', body);
  const withTickets = async (alarmAfterMinutes = 30) => {
    const ticket = { integrationId: msp.integrationId, accountId: OWN_ACCOUNT };
    expect((await save({ alarmAfterMinutes, ticket })).status).toBe(200);
  };
  /** The server is away for so long. */
  const serverAway = async (minutes: number) => {
    msp.server.switches.isDown = true;
    await msp.poll();
    msp.later(minutes * MINUTE_MS);
    await msp.poll();
    await msp.checkHealth();
  };
  const serverBack = async () => {
    msp.server.switches.isDown = false;
    msp.later(10 * MINUTE_MS);
    await msp.poll();
    await msp.checkHealth();
  };

  test('shows each connection with its last success, lag, failure, queue and the calls used', async () => {
    const { items, settings } = await health();
    expect(items).toMatchObject([
      {
        kind: 'source',
        name: 'This Administration Server',
        state: 'working',
        lastSuccessAt: expect.any(String),
        problem: null,
        queue: null,
        usage: null,
      },
      {
        kind: 'integration',
        name: 'Our Autotask',
        state: 'working',
        lastSuccessAt: expect.any(String),
        lagSeconds: 0,
        queue: { waiting: 0, oldestAt: null },
        usage: { threshold: 10_000, own: expect.any(Number), ownCap: 10_000 },
      },
    ]);
    expect(settings).toEqual({ alarmAfterMinutes: 30, ticket: null, accountName: null });
  });

  test('tells what the other side says, since when, and when it is tried again', async () => {
    msp.server.switches.isDown = true;
    await msp.poll();
    msp.later(MINUTE_MS);
    await msp.poll();
    const [source] = (await health()).items;
    expect(source).toMatchObject({
      state: 'failing',
      problem: { code: 'source.unavailable' },
      failingSince: expect.any(String),
      nextTryAt: expect.any(String),
    });
    expect(source.lagSeconds).toBeGreaterThanOrEqual(60);
    expect(Date.parse(source.problem.at) - Date.parse(source.failingSince)).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  test('a connection that is down for too long raises one alarm, which is over when it works again', async () => {
    await serverAway(29);
    expect(await alarms()).toEqual([]);
    msp.later(2 * MINUTE_MS);
    await msp.checkHealth();
    await msp.checkHealth();
    expect(await alarms()).toMatchObject([
      { kind: 'source', name: 'This Administration Server', clearedAt: null, ticket: null },
    ]);
    expect((await health()).items[0].alarmSince).toEqual(expect.any(String));
    await serverBack();
    expect(await alarms()).toMatchObject([{ clearedAt: expect.any(String) }]);
    expect((await health()).items[0].alarmSince).toBeNull();
  });

  test('an alarm opens one ticket to the MSP itself, and its end closes it with a note', async () => {
    await withTickets();
    await serverAway(31);
    await msp.checkHealth();
    const [ticketId = ''] = msp.psa.openTickets();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect(msp.psa.fieldOf(ticketId, 'companyID')).toBe(OWN_ACCOUNT);
    expect(msp.psa.fieldOf(ticketId, 'title')).toBe(
      'Gatehouse cannot read the Administration Server This Administration Server',
    );
    expect(await alarms()).toMatchObject([{ ticket: { state: 'open', number: expect.stringMatching(/^T/) } }]);

    await serverBack();
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toEqual([]);
    expect(msp.psa.notesOf(ticketId)).toHaveLength(1);
    expect(await alarms()).toMatchObject([{ ticket: { state: 'closed' } }]);

    await serverAway(31); // another outage is another ticket
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test('an answer that never came leaves one ticket, not two', async () => {
    await withTickets();
    msp.psa.cutAfterNextWrite();
    await serverAway(31);
    expect(await alarms()).toMatchObject([{ ticket: { state: 'opening', problem: expect.any(String) } }]);
    msp.psa.comeBack();
    msp.later(MINUTE_MS);
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect(await alarms()).toMatchObject([{ ticket: { state: 'open', problem: null } }]);
  });

  test('an outage that ends before the PSA could be told leaves no ticket behind', async () => {
    await withTickets();
    msp.psa.cutAfterNextWrite();
    await serverAway(31);
    expect(msp.psa.openTickets()).toHaveLength(1); // stored, and nobody told us
    msp.psa.comeBack();
    await serverBack();
    msp.later(MINUTE_MS);
    await msp.checkHealth();
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toEqual([]);
    expect(await alarms()).toMatchObject([{ ticket: { state: 'closed' } }]);
  });

  test('a restart in between opens nothing twice and closes what is open', async () => {
    await withTickets();
    await serverAway(31);
    await msp.restart();
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toHaveLength(1);
    await serverBack();
    expect(msp.psa.openTickets()).toEqual([]);
  });

  test('a broken integration raises an alarm too, and its ticket waits until it works', async () => {
    await withTickets();
    msp.psa.goDown();
    await msp.follow();
    await msp.must('GET', `/api/integrations/${msp.integrationId}/fields`).catch(() => {});
    await msp.readAccounts();
    msp.later(31 * MINUTE_MS);
    await msp.checkHealth();
    expect(await alarms()).toMatchObject([{ kind: 'integration', name: 'Our Autotask', ticket: { state: 'opening' } }]);
    msp.psa.comeBack();
    await msp.must('POST', `/api/integrations/${msp.integrationId}/test`);
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toEqual([]); // it works again: there is nothing to tell any more
    expect(await alarms()).toMatchObject([{ clearedAt: expect.any(String) }]);
  });

  test('switching tickets on tells of an alarm that stands already', async () => {
    await serverAway(31);
    expect(await alarms()).toMatchObject([{ ticket: null }]);
    await withTickets();
    await msp.checkHealth();
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test.each([
    [{ alarmAfterMinutes: 0, ticket: null }, 'body.alarmAfterMinutes'],
    [{ alarmAfterMinutes: 20_000, ticket: null }, 'body.alarmAfterMinutes'],
  ])('settings that cannot be are refused beside their field: %o', async (body, where) => {
    expect(await save(body)).toMatchObject({ status: 400, body: { issues: [{ where }] } });
  });

  test('tickets go to an account that is there and active, and whoever saves leaves an audit line', async () => {
    const ticket = (accountId: string) => ({ integrationId: msp.integrationId, accountId });
    for (const accountId of ['999999', msp.psa.inactiveAccountId]) {
      const refused = await save({ alarmAfterMinutes: 5, ticket: ticket(accountId) });
      expect(refused).toMatchObject({ status: 400, body: { issues: [{ where: 'body.ticket.accountId' }] } });
    }
    await withTickets(5);
    expect((await health()).settings).toMatchObject({
      alarmAfterMinutes: 5,
      ticket: ticket(OWN_ACCOUNT),
      accountName: expect.any(String),
    });
    expect(msp.audited().at(-1)).toMatchObject({ action: 'integration-health.changed', outcome: 'done' });
  });

  test('is for people who see all tenants', async () => {
    expect((await msp.call('GET', '/api/integrations/health', undefined, 'limited')).status).toBe(403);
  });
});
