import type {
  RehearsalLine,
  ShadowComparison,
  ShadowDifference,
  TicketRule,
  TicketSettings,
} from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { DATABASES_OUTDATED, type Msp, startMsp } from './msp.testing.ts';
import type { FakeEvent } from './sources/administration-server/fake-server.testing.ts';

const DAY_MS = 86_400_000;
const OUTDATED = 'status:critical:databasesOutdated';
const virus = (id: number, more: Partial<FakeEvent> = {}): FakeEvent => ({
  id,
  type: 'GNRL_EV_VIRUS_FOUND',
  title: 'Malicious object detected',
  severity: 4,
  deviceId: 'host-1',
  deviceName: 'ws-1',
  at: new Date(),
  threat: `threat-${id}`,
  ...more,
});
const sick = { id: 'host-1', name: 'ws-1', statusId: 1 as const, mask: DATABASES_OUTDATED, visible: true };
const well = { ...sick, statusId: 0 as const, mask: 0 };

describeOnBothEngines('ticket rules that run beside the real ones', (engine) => {
  let db: Database;
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    db = await engine.open();
    msp = await startMsp(db);
  });
  beforeEach(async () => {
    tenant = await msp.reset();
  });
  afterAll(() => msp.stop());

  const path = () => `/api/integrations/${msp.integrationId}/shadow-run`;
  const settings = (): Promise<TicketSettings> =>
    msp.must('GET', `/api/integrations/${msp.integrationId}/ticket-rules`);
  const draft = async (reason: string, more: Partial<TicketRule> = {}) => {
    const found = (await settings()).items.find((each) => each.reason === reason);
    if (!found) throw new Error(`no rule ${reason}`);
    const { title: _, problem: __, ...rule } = found;
    return { ...rule, enabled: true, ...more };
  };
  const start = async (rules: object[] = [], more: object = {}) =>
    msp.call('POST', path(), { revision: (await settings()).revision, rules, ...more });
  const mustStart = async (...rules: object[]) => {
    const answer = await start(rules);
    expect(answer).toMatchObject({ status: 200 });
  };
  const look = (): Promise<ShadowComparison> => msp.must('GET', path());
  const told = async (): Promise<string[]> =>
    ((await msp.must('GET', `${path()}/lines`)).items as RehearsalLine[])
      .map(({ decision, deviceName, ticket }) => `${decision} ${deviceName} ${ticket}`)
      .reverse();
  const differences = async (query = ''): Promise<ShadowDifference[]> =>
    (await msp.must('GET', `${path()}/differences${query}`)).items;
  const ticketCalls = () =>
    msp.psa.sandbox.controls.requests().filter(({ method, path: at }) => method !== 'GET' && /Tickets/.test(at));

  test('says what it would open and close while no PSA hears of it; made real, the next problem opens a ticket', async () => {
    await mustStart(await draft(OUTDATED));
    tenant.devices = [sick];
    await msp.settle();
    expect(await told()).toEqual(['open ws-1 1']);
    expect(await look()).toMatchObject({
      run: { state: 'running', startedBy: 'ann', clients: 1, changedRules: [{ reason: OUTDATED }] },
      opened: { shadow: 1, real: 0 },
      openNow: { shadow: 1, real: 0 },
      rules: [{ reason: OUTDATED, opened: { shadow: 1, real: 0 } }],
    });
    expect(await differences()).toMatchObject([
      {
        kind: 'only-shadow',
        deviceName: 'ws-1',
        rule: OUTDATED,
        real: null,
        because: 'The real rule "Databases are outdated" is off now',
      },
    ]);
    tenant.devices = [well];
    await msp.settle();
    expect(await told()).toEqual(['open ws-1 1', 'close ws-1 1']);
    expect(await look()).toMatchObject({ closed: { shadow: 1, real: 0 }, openNow: { shadow: 0, real: 0 } });
    expect([await msp.tickets(), ticketCalls(), await msp.decisions()]).toEqual([[], [], []]);

    expect(await msp.must('POST', `${path()}/make-real`, {})).toMatchObject({ state: 'made-real', endedBy: 'ann' });
    expect(msp.audited().at(-1)).toMatchObject({
      action: 'ticket-rules.changed',
      before: { rules: [{ reason: OUTDATED, enabled: false }] },
      after: { rules: [{ reason: OUTDATED, enabled: true }], switchedOn: [OUTDATED] },
    });
    tenant.devices = [sick];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect(await told()).toHaveLength(2);
  });

  test('nothing is lost or told twice when the server is restarted between readings', async () => {
    await mustStart(await draft(OUTDATED), await draft('event:critical'));
    tenant.devices = [sick];
    tenant.events = [virus(1)];
    await msp.settle();
    await msp.restart();
    await msp.settle();
    tenant.events = [virus(1), virus(2)];
    tenant.devices = [well];
    await msp.restart();
    await msp.settle();
    await msp.settle();
    expect(await told()).toEqual(['open ws-1 1', 'open ws-1 2', 'close ws-1 1', 'open ws-1 3']);
    expect(ticketCalls()).toEqual([]);
  });

  test('begins with the tickets that are open for real, and with the same rules nothing differs', async () => {
    await msp.rules(OUTDATED, 'event:critical');
    tenant.devices = [sick];
    tenant.events = [virus(1)];
    await msp.settle();
    await mustStart();
    tenant.events = [virus(1), virus(2)];
    await msp.settle();
    expect(await look()).toMatchObject({ opened: { shadow: 1, real: 1 }, openNow: { shadow: 3, real: 3 } });
    tenant.devices = [well];
    await msp.settle();
    expect(await look()).toMatchObject({ openNow: { shadow: 2, real: 2 }, closed: { shadow: 1, real: 1 } });

    // A person closes both tickets of events: the shadow's are done with too, and what repeats opens on both sides.
    for (const ticketId of msp.psa.openTickets()) msp.psa.technicianCloses(ticketId);
    await msp.follow();
    tenant.events = [virus(1), virus(2), virus(3, { threat: 'threat-2' })];
    await msp.settle();
    expect(await look()).toMatchObject({
      opened: { shadow: 2, real: 2 },
      closed: { shadow: 3, real: 3 },
      openNow: { shadow: 1, real: 1 },
    });
    expect(await differences()).toEqual([]);
    expect(await msp.call('POST', `${path()}/make-real`, {})).toMatchObject({
      status: 409,
      body: { code: 'shadow-run.nothing-to-save' },
    });
  });

  test('differences name what only one side has and other choices, a page at a time', async () => {
    await msp.rules('event:critical');
    const rule = await draft('event:critical');
    const priority = rule.fields['priority'] === '1' ? '2' : '1';
    await mustStart({ ...rule, fields: { ...rule.fields, priority } }, await draft(OUTDATED));
    tenant.devices = [sick];
    tenant.events = [virus(1)];
    await msp.settle();
    const found = await differences();
    expect(found.map(({ kind, fields }) => [kind, fields]).sort()).toEqual([
      ['only-shadow', []],
      ['other-fields', ['priority']],
    ]);
    expect(found.find(({ kind }) => kind === 'other-fields')).toMatchObject({
      shadow: { fields: { priority } },
      real: { fields: { priority: rule.fields['priority'] }, psaTicketNumber: expect.any(String) },
    });
    expect(await differences('?kind=other-fields')).toHaveLength(1);
    const first = await msp.must('GET', `${path()}/differences?limit=1`);
    const rest = await msp.must('GET', `${path()}/differences?limit=1&after=${first.next}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(found.map(({ id }) => id));
    expect(rest.next).toBeNull();
  });

  test('a rule that is off in it shows the real tickets that it would have spared', async () => {
    await msp.rules(OUTDATED);
    await mustStart(await draft(OUTDATED, { enabled: false }), await draft('event:critical'));
    tenant.devices = [sick];
    await msp.settle();
    expect(await differences()).toMatchObject([
      { kind: 'only-real', shadow: null, because: 'The rule "Databases are outdated" is off in the shadow run' },
    ]);
    expect(await look()).toMatchObject({ opened: { shadow: 0, real: 1 } });
  });

  test('one runs at a time, only on what somebody saved last, and people of some clients see none of it', async () => {
    expect(await start()).toMatchObject({ status: 400, body: { code: 'shadow-run.no-rule' } });
    expect(await start([await draft(OUTDATED)], { revision: 99 })).toMatchObject({
      status: 409,
      body: { code: 'ticket-rules.saved-meanwhile' },
    });
    const twice = await draft(OUTDATED);
    expect(await start([twice, twice])).toMatchObject({ status: 400, body: { code: 'shadow-run.invalid' } });
    await mustStart(twice);
    expect(msp.audited().at(-1)).toMatchObject({ action: 'shadow-run.started', outcome: 'done' });
    expect(await start([twice])).toMatchObject({ status: 409, body: { code: 'shadow-run.runs-already' } });
    for (const at of ['', '/lines', '/differences']) {
      expect((await msp.call('GET', `${path()}${at}`, undefined, 'limited')).status).toBe(403);
    }
    await msp.rules('event:critical');
    expect((await look()).run).toMatchObject({ isOvertaken: true });
    expect(await msp.call('POST', `${path()}/make-real`, {}, 'second')).toMatchObject({
      status: 409,
      body: { code: 'ticket-rules.saved-meanwhile' },
    });
    expect((await look()).run).toMatchObject({ state: 'running' });
    expect(await msp.must('POST', `${path()}/stop`)).toMatchObject({ state: 'stopped', endedBy: 'ann' });
    expect(await msp.call('POST', `${path()}/stop`)).toMatchObject({
      status: 409,
      body: { code: 'shadow-run.none-runs' },
    });
  });

  test('a fault of its own ends it with its reason, and the real ticket opens all the same', async () => {
    await msp.rules(OUTDATED);
    await mustStart(await draft('event:critical'));
    await msp.settle();
    await db.executeSql(`update integrations.shadow_place set world = '{}'`);
    tenant.devices = [sick];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect((await look()).run).toMatchObject({ state: 'failed', problem: expect.stringContaining('Alder Joinery') });
  });

  test('a stopped run keeps its log until the next start; one that nobody stops ends by itself after 30 days', async () => {
    await mustStart(await draft(OUTDATED));
    tenant.devices = [sick];
    await msp.settle();
    await msp.must('POST', `${path()}/stop`);
    tenant.devices = [well];
    await msp.settle();
    expect(await told()).toEqual(['open ws-1 1']);
    await mustStart(await draft(OUTDATED));
    expect(await told()).toEqual([]);
    msp.later(30 * DAY_MS + 1_000);
    tenant.devices = [sick];
    await msp.settle();
    expect(await told()).toEqual([]);
    expect((await look()).run).toMatchObject({ state: 'ended', endedBy: null });
    expect(await msp.call('POST', `${path()}/stop`)).toMatchObject({ status: 409 });
    await mustStart(await draft(OUTDATED));
    expect((await look()).run).toMatchObject({ state: 'running' });
  });
});
