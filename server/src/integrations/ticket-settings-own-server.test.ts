/** Ticket settings against our own Administration Server, read over the Open API: what only a real one can show. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type MspOverOpenApi, startMspOverOpenApi } from '../testing/msp-over-open-api.ts';

const THREATS = 'status:critical:activeThreats';
const VIRUS = 'event-type:GNRL_EV_VIRUS_FOUND';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('ticket settings over the Open API', (place) => {
  let msp: MspOverOpenApi;
  let clients = 0;
  let name = '';
  let tenantId = '';
  beforeAll(async () => {
    msp = await startMspOverOpenApi({ database: await place.open(), engine });
  });
  beforeEach(async () => {
    await msp.reset();
    clients += 1;
    name = `Client ${clients}`;
    tenantId = (await msp.client(name)).tenantId;
  });
  afterAll(() => msp.stop());

  const settings = () => msp.at('/ticket-rules');
  const put = (body: unknown) => msp.must('PUT', settings(), body);
  const ruleLike = async (reason: string, more: object = {}) => {
    const { title: _, problem: __, ...rule } = (await msp.rulesNow()).find((each) => each.reason === reason) ?? {};
    return { ...rule, enabled: true, ...more };
  };

  test('a ticket leads to the page of its device, in the words of the MSP', async () => {
    const device = await msp.device(tenantId, 'laptop-7');
    const { templates } = await msp.must('GET', settings());
    const worded = {
      ...templates,
      eventTitle: '{client}: {threat} on {device}',
      eventBody: '{severity} at {time}: {object}\n{link}',
      consoleUrl: 'https://gatehouse.example',
    };
    await put({ templates: worded, rules: [await ruleLike('event:critical', { reason: VIRUS })] });
    await device.catches('one');
    const preview = await msp.must('POST', `${settings()}/preview`, { kind: 'event', templates: worded });
    await msp.settle();
    const [ticket = ''] = msp.psa.openTickets();
    const title = `${name}: Sample.Trojan on laptop-7`;
    expect(msp.psa.fieldOf(ticket, 'title')).toBe(title);
    expect(msp.psa.fieldOf(ticket, 'description')).toMatch(
      new RegExp(
        `^Critical at \\S+Z: /tmp/one\nhttps://gatehouse\\.example/devices/${device.id}\n\nOpened by Gatehouse`,
      ),
    );
    expect(preview).toMatchObject({ madeOf: 'real', clientName: name, title });
  });

  test('what is there when a rule is switched on is counted, ignored, and a ticket when it comes back', async () => {
    const device = await msp.device(tenantId, 'laptop-7');
    await device.catches('one');
    expect(await msp.must('POST', `${settings()}/backlog`, { switchedOn: [THREATS] })).toMatchObject({
      items: [{ reason: THREATS, tickets: 1, clients: 1 }],
      unread: [],
    });
    await put({ rules: [await ruleLike(THREATS)], backlog: 'ignore' });
    await msp.settle();
    await device.isHealed('one');
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
    await device.catches('two');
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
  });
});
