import type { TicketRule, TicketSettings } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { ACTIVE_THREATS, DATABASES_OUTDATED, type Msp, startMsp } from './msp.testing.ts';
import type { FakeDevice, FakeEvent } from './sources/administration-server/fake-server.testing.ts';

const THREATS = 'status:critical:activeThreats';
const OUTDATED = 'status:critical:databasesOutdated';
const VIRUS = 'event-type:GNRL_EV_VIRUS_FOUND';

const sick = (at: number, mask = DATABASES_OUTDATED): FakeDevice => ({
  id: `host-${at}`,
  name: `ws-${at}`,
  statusId: 1,
  mask,
  visible: true,
});
const well = (at: number): FakeDevice => ({ ...sick(at, 0), statusId: 0 });
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

describeOnBothEngines('ticket settings', (engine) => {
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    tenant = await msp.reset();
  });
  afterAll(() => msp.stop());

  const path = () => `/api/integrations/${msp.integrationId}/ticket-rules`;
  const read = (): Promise<TicketSettings> => msp.must('GET', path());
  const rule = async (reason: string, more: Partial<TicketRule> = {}) => {
    const { items } = await read();
    const like = items.find((each) => each.reason === reason) ?? items.find((each) => each.reason === 'event:critical');
    const { title: _, problem: __, ...found } = like as TicketRule;
    return { ...found, reason, ...more };
  };
  const switchOn = async (backlog: string, ...reasons: string[]) => {
    const rules = await Promise.all(reasons.map((reason) => rule(reason, { enabled: true })));
    return msp.must('PUT', path(), { rules, backlog });
  };
  const psaRow = (id: string): Record<string, unknown> =>
    msp.psa.sandbox.controls.state().rows['Tickets']?.find(({ values }) => values['id'] === Number(id))?.values ?? {};

  describe('what is there when a rule is switched on', () => {
    beforeEach(async () => {
      tenant.devices = [sick(1), sick(2), sick(3, ACTIVE_THREATS), well(4)];
      await msp.settle();
    });

    test('is counted by rule before anything is saved', async () => {
      const backlog = await msp.must('POST', `${path()}/backlog`, { switchedOn: [OUTDATED, THREATS] });
      expect(backlog).toEqual({
        items: [
          { reason: OUTDATED, title: 'Databases are outdated', tickets: 2, clients: 1 },
          { reason: THREATS, title: 'Active threats are detected', tickets: 1, clients: 1 },
        ],
        tickets: 3,
        clients: 1,
        unread: [],
      });
      expect(msp.psa.openTickets()).toEqual([]);
    });

    test('is not counted where a client cannot be read, and that is told', async () => {
      msp.server.switches.failsFor = 'Alder Joinery';
      const backlog = await msp.must('POST', `${path()}/backlog`, { switchedOn: [OUTDATED] });
      expect(backlog).toMatchObject({ tickets: 0, clients: 0, unread: [{ tenantName: 'Alder Joinery' }] });
    });

    test('becomes a ticket for each, when all is chosen', async () => {
      await switchOn('all', OUTDATED);
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(2);
    });

    test('makes no ticket when it is ignored, until it was gone and came back', async () => {
      await switchOn('ignore', OUTDATED);
      await msp.settle();
      tenant.devices = [sick(1), sick(2), well(4), sick(5)];
      await msp.settle();
      await msp.settle();
      expect((await msp.tickets()).map(({ deviceName }) => deviceName)).toEqual(['ws-5']);
      const skipped = (await msp.decisions()).filter(({ decision }) => decision === 'skip');
      expect(skipped.map(({ deviceName }) => deviceName).sort()).toEqual(['ws-1', 'ws-2']);

      tenant.devices = [{ ...well(1), visible: false }, sick(2), sick(5)];
      await msp.settle();
      tenant.devices = [sick(1), well(2), sick(5)];
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(1);
      tenant.devices = [sick(1), sick(2), sick(5)];
      await msp.settle();
      expect((await msp.tickets()).map(({ deviceName }) => deviceName).sort()).toEqual(['ws-2', 'ws-5']);
    });

    test('is ignored too where a client could not be read when the rule was switched on', async () => {
      msp.server.switches.failsFor = 'Alder Joinery';
      await switchOn('ignore', OUTDATED);
      await msp.poll();
      msp.server.switches.failsFor = '';
      await msp.restart();
      await msp.settle();
      expect(await msp.tickets()).toEqual([]);
    });

    test('stays ignored when its mapping is ended and at once taken back, but not when it comes back later', async () => {
      await switchOn('ignore', OUTDATED);
      await msp.settle();
      await msp.map('1', null);
      await msp.map('1', '175');
      await msp.settle();
      expect(await msp.tickets()).toEqual([]);
      await msp.map('1', null);
      msp.later(2 * 3_600_000);
      await msp.map('1', '175');
      await msp.settle();
      expect((await msp.tickets()).map(({ deviceName }) => deviceName).sort()).toEqual(['ws-1', 'ws-2']);
    });

    test('is listed in one ticket, which closes with the last of it', async () => {
      await switchOn('summary', OUTDATED, THREATS);
      await msp.settle();
      const [listed = ''] = msp.psa.openTickets();
      expect(msp.psa.openTickets()).toHaveLength(1);
      expect(psaRow(listed)['title']).toBe('Alder Joinery: 3 problems that were there when tickets were switched on');
      expect(psaRow(listed)['description']).toContain('- ws-2');
      tenant.devices = [well(1), sick(2), well(3)];
      await msp.settle();
      expect(msp.psa.openTickets()).toEqual([listed]);
      tenant.devices = [well(1), well(2), well(3)];
      await msp.settle();
      expect(msp.psa.openTickets()).toEqual([]);
    });

    test('can still become tickets later, when the rule is switched on anew and all is chosen', async () => {
      await switchOn('ignore', OUTDATED);
      await msp.settle();
      await msp.must('PUT', path(), { rules: [await rule(OUTDATED, { enabled: false })] });
      expect(await msp.must('POST', `${path()}/backlog`, { switchedOn: [OUTDATED] })).toMatchObject({ tickets: 2 });
      await switchOn('all', OUTDATED);
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(2);
    });
  });

  describe('for all tickets', () => {
    test('source and status of new tickets, and the closing status, hold for every rule', async () => {
      await switchOn('all', OUTDATED);
      const { general } = await read();
      expect(general.fields).toEqual({ source: null, status: '1', closedStatus: '5' });
      await msp.must('PUT', path(), { general: { fields: { ...general.fields, source: '8' } } });
      tenant.devices = [sick(1)];
      await msp.settle();
      const [ticket = ''] = msp.psa.openTickets();
      expect(psaRow(ticket)).toMatchObject({ source: 8, status: 1 });
    });

    test('a ticket that is open closes with the closing status that is chosen by then', async () => {
      await switchOn('all', OUTDATED);
      tenant.devices = [sick(1)];
      await msp.settle();
      const [ticket = ''] = msp.psa.openTickets();
      const { general } = await read();
      const fields: { name: string; choices: { id: string; active: boolean }[] }[] = (
        await msp.must('GET', `/api/integrations/${msp.integrationId}/fields`)
      ).items;
      const other = fields
        .find(({ name }) => name === 'closedStatus')
        ?.choices.find(({ id, active }) => active && !['1', '5'].includes(id))?.id;
      await msp.must('PUT', path(), { general: { fields: { ...general.fields, closedStatus: other } } });
      tenant.devices = [well(1)];
      await msp.settle();
      expect(String(psaRow(ticket)['status'])).toBe(other);
      expect(await msp.tickets()).toMatchObject([{ state: 'closed' }]);
    });

    test('a status that tickets need cannot be left blank while a rule is on, nor a rule be on while it is', async () => {
      const { general } = await read();
      const blank = { fields: { ...general.fields, closedStatus: null } };
      const on = await rule(OUTDATED, { enabled: true });
      const issues = [{ where: 'body.general.fields.closedStatus', what: 'Closed ticket status must be chosen' }];
      await msp.must('PUT', path(), { general: blank });
      expect(await msp.call('PUT', path(), { rules: [on] })).toMatchObject({ status: 400, body: { issues } });
      await msp.must('PUT', path(), { general: { fields: general.fields }, rules: [on] });
      expect(await msp.call('PUT', path(), { general: blank })).toMatchObject({ status: 400, body: { issues } });
    });
  });

  describe('for one type of events', () => {
    test('a rule goes before that of its severity, and taken away leaves it to that again', async () => {
      await switchOn('all', 'event:critical');
      const own = await rule(VIRUS, { enabled: true, dueHours: 2 });
      own.fields = { ...own.fields, priority: '1' };
      await msp.must('PUT', path(), { rules: [own] });
      tenant.events = [virus(1), virus(2, { type: 'OTHER', title: 'Something else' })];
      await msp.settle();
      const tickets = msp.psa.openTickets().map(psaRow);
      // Two are carried out at once, so either may be first in the PSA.
      expect(tickets.map(({ title, priority }) => [title, priority]).sort()).toEqual([
        ['ws-1: Malicious object detected (threat-1)', 1],
        ['ws-1: Something else (threat-2)', 4],
      ]);
      expect((await msp.tickets()).map(({ reason }) => reason)).toEqual(['event:critical', 'event:critical']);

      const { items } = await msp.must('PUT', path(), { removed: [VIRUS] });
      expect(items.map(({ reason }: TicketRule) => reason)).not.toContain(VIRUS);
      tenant.events.push(virus(3));
      await msp.settle();
      expect(psaRow(msp.psa.openTickets().at(-1) ?? '')['priority']).toBe(4);
    });

    test('a rule can say that it makes no ticket, and why there is none is told', async () => {
      await switchOn('all', 'event:critical');
      await msp.must('PUT', path(), { rules: [await rule(VIRUS, { enabled: false })] });
      tenant.events = [virus(1), virus(2, { type: 'OTHER' })];
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(1);
      const [skipped] = (await msp.decisions()).filter(({ decision }) => decision === 'skip');
      expect(skipped?.explanation).toContain('the rule for this type of events says to make no ticket');
    });

    test('only such a rule can be taken away', async () => {
      expect(await msp.call('PUT', path(), { removed: [OUTDATED] })).toMatchObject({
        status: 400,
        body: { issues: [{ where: 'body.removed[0]' }] },
      });
    });
  });

  describe('templates', () => {
    test('word title and text of the tickets that follow, with the device page of this console', async () => {
      const { templates } = await read();
      await msp.must('PUT', path(), {
        templates: {
          ...templates,
          statusTitle: '[{client}] {condition}',
          statusBody: 'See {link}',
          consoleUrl: 'https://gatehouse.example/',
        },
      });
      await switchOn('all', OUTDATED);
      tenant.devices = [sick(1)];
      await msp.settle();
      const row = psaRow(msp.psa.openTickets()[0] ?? '');
      expect(row['title']).toBe('[Alder Joinery] Databases are outdated');
      expect(row['description']).toMatch(
        /^See https:\/\/gatehouse\.example\/devices\/host-1\n\nOpened by Gatehouse, key ksi1:[0-9a-f]{40}$/,
      );
    });

    test('are refused with the place of what nobody knows, and nothing of the save is kept', async () => {
      const { templates, revision } = await read();
      const refused = await msp.call('PUT', path(), {
        templates: { ...templates, eventBody: 'On {devise}' },
        rules: [await rule(OUTDATED, { enabled: true })],
      });
      expect(refused).toMatchObject({
        status: 400,
        body: {
          code: 'ticket-rules.invalid',
          issues: [{ where: 'body.templates.eventBody', what: expect.stringContaining('line 1, character 4') }],
        },
      });
      const after = await read();
      expect(after).toMatchObject({ revision, templates });
      expect(after.items.some(({ enabled }) => enabled)).toBe(false);
    });

    test('are shown with something that is really there, else with a made-up one that says so', async () => {
      const { templates } = await read();
      const preview = (kind: string) => msp.must('POST', `${path()}/preview`, { kind, templates });
      expect(await preview('event')).toMatchObject({ madeOf: 'sample', title: expect.stringContaining('LAPTOP-7') });
      tenant.devices = [well(1), sick(2)];
      tenant.events = [virus(1), virus(2)];
      await msp.settle();
      expect(await preview('event')).toMatchObject({
        madeOf: 'real',
        clientName: 'Alder Joinery',
        title: 'ws-1: Malicious object detected (threat-2)',
      });
      expect(await preview('status')).toMatchObject({ madeOf: 'real', title: 'ws-2: Databases are outdated' });
      expect((await msp.call('POST', `${path()}/preview`, { kind: 'event', templates }, 'limited')).status).toBe(403);
    });
  });

  test('two people who save at once do not save over each other', async () => {
    const { revision } = await read();
    const mine = { revision, rules: [await rule(OUTDATED, { dueHours: 1 })] };
    await msp.must('PUT', path(), { revision, rules: [await rule(OUTDATED, { dueHours: 2 })] });
    expect(await msp.call('PUT', path(), mine)).toMatchObject({
      status: 409,
      body: { code: 'ticket-rules.saved-meanwhile', message: expect.stringContaining('ann saved') },
    });
    const after = await read();
    expect(after).toMatchObject({ revision: revision + 1, savedBy: 'ann' });
    expect(after.items.find(({ reason }) => reason === OUTDATED)?.dueHours).toBe(2);
  });

  test('a save is audited with what it changed and what was switched on', async () => {
    await switchOn('ignore', OUTDATED);
    const line = msp.audited().findLast(({ action }) => action === 'ticket-rules.changed');
    expect(line).toMatchObject({
      before: { rules: [{ reason: OUTDATED, enabled: false }] },
      after: { rules: [{ reason: OUTDATED, enabled: true }], switchedOn: [OUTDATED], backlog: 'ignore' },
    });
  });
});
