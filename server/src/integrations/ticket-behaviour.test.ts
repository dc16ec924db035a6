/** Each rule of how tickets behave as a story: our Administration Server over the Open API, the PSA behind HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type MspOverOpenApi, startMspOverOpenApi } from '../testing/msp-over-open-api.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const THREATS = 'status:critical:activeThreats';
const OUTDATED_CRITICAL = 'status:critical:databasesOutdated';
const OUTDATED_WARNING = 'status:warning:databasesOutdated';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('tickets', (place) => {
  let msp: MspOverOpenApi;
  let clients = 0;
  let client: Awaited<ReturnType<MspOverOpenApi['client']>>;
  const laptop = (name = 'laptop-7') => msp.device(client.tenantId, name);
  /** Old enough that outdated databases count. */
  const oldLaptop = async () => {
    const device = await laptop();
    await msp.later(25 * HOUR_MS);
    await device.tells();
    return device;
  };
  const open = () => msp.psa.openTickets();
  /** Those of finds; others may say that the device's status changed. */
  const ofFinds = () => open().filter((ticketId) => titleOf(ticketId)?.startsWith('laptop-7: Malicious'));
  const only = (): string => {
    expect(open()).toHaveLength(1);
    return open()[0] ?? '';
  };
  const titleOf = (ticketId: string) => msp.psa.fieldOf(ticketId, 'title');

  beforeAll(async () => {
    msp = await startMspOverOpenApi({ database: await place.open(), engine });
  });
  beforeEach(async () => {
    await msp.reset();
    clients += 1;
    client = await msp.client(`Client ${clients}`);
  });
  afterAll(() => msp.stop());

  describe('follow the rules', () => {
    test('everything is off until it is switched on, and takes effect at once', async () => {
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      expect(open()).toEqual([]);
      await msp.rules(THREATS);
      await msp.settle();
      expect(titleOf(only())).toBe('laptop-7: Active threats are detected');
    });

    test('a ticket closes when its own reason is gone, also while the device stays Critical for another', async () => {
      await msp.rules(THREATS, OUTDATED_CRITICAL);
      const device = await oldLaptop();
      await device.catches('one');
      await device.tells({ databasesDays: 9 });
      await msp.settle();
      expect(open()).toHaveLength(2);
      await device.tells();
      await msp.settle();
      expect(titleOf(only())).toBe('laptop-7: Active threats are detected');
      expect((await device.shown()).status).toBe('critical');
      await device.isHealed('one');
      await msp.settle();
      expect(open()).toEqual([]);
    });

    test('a ticket of an event is closed by people only', async () => {
      await msp.rules('event:critical');
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      await device.isHealed('one');
      await msp.settle();
      expect(ofFinds()).toHaveLength(1);
    });

    test('after an outage only events that are younger than the lifetime become tickets', async () => {
      await msp.rules('event:critical');
      const device = await laptop();
      const finds = (threat: string) =>
        device.sends({ type: 'GNRL_EV_VIRUS_FOUND', severity: 4, params: { '2': '/a', '5': threat, '6': threat } });
      await finds('Before');
      await msp.settle();
      await finds('During');
      await msp.later(25 * HOUR_MS);
      await finds('After');
      await msp.settle();
      expect(ofFinds().map(titleOf)).toEqual([expect.stringContaining('(Before)'), expect.stringContaining('(After)')]);
      const skipped = (await msp.decisions()).filter(({ decision }) => decision === 'skip');
      expect(skipped.map(({ explanation }) => explanation).join('\n')).toContain('lifetime of 1 day');
    });

    test('only active accounts have tickets opened; what waits is opened when the account is active again', async () => {
      await msp.rules(THREATS);
      msp.psa.sandbox.controls.updateRow('Companies', client.accountId, { isActive: false });
      await msp.later(2 * HOUR_MS);
      await msp.follow();
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      expect(open()).toEqual([]);
      expect((await msp.decisions())[0]).toMatchObject({
        decision: 'wait',
        explanation: expect.stringContaining('inactive'),
      });
      msp.psa.sandbox.controls.updateRow('Companies', client.accountId, { isActive: true });
      await msp.later(2 * HOUR_MS);
      await msp.follow();
      await msp.settle();
      only();
    });

    test('a default that the PSA no longer has is blank, and its rule cannot be on until another is chosen', async () => {
      msp.psa.removeChoice('priority', '4');
      const wish = { kind: 'autotask', name: 'Without Critical', settings: msp.psa.settings };
      const { id } = await msp.must('POST', '/api/integrations', wish);
      const path = `/api/integrations/${id}/ticket-rules`;
      const { items } = await msp.must('GET', path);
      const rule = items.find(({ reason }: { reason: string }) => reason === THREATS);
      expect(rule.fields.priority).toBeNull();
      const { title: _, problem: __, ...wanted } = { ...rule, enabled: true };
      expect(await msp.call('PUT', path, { rules: [wanted] })).toMatchObject({
        status: 400,
        body: { issues: [{ where: expect.stringContaining('priority') }] },
      });
      const chosen = { ...wanted, fields: { ...wanted.fields, priority: '1' } };
      expect((await msp.call('PUT', path, { rules: [chosen] })).status).toBe(200);
      await msp.must('DELETE', `/api/integrations/${id}`);
    });

    test('ending a mapping or the integration unbinds and deletes nothing in either system', async () => {
      await msp.rules(THREATS);
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const ticketId = only();
      await client.map(null);
      await device.isHealed('one');
      await msp.settle();
      expect(open()).toEqual([ticketId]);
      expect((await device.shown()).status).toBe('ok');
      await msp.endIntegration();
      expect(open()).toEqual([ticketId]);
    });

    test('a ticket that cannot be changed is tried until it can', async () => {
      await msp.rules(THREATS);
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const ticketId = only();
      msp.psa.sandbox.controls.setCategoryRule(3, { nonEditable: true });
      await device.isHealed('one');
      await msp.settle();
      expect((await msp.tickets())[0]).toMatchObject({
        state: 'closing',
        problem: expect.stringContaining('editable'),
      });
      msp.psa.sandbox.controls.setCategoryRule(3, { nonEditable: false });
      const openLater = async () => {
        await msp.later(MINUTE_MS);
        await msp.settle();
        return open();
      };
      await expect.poll(openLater, { timeout: 20_000, interval: 200 }).toEqual([]);
      expect(msp.psa.notesOf(ticketId)).toHaveLength(1);
    });

    test('a Warning that becomes Critical raises the same ticket and notes it', async () => {
      await msp.rules(OUTDATED_WARNING, OUTDATED_CRITICAL);
      const device = await oldLaptop();
      await device.tells({ databasesDays: 5 });
      await msp.settle();
      const ticketId = only();
      expect(msp.psa.fieldOf(ticketId, 'priority')).toBe('2');
      await device.tells({ databasesDays: 9 });
      await msp.settle();
      expect(only()).toBe(ticketId);
      expect(msp.psa.fieldOf(ticketId, 'priority')).toBe('4');
      expect(msp.psa.notesOf(ticketId)[0]).toContain('from Warning to Critical');
    });

    test('events that tell of a status make no second ticket beside the status', async () => {
      await msp.rules(THREATS, 'event:critical', 'event:warning');
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      await msp.settle();
      const titles = open().map(titleOf);
      expect(titles.filter((title) => /status/i.test(title ?? ''))).toEqual([]);
      expect(titles).toHaveLength(2); // the threat as a status, and the find as an event
    });

    test('a device that is out of sight keeps its ticket, whatever the server calls it', async () => {
      await msp.rules(OUTDATED_CRITICAL);
      const device = await oldLaptop();
      await device.tells({ databasesDays: 9 });
      await msp.settle();
      await msp.later(5 * HOUR_MS);
      await msp.settle();
      only();
      await device.tells();
      await msp.settle();
      expect(open()).toEqual([]);
    });
  });

  describe('are kept from being noise', () => {
    test('a condition that is over within the creation delay makes no ticket, and the figure says so', async () => {
      await msp.rules(THREATS);
      await msp.guards({ creationDelayMinutes: 10 });
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      await device.isHealed('one');
      await msp.settle();
      expect(open()).toEqual([]);
      const { held } = await msp.must('GET', msp.at('/ticket-guards'));
      expect(held.find(({ guard }: { guard: string }) => guard === 'delay')).toMatchObject({ lastDay: 1, lastWeek: 1 });
      await device.catches('two');
      await msp.settle();
      await msp.later(10 * MINUTE_MS);
      await device.tells();
      await msp.settle();
      only();
    });

    test('a condition that comes back soon opens the same ticket again', async () => {
      await msp.rules(THREATS);
      await msp.guards({ flapMinutes: 60 });
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const ticketId = only();
      await device.isHealed('one');
      await msp.settle();
      expect(open()).toEqual([]);
      await device.catches('two');
      await msp.settle();
      expect(only()).toBe(ticketId);
      expect(msp.psa.notesOf(ticketId)).toHaveLength(2);
      expect(await msp.tickets()).toMatchObject([{ state: 'open', closedAt: null }]);
      expect((await msp.decisions())[0]).toMatchObject({ decision: 'open', guard: 'flap' });
      await device.isHealed('two');
      await msp.settle();
      expect(open()).toEqual([]);
    });

    test('many devices with one condition are one ticket that lists them and closes when all are well', async () => {
      await msp.rules(THREATS);
      await msp.guards({ storm: { devices: 3, minutes: 10 } });
      const devices = [];
      for (let at = 1; at <= 4; at += 1) devices.push(await laptop(`pc-${at}`));
      for (const device of devices) await device.catches('worm');
      await msp.settle();
      const ticketId = only();
      expect(titleOf(ticketId)).toBe('4 devices: Active threats are detected');
      expect(msp.psa.fieldOf(ticketId, 'description')).toMatch(/- pc-1\n- pc-2\n- pc-3\n- pc-4/);
      const fifth = await laptop('pc-5');
      await fifth.catches('worm');
      await msp.settle();
      await devices[0]?.isHealed('worm');
      await msp.settle();
      expect(only()).toBe(ticketId);
      expect(msp.psa.notesOf(ticketId)).toEqual([
        expect.stringContaining('pc-5'),
        expect.stringContaining('Well again: pc-1. 4 of 5'),
      ]);
      for (const device of [...devices.slice(1), fifth]) await device.isHealed('worm');
      await msp.settle();
      expect(open()).toEqual([]);
    });

    test('maintenance opens no tickets; what is still there after it does', async () => {
      await msp.rules(THREATS, 'event:critical');
      const from = msp.administration.clock().getTime() - MINUTE_MS;
      await msp.guards({
        maintenance: [
          {
            id: '019a0000-0000-7000-8000-0000000000aa',
            name: 'Patch day',
            scope: {
              kind: 'group',
              sourceId: msp.sourceId,
              sourceTenantId: client.sourceTenantId,
              groupPath: 'Managed devices',
            },
            schedule: {
              kind: 'once',
              from: new Date(from).toISOString(),
              until: new Date(from + HOUR_MS).toISOString(),
            },
            events: 'later',
          },
        ],
      });
      const groups = await msp.must(
        'GET',
        msp.at(`/ticket-guards/groups?sourceId=${msp.sourceId}&sourceTenantId=${client.sourceTenantId}`),
      );
      expect(groups.paths).toContain('Managed devices');
      const [passing, staying] = [await laptop('passing'), await laptop('staying')];
      await passing.catches('one');
      await staying.catches('two');
      await msp.settle();
      await passing.isHealed('one');
      await msp.settle();
      expect(open()).toEqual([]);
      expect((await msp.decisions()).filter(({ guard }) => guard === 'maintenance').length).toBeGreaterThan(0);
      await msp.later(HOUR_MS);
      await msp.settle();
      expect(open().map(titleOf).sort()).toEqual([
        expect.stringMatching(/^passing: .*Sample.Trojan/),
        'staying: Active threats are detected',
        expect.stringMatching(/^staying: .*Sample.Trojan/),
      ]);
    });

    test('a ticket that a person closed stays quiet until the problem was gone', async () => {
      await msp.rules(THREATS);
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      msp.psa.technicianCloses(only());
      await msp.later(HOUR_MS);
      await msp.follow();
      await msp.settle();
      expect(open()).toEqual([]);
      await device.isHealed('one');
      await msp.settle();
      await device.catches('two');
      await msp.settle();
      expect(await msp.tickets()).toHaveLength(2);
      only();
    });

    test('or is opened again after so many hours, when that is the rule', async () => {
      await msp.rules(THREATS);
      await msp.guards({ reopenAfterHours: 4 });
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const ticketId = only();
      msp.psa.technicianCloses(ticketId);
      await msp.later(HOUR_MS);
      await msp.follow();
      await msp.settle();
      expect(open()).toEqual([]);
      await msp.later(4 * HOUR_MS);
      await msp.settle();
      expect(only()).toBe(ticketId);
    });

    test('a ticket that a person works on is noted instead of closed, when that is the rule', async () => {
      await msp.rules(THREATS);
      await msp.guards({ workedOn: 'note' });
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const ticketId = only();
      msp.psa.technicianTakes(ticketId);
      await device.isHealed('one');
      await msp.settle();
      await msp.settle(); // once
      expect(only()).toBe(ticketId);
      expect(msp.psa.notesOf(ticketId)).toHaveLength(1);
      expect((await msp.decisions())[0]).toMatchObject({ decision: 'note', guard: 'worked-on' });
      await device.catches('two');
      await msp.settle();
      expect(only()).toBe(ticketId);
      expect(msp.psa.notesOf(ticketId)[1]).toContain('back');
    });

    test('two people who save the guards at once: the second is told', async () => {
      const { guards, revision } = await msp.must('GET', msp.at('/ticket-guards'));
      await msp.must('PUT', msp.at('/ticket-guards'), { guards: { ...guards, flapMinutes: 30 }, revision });
      const second = await msp.call('PUT', msp.at('/ticket-guards'), { guards, revision });
      expect(second).toMatchObject({ status: 409, body: { code: 'ticket-guards.changed-meanwhile' } });
      expect((await msp.must('GET', msp.at('/ticket-guards'))).guards.flapMinutes).toBe(30);
    });
  });

  describe('are opened exactly once', () => {
    test('a second ticket with the same key is closed with a note, and strangers are reported', async () => {
      await msp.rules(THREATS);
      const device = await laptop();
      await device.catches('one');
      await msp.settle();
      const first = only();
      const { controls } = msp.psa.sandbox;
      const original = controls.state().rows['Tickets']?.find(({ values }) => values['id'] === Number(first));
      const copy = (externalID: unknown) =>
        controls.createRow('Tickets', {
          companyID: client.accountId,
          title: 'A copy',
          status: 1,
          priority: 2,
          queueID: 8,
          dueDateTime: '2030-01-01T00:00:00Z',
          externalID,
        });
      const double = String(copy(original?.values['externalID']));
      const stranger = String(copy('ksi1:of-another-installation'));
      await msp.later(25 * HOUR_MS);
      await msp.follow();
      expect(open().sort()).toEqual([first, stranger].sort());
      expect(msp.psa.notesOf(double)).toHaveLength(1);
      const report = await msp.must('GET', msp.at('/ticket-reconciliation'));
      expect(report).toMatchObject({
        doubled: [msp.psa.fieldOf(double, 'ticketNumber')],
        unknown: [msp.psa.fieldOf(stranger, 'ticketNumber')],
      });
      expect((await msp.decisions()).map(({ explanation }) => explanation).join('\n')).toContain('does not know');
    });
  });
});
