import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { ACTIVE_THREATS, DATABASES_OUTDATED, type Msp, startMsp } from './msp.testing.ts';
import type { FakeDevice, FakeEvent } from './sources/administration-server/fake-server.testing.ts';

const THREATS = 'status:critical:activeThreats';
const OUTDATED_CRITICAL = 'status:critical:databasesOutdated';
const OUTDATED_WARNING = 'status:warning:databasesOutdated';

const laptop = (more: Partial<FakeDevice> = {}): FakeDevice => ({
  id: 'host-7',
  name: 'laptop-7',
  statusId: 1,
  mask: ACTIVE_THREATS,
  visible: true,
  ...more,
});
const healthy = { statusId: 0, mask: 0 } as const;
const virus = (id: number, more: Partial<FakeEvent> = {}): FakeEvent => ({
  id,
  type: 'GNRL_EV_VIRUS_FOUND',
  title: 'Malicious object detected',
  severity: 4,
  deviceId: 'host-7',
  deviceName: 'laptop-7',
  at: new Date(),
  threat: 'EICAR-Test-File',
  ...more,
});

describeOnBothEngines('the Integration Service', (engine) => {
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    tenant = await msp.reset();
  });
  afterAll(() => msp.stop());

  test('a device with a threat has one ticket, and its recovery closes it with a note', async () => {
    await msp.rules(THREATS);
    tenant.devices = [laptop()];
    await msp.settle();
    await msp.settle(); // the same news twice is one ticket
    const [psaTicket = ''] = msp.psa.openTickets();
    expect(msp.psa.openTickets()).toHaveLength(1);
    const [ticket] = await msp.tickets();
    expect(ticket).toMatchObject({
      state: 'open',
      psaTicketId: psaTicket,
      tenantName: 'Alder Joinery',
      reason: THREATS,
    });
    expect(ticket?.psaTicketNumber).toMatch(/^T\d{8}\.\d{4}$/);

    tenant.devices = [laptop(healthy)];
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
    expect(msp.psa.notesOf(psaTicket)).toHaveLength(1);
    expect((await msp.tickets()).map(({ state }) => state)).toEqual(['closed']);
    expect((await msp.decisions()).map(({ decision }) => decision)).toEqual(['close', 'open']);
  });

  test('nothing becomes a ticket until a rule is switched on', async () => {
    tenant.devices = [laptop()];
    tenant.events = [virus(1)];
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
    await msp.rules(THREATS);
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test('an answer that is lost after the PSA stored the ticket makes no second one', async () => {
    await msp.rules(THREATS, 'event:critical');
    msp.psa.sandbox.controls.addFault({ method: 'POST', path: '/Tickets', mode: 'store-then-drop', count: 2 });
    tenant.devices = [laptop()];
    tenant.events = [virus(1)];
    await msp.poll();
    await expect
      .poll(async () => (await msp.tickets()).map(({ state }) => state), { timeout: 15_000 })
      .toEqual(['open', 'open']);
    expect(msp.psa.openTickets()).toHaveLength(2);
    const created = msp.psa.sandbox.controls
      .requests()
      .filter(({ method, path }) => method === 'POST' && /\/tickets$/i.test(path));
    expect(created).toHaveLength(2);
  });

  test.each([
    ['a fault of the PSA', { status: 500 }],
    ['a gateway that fails', { status: 503, body: 'Service Unavailable' }],
    ['too many requests', { status: 429, body: { errors: ['The thread threshold of 3 threads has been exceeded'] } }],
    ['a connection that ends before it is stored', { mode: 'drop-before-store' as const }],
  ])('%s delays the ticket and makes exactly one', async (_, fault) => {
    await msp.rules(THREATS);
    msp.psa.sandbox.controls.addFault({ method: 'POST', path: '/Tickets', count: 2, ...fault });
    tenant.devices = [laptop()];
    await msp.poll();
    await expect
      .poll(
        async () => {
          await msp.poll();
          return (await msp.tickets()).map(({ state }) => state);
        },
        { timeout: 20_000, interval: 200 },
      )
      .toEqual(['open']);
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test('a PSA that is down loses nothing: what happens meanwhile arrives when it is back', async () => {
    await msp.rules(THREATS, OUTDATED_CRITICAL);
    msp.psa.goDown();
    tenant.devices = [laptop()];
    await msp.poll();
    await expect.poll(async () => (await msp.tickets())[0]?.problem ?? '', { timeout: 15_000 }).toContain('Autotask');
    tenant.devices = [laptop({ mask: ACTIVE_THREATS | DATABASES_OUTDATED })];
    await msp.poll();
    const [integration] = (await msp.must('GET', '/api/integrations')).items;
    expect(integration).toMatchObject({ state: 'failing', problem: { code: 'psa.unavailable' } });

    msp.psa.comeBack();
    await expect
      .poll(
        async () => {
          await msp.poll();
          return (await msp.tickets()).filter(({ state }) => state === 'open').length;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBe(2);
    expect(msp.psa.openTickets()).toHaveLength(2);
    expect((await msp.must('GET', '/api/integrations')).items[0]).toMatchObject({ state: 'working', problem: null });
  });

  test('a refused login stops the integration without trying on, and its next good login goes on', async () => {
    await msp.rules(THREATS);
    const secret = msp.psa.sandbox.controls.rotateSecret();
    tenant.devices = [laptop()];
    await msp.poll();
    await expect
      .poll(async () => (await msp.must('GET', '/api/integrations')).items[0].state, { timeout: 15_000 })
      .toBe('stopped');
    const refused = () => msp.psa.sandbox.controls.requests().filter(({ status }) => status === 401).length;
    const before = refused();
    for (let round = 0; round < 5; round++) await msp.poll();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(refused()).toBe(before);
    expect(before).toBeLessThanOrEqual(2);

    await msp.must('PATCH', `/api/integrations/${msp.integrationId}`, { settings: { secret } });
    await expect.poll(() => msp.psa.openTickets().length, { timeout: 15_000 }).toBe(1);
  });

  test('a Warning that becomes Critical raises the same ticket', async () => {
    await msp.rules(OUTDATED_WARNING, OUTDATED_CRITICAL);
    tenant.devices = [laptop({ statusId: 2, mask: DATABASES_OUTDATED })];
    await msp.settle();
    const [psaTicket = ''] = msp.psa.openTickets();
    expect(msp.psa.fieldOf(psaTicket, 'priority')).toBe('2');
    tenant.devices = [laptop({ mask: DATABASES_OUTDATED })];
    await msp.settle();
    await expect.poll(() => msp.psa.fieldOf(psaTicket, 'priority'), { timeout: 10_000 }).toBe('4');
    await expect
      .poll(async () => (await msp.decisions()).map(({ decision }) => decision), { timeout: 10_000 })
      .toEqual(['raise', 'open']);
    expect(msp.psa.openTickets()).toEqual([psaTicket]);
    expect((await msp.tickets()).map(({ reason }) => reason)).toEqual([OUTDATED_CRITICAL]);
  });

  test('a priority that a person chose is not raised', async () => {
    await msp.rules(OUTDATED_WARNING, OUTDATED_CRITICAL);
    tenant.devices = [laptop({ statusId: 2, mask: DATABASES_OUTDATED })];
    await msp.settle();
    const [psaTicket = ''] = msp.psa.openTickets();
    msp.psa.technicianSets(psaTicket, 'priority', '3');
    tenant.devices = [laptop({ mask: DATABASES_OUTDATED })];
    await msp.settle();
    await expect.poll(async () => (await msp.decisions())[0]?.decision, { timeout: 10_000 }).toBe('raise');
    expect(msp.psa.fieldOf(psaTicket, 'priority')).toBe('3');
  });

  test('a laptop that is switched off keeps its ticket, even when the server calls it OK', async () => {
    await msp.rules(OUTDATED_CRITICAL);
    tenant.devices = [laptop({ mask: DATABASES_OUTDATED })];
    await msp.settle();
    tenant.devices = [laptop({ ...healthy, visible: false })];
    await msp.settle();
    tenant.devices = [];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect((await msp.decisions()).filter(({ decision }) => decision === 'wait')).toHaveLength(2);
    tenant.devices = [laptop(healthy)];
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
  });

  test('a ticket that a technician closed is not opened again before the condition was gone', async () => {
    await msp.rules(THREATS);
    tenant.devices = [laptop()];
    await msp.settle();
    const [psaTicket = ''] = msp.psa.openTickets();
    msp.psa.technicianCloses(psaTicket);
    await msp.follow();
    await msp.settle();
    expect((await msp.tickets()).map(({ state }) => state)).toEqual(['closed']);
    expect(msp.psa.openTickets()).toEqual([]);

    tenant.devices = [laptop(healthy)];
    await msp.settle();
    tenant.devices = [laptop()];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test('a ticket that cannot be changed just now is closed as soon as it can, with one note', async () => {
    await msp.rules(THREATS);
    tenant.devices = [laptop()];
    await msp.settle();
    const [psaTicket = ''] = msp.psa.openTickets();
    msp.psa.sandbox.controls.setCategoryRule(3, { nonEditable: true });
    tenant.devices = [laptop(healthy)];
    await msp.poll();
    await expect
      .poll(async () => (await msp.tickets())[0]?.problem ?? '', { timeout: 10_000 })
      .toContain('not editable');
    expect((await msp.tickets())[0]?.state).toBe('closing');
    msp.psa.sandbox.controls.setCategoryRule(3, { nonEditable: false });
    await expect.poll(async () => (await msp.tickets())[0]?.state, { timeout: 15_000 }).toBe('closed');
    expect(msp.psa.notesOf(psaTicket)).toHaveLength(1);
    expect((await msp.tickets())[0]?.problem).toBeNull();
  });

  test('a ticket that somebody deleted in the PSA is forgotten, not chased', async () => {
    await msp.rules(THREATS);
    tenant.devices = [laptop()];
    await msp.settle();
    msp.psa.deleteTicket(msp.psa.openTickets()[0] ?? '');
    tenant.devices = [laptop(healthy)];
    await msp.settle();
    expect((await msp.tickets())[0]).toMatchObject({ state: 'closed', problem: expect.stringContaining('deleted') });
  });

  test('a storm of one threat is one ticket, and another threat another', async () => {
    await msp.rules('event:critical');
    tenant.events = [...Array.from({ length: 40 }, (_, at) => virus(at + 1)), virus(50, { threat: 'Trojan' })];
    await msp.settle();
    tenant.events.push(virus(60));
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(2);
    expect((await msp.decisions()).filter(({ decision }) => decision === 'note')).toHaveLength(2);
  });

  test('no event becomes two tickets over restarts, and none is lost', async () => {
    await msp.rules('event:critical');
    tenant.events = [virus(1)];
    await msp.settle();
    await msp.restart();
    tenant.events.push(virus(2, { threat: 'Trojan' }));
    await msp.settle();
    await msp.restart();
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(2);
  });

  test('what was planned before a crash is carried out after it', async () => {
    await msp.rules(THREATS);
    msp.psa.goDown();
    tenant.devices = [laptop()];
    await msp.poll();
    await msp.restart();
    msp.psa.comeBack();
    await expect
      .poll(
        async () => {
          await msp.poll();
          return msp.psa.openTickets().length;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBe(1);
  });

  test('tickets for an inactive account wait, and are opened when it is active again', async () => {
    await msp.rules(THREATS, 'event:critical');
    msp.psa.sandbox.controls.updateRow('Companies', 175, { isActive: false });
    await msp.follow();
    tenant.devices = [laptop()];
    tenant.events = [virus(1, { at: new Date(Date.now() + 3_600_000) })];
    await msp.settle();
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
    expect((await msp.decisions()).map(({ decision }) => decision)).toEqual(['wait', 'wait']);
    const mapping = (await msp.must('GET', `/api/integrations/${msp.integrationId}/mappings`)).items[0];
    expect(mapping).toMatchObject({ account: { active: false }, problem: expect.stringContaining('inactive') });

    msp.psa.sandbox.controls.updateRow('Companies', 175, { isActive: true });
    await msp.follow();
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(2);
  });

  test('an account that became inactive unnoticed puts the ticket off instead of failing it', async () => {
    await msp.rules(THREATS);
    msp.psa.sandbox.controls.updateRow('Companies', 175, { isActive: false });
    tenant.devices = [laptop()];
    await msp.poll();
    await expect.poll(async () => (await msp.decisions())[0]?.decision, { timeout: 10_000 }).toBe('wait');
    expect((await msp.tickets())[0]?.state).toBe('opening');
    msp.psa.sandbox.controls.updateRow('Companies', 175, { isActive: true });
    await expect.poll(() => msp.psa.openTickets().length, { timeout: 15_000 }).toBe(1);
  });

  test('a priority that was deleted in the PSA fails visibly, and is tried again when the rule is mended', async () => {
    await msp.rules(THREATS);
    msp.psa.removeChoice('priority', '4');
    tenant.devices = [laptop()];
    await msp.poll();
    await expect.poll(async () => (await msp.tickets())[0]?.state, { timeout: 10_000 }).toBe('failed');
    const { items } = await msp.must('GET', `/api/integrations/${msp.integrationId}/ticket-rules`);
    const rule = items.find(({ reason }: { reason: string }) => reason === THREATS);
    expect(rule.problem).toContain('Priority');
    const { title: _, problem: __, ...mended } = { ...rule, fields: { ...rule.fields, priority: '1' } };
    await msp.must('PUT', `/api/integrations/${msp.integrationId}/ticket-rules`, { rules: [mended] });
    await expect.poll(() => msp.psa.openTickets().length, { timeout: 15_000 }).toBe(1);
  });

  test('one tenant that cannot be read holds up no other', async () => {
    await msp.rules(THREATS);
    const other = msp.server.addTenant('Birchwood Dental');
    await msp.poll();
    await msp.map('2', '176');
    msp.server.mainServer.devices = [laptop({ id: 'own' })];
    tenant.devices = [laptop()];
    msp.server.switches.failsFor = tenant.name;
    other.devices = [laptop({ id: 'b1' })];
    await msp.settle();
    expect((await msp.tickets()).map(({ tenantName }) => tenantName)).toEqual(['Birchwood Dental']);
    const { items } = await msp.must('GET', `/api/integrations/${msp.integrationId}/mappings`);
    expect(items.find(({ sourceTenantId }: { sourceTenantId: string }) => sourceTenantId === '1').problem).toContain(
      'Try later',
    );
  });

  test('a device whose status is none that is known has no ticket, and keeps one that it has', async () => {
    await msp.rules(THREATS);
    const unknown = { ...laptop(healthy), statusId: 9 as 1 };
    tenant.devices = [unknown];
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
    tenant.devices = [laptop()];
    await msp.settle();
    tenant.devices = [unknown];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
  });

  test('a server that cannot be read is shown, and its tickets stay as they are', async () => {
    await msp.rules(THREATS);
    tenant.devices = [laptop()];
    await msp.settle();
    msp.server.switches.isDown = true;
    await msp.poll();
    expect((await msp.must('GET', '/api/sources')).items[0]).toMatchObject({ problem: { code: 'source.unavailable' } });
    expect(msp.psa.openTickets()).toHaveLength(1);
    const { problems } = await msp.must('GET', '/api/integrations/overview');
    expect(problems).toMatchObject([{ what: 'This Administration Server' }]);
  });

  describe('setting up', () => {
    test('maps one tenant to one account', async () => {
      msp.server.addTenant('Birchwood Dental');
      await msp.poll();
      const path = `/api/integrations/${msp.integrationId}/mappings/${msp.sourceId}`;
      const taken = await msp.call('PUT', `${path}/2`, { accountId: '175' });
      expect(taken).toMatchObject({ status: 409, body: { code: 'mapping.account-taken' } });
      const inactive = await msp.call('PUT', `${path}/2`, { accountId: msp.psa.inactiveAccountId });
      expect(inactive).toMatchObject({ status: 400, body: { code: 'mapping.account-inactive' } });
      const unknown = await msp.call('PUT', `${path}/99`, { accountId: '176' });
      expect(unknown.status).toBe(404);
      const second = await msp.must('POST', '/api/integrations', {
        kind: 'autotask',
        name: 'Second',
        settings: msp.psa.settings,
      });
      const elsewhere = await msp.call('PUT', `/api/integrations/${second.id}/mappings/${msp.sourceId}/1`, {
        accountId: '176',
      });
      expect(elsewhere).toMatchObject({ status: 409, body: { code: 'mapping.elsewhere' } });
    });

    test('ending a mapping leaves the PSA as it is', async () => {
      await msp.rules(THREATS);
      tenant.devices = [laptop()];
      await msp.settle();
      await msp.map('1', null);
      tenant.devices = [laptop(healthy)];
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(1);
      expect((await msp.tickets())[0]).toMatchObject({
        state: 'closed',
        problem: expect.stringContaining('left as it is'),
      });
    });

    test('removing the integration leaves the PSA as it is', async () => {
      await msp.rules(THREATS);
      tenant.devices = [laptop()];
      await msp.settle();
      await msp.must('DELETE', `/api/integrations/${msp.integrationId}`);
      tenant.devices = [laptop(healthy)];
      await msp.settle();
      expect(msp.psa.openTickets()).toHaveLength(1);
      expect((await msp.must('GET', '/api/integrations')).items).toEqual([]);
    });

    test('saves nothing that does not work, and says what is missing', async () => {
      const wish = (settings: Record<string, unknown>) =>
        msp.call('POST', '/api/integrations', {
          kind: 'autotask',
          name: 'Other',
          settings: { ...msp.psa.settings, ...settings },
        });
      expect(await wish({ secret: 'wrong' })).toMatchObject({ status: 400, body: { code: 'integration.not-working' } });
      expect(await wish({ userName: 'nobody@example.com' })).toMatchObject({ status: 400 });
      expect(await wish({ discoveryUrl: 'http://example.com' })).toMatchObject({
        status: 400,
        body: { code: 'input.invalid' },
      });
      expect(await wish({ colour: 'red' })).toMatchObject({
        status: 400,
        body: { issues: [{ where: 'body.settings.colour' }] },
      });
      msp.psa.sandbox.controls.setRights('Tickets', { update: 0 } as never);
      const lacking = await wish({});
      expect(lacking).toMatchObject({ status: 400, body: { code: 'integration.not-working' } });
      expect(lacking.body.message).toContain('Tickets (edit)');
      expect((await msp.must('GET', '/api/integrations')).items).toHaveLength(1);
    });

    test('never shows a secret, and keeps one that is left out', async () => {
      const shown = JSON.stringify(await msp.must('GET', '/api/integrations'));
      expect(shown).not.toContain(String(msp.psa.settings['secret']));
      expect(shown).not.toContain(String(msp.psa.settings['trackingId']));
      const changed = await msp.must('PATCH', `/api/integrations/${msp.integrationId}`, {
        settings: { hourlySharePercent: 50 },
      });
      expect(changed).toMatchObject({ secretsSet: ['secret', 'trackingId'], settings: { hourlySharePercent: 50 } });
      expect(await msp.must('POST', `/api/integrations/${msp.integrationId}/test`)).toMatchObject({ ok: true });
      expect(JSON.stringify(msp.audited())).not.toContain(String(msp.psa.settings['secret']));
    });

    test('saves all rules of a call or none', async () => {
      const path = `/api/integrations/${msp.integrationId}/ticket-rules`;
      const { items } = await msp.must('GET', path);
      const [first, second] = items.map(({ title: _, problem: __, ...rule }: { title: string; problem: string }) => ({
        ...rule,
        enabled: true,
      }));
      const refused = await msp.call('PUT', path, {
        rules: [first, { ...second, fields: { ...second.fields, priority: '77' } }],
      });
      expect(refused).toMatchObject({
        status: 400,
        body: { code: 'ticket-rules.invalid', issues: [{ where: 'body.rules[1].fields.priority' }] },
      });
      expect((await msp.must('GET', path)).items.filter(({ enabled }: { enabled: boolean }) => enabled)).toEqual([]);
    });

    test('tells the defaults beside the rules, whatever was saved', async () => {
      const path = `/api/integrations/${msp.integrationId}/ticket-rules`;
      const { items, defaults } = await msp.must('GET', path);
      expect(defaults.items).toEqual(items);
      const { title: _, problem: __, ...rule } = items[0];
      await msp.must('PUT', path, { rules: [{ ...rule, enabled: true, dueHours: 99 }] });
      const after = await msp.must('GET', path);
      expect(after.items[0]).toMatchObject({ enabled: true, dueHours: 99 });
      expect(after.defaults).toEqual(defaults);
    });

    test('hides from a user who is limited to tenants what concerns others', async () => {
      await msp.rules(THREATS);
      tenant.devices = [laptop()];
      await msp.settle();
      const as = (method: string, path: string, body?: unknown) => msp.call(method, path, body, 'limited');
      expect((await as('GET', '/api/tickets')).body.items).toEqual([]);
      expect((await as('GET', '/api/decisions')).body.items).toEqual([]);
      expect((await as('GET', '/api/sources')).body.items).toEqual([]);
      expect((await as('GET', `/api/integrations/${msp.integrationId}/mappings`)).body.items).toEqual([]);
      expect((await as('GET', '/api/integrations/overview')).body).toMatchObject({
        openTickets: 0,
        tenants: 0,
        mappedTenants: 0,
      });
      expect((await as('GET', `/api/integrations/${msp.integrationId}/accounts`)).status).toBe(403);
      expect((await as('DELETE', `/api/integrations/${msp.integrationId}`)).status).toBe(403);
    });

    test('pages through tickets and decisions without gaps', async () => {
      await msp.rules('event:critical');
      tenant.events = Array.from({ length: 7 }, (_, at) => virus(at + 1, { threat: `threat-${at}` }));
      await msp.settle();
      for (const list of ['tickets', 'decisions']) {
        const seen: string[] = [];
        let after = '';
        for (let pages = 0; pages < 10; pages++) {
          const page = await msp.must('GET', `/api/${list}?limit=3${after}`);
          seen.push(...page.items.map(({ id }: { id: string }) => id));
          if (!page.next) break;
          after = `&after=${page.next}`;
        }
        expect(new Set(seen).size).toBe(7);
        expect(seen).toHaveLength(7);
        expect((await msp.call('GET', `/api/${list}?after=nonsense`)).status).toBe(400);
      }
      const overview = await msp.must('GET', '/api/integrations/overview');
      expect(overview).toMatchObject({ openTickets: 7, mappedTenants: 1, tenants: 1, rulesOn: 1, problems: [] });
      expect(overview.ticketDays).toHaveLength(7);
      expect(overview.ticketDays.at(-1)).toMatchObject({ opened: 7, closed: 0 });
    });
  });
});
