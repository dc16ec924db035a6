import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describePsaContract } from '../connector-contract.ts';
import { PsaAnswerUnreadable, PsaLoginRefused } from '../errors.ts';
import { connectAutotask } from './connection.ts';
import { Limits } from './limits.ts';
import { autotaskSettings } from './settings.ts';
import { type AutotaskStandIn, startAutotaskStandIn } from './stand-in.testing.ts';

describePsaContract('Autotask', startAutotaskStandIn);

describe('the Autotask connector', () => {
  let psa: AutotaskStandIn;
  let number = 0;
  beforeAll(async () => {
    psa = await startAutotaskStandIn();
  });
  beforeEach(() => psa.reset());
  afterAll(() => psa.stop());

  const surroundings = { clock: () => new Date(), pauseScale: 0.001 };
  const connect = (settings: Record<string, unknown>) =>
    connectAutotask(autotaskSettings.parse({ ...psa.settings, ...settings }), surroundings);
  const aTicket = (more = {}) => {
    number += 1;
    return {
      key: `ksi1:${number.toString(16).padStart(40, 'a')}`,
      accountId: '175',
      title: 'WS-1: Active threats are detected',
      description: 'Device: WS-1',
      fields: psa.usualFields,
      dueAt: new Date('2026-03-05T12:00:00.700Z'),
      ...more,
    };
  };
  const calls = (path: RegExp) => psa.sandbox.controls.requests().filter((request) => path.test(request.path));

  it('links to the page of the ticket', async () => {
    const { url, ticketId } = await psa.connector.openTicket(aTicket());
    const page = await fetch(url ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('WS-1: Active threats are detected');
    expect(page.url).toContain(ticketId);
  });

  it('sends due time, key and choices as Autotask wants them', async () => {
    const { ticketId } = await psa.connector.openTicket(aTicket());
    expect(psa.fieldOf(ticketId, 'externalID')).toMatch(/^ksi1:[0-9a-f]{40}$/);
    expect(new Date(psa.fieldOf(ticketId, 'dueDateTime') ?? '').toISOString()).toBe('2026-03-05T12:00:00.000Z');
    expect(psa.fieldOf(ticketId, 'queueID')).toBe('8');
  });

  it('discovers its zone once, and works with a fixed address without discovery', async () => {
    await psa.connector.fields();
    await psa.connector.listAccounts({ changedSince: null });
    expect(calls(/zoneInformation/i)).toHaveLength(1);
    const fixed = connect({ baseUrl: psa.sandbox.baseUrl, discoveryUrl: 'https://127.0.0.1:9' });
    expect((await fixed.test()).every(({ ok }) => ok)).toBe(true);
  });

  it('says that the user name has no zone, and does not call that a fault of the network', async () => {
    await expect(connect({ userName: 'nobody@example.com' }).fields()).rejects.toBeInstanceOf(PsaLoginRefused);
  });

  it('sees what a workflow rule did to the ticket right after its creation', async () => {
    psa.sandbox.controls.setWorkflowRules([{ match: { queueID: 8 }, set: { queueID: 6, status: 8 } }]);
    const opened = await psa.connector.openTicket(aTicket());
    expect(opened).toMatchObject({ statusId: '8', fields: { queueID: '6' } });
  });

  it('reads all pages', async () => {
    psa.sandbox.controls.changeSwitches({ defaultPageSize: 2 });
    const made = [];
    for (let at = 0; at < 7; at++) made.push((await psa.connector.openTicket(aTicket())).ticketId);
    expect((await psa.connector.readTickets(made)).map(({ ticketId }) => ticketId)).toEqual(made);
    const { accounts } = await psa.connector.listAccounts({ changedSince: null });
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(7);
  });

  it('never has more than two requests of one entity under way', async () => {
    psa.sandbox.controls.addFault({ path: '/Companies/*', mode: 'delay', delayMs: 40, count: 100 });
    await Promise.all(Array.from({ length: 12 }, () => psa.connector.readAccounts(['175'])));
    expect(calls(/companies/i).filter(({ status }) => status === 429)).toEqual([]);
    expect(calls(/companies/i)).toHaveLength(12);
  });

  it('keeps to its share of the hour, and keeps a quarter of it for tickets', async () => {
    const frugal = connect({ hourlySharePercent: 1 });
    psa.sandbox.controls.changeLimits({ threshold: 1_000 } as never);
    // Ten requests an hour, seven of them for what is not urgent; the question about the limit is one.
    for (let at = 0; at < 6; at++) await frugal.readAccounts(['175']);
    await expect(frugal.readAccounts(['175'])).rejects.toMatchObject({
      code: 'psa.busy',
      isPartial: true,
      retryAfterSeconds: expect.any(Number),
    });
    const { ticketId } = await frugal.openTicket(aTicket());
    await expect(frugal.readTickets([ticketId])).rejects.toMatchObject({ isPartial: true });
    await expect(frugal.openTicket(aTicket())).rejects.toMatchObject({ code: 'psa.busy', isPartial: false });
    expect(frugal.usage()).toMatchObject({ threshold: 1_000, own: 10, ownCap: 10 });
  });

  it('pauses what is read and billed above three quarters of the hour, and notes above nine tenths', async () => {
    const after = async (used: number) => {
      psa.sandbox.controls.changeLimits({ used, latencyScale: 0 });
      return psa.connectAgain();
    };
    const note = { key: 'note-1', title: 'More devices', text: 'WS-2' };
    const { ticketId } = await psa.connector.openTicket(aTicket());
    await (await after(8_000)).addNote(ticketId, note);
    const tight = await after(9_200);
    await expect(tight.readAccounts(['175'])).rejects.toMatchObject({ code: 'psa.busy', isPartial: true });
    await expect(tight.addNote(ticketId, { ...note, key: 'note-2' })).rejects.toMatchObject({ isPartial: true });
    expect(await tight.closeTicket(ticketId, { closedStatus: '5', note })).toBe('closed');
    expect((await tight.openTicket(aTicket())).how).toBe('created');
  });

  it('lets the most urgent call go first when all slots of an entity are taken', async () => {
    const limits = new Limits({ clock: () => new Date(), sharePercent: 100 });
    const order: string[] = [];
    const leave = [await limits.enter('Tickets', 'sync'), await limits.enter('Tickets', 'sync')];
    const waiting = (['sync', 'billing', 'note', 'create', 'close', 'create'] as const).map(async (priority, at) => {
      const done = await limits.enter('Tickets', priority);
      order.push(`${priority} ${at}`);
      done();
    });
    for (const done of leave) done();
    await Promise.all(waiting);
    expect(order).toEqual(['close 4', 'create 3', 'create 5', 'note 2', 'billing 1', 'sync 0']);
  });

  it('puts off what is not urgent when the database is nearly out of requests, and still opens tickets', async () => {
    psa.sandbox.controls.changeLimits({ used: 8_000, latencyScale: 0 });
    const late = psa.connectAgain();
    await expect(late.listAccounts({ changedSince: null })).rejects.toMatchObject({ code: 'psa.busy' });
    expect((await late.openTicket(aTicket())).how).toBe('created');
  });

  it('asks ThresholdInformation once, not with each call', async () => {
    for (let at = 0; at < 5; at++) await psa.connector.readAccounts(['175']);
    expect(calls(/thresholdinformation/i)).toHaveLength(1);
  });

  it('keeps the choices for a day, and reads them again when one turns out to be gone', async () => {
    await psa.connector.fields();
    await psa.connector.fields();
    expect(calls(/tickets\/entityinformation\/fields/i)).toHaveLength(1);
    psa.removeChoice('source', '8');
    await psa.connector.openTicket(aTicket());
    const fields = await psa.connector.fields();
    expect(fields.find(({ name }) => name === 'source')?.choices.map(({ id }) => id)).not.toContain('8');
  });

  it('offers work types only, and marks the inactive ones', async () => {
    const workTypes = (await psa.connector.fields()).find(({ name }) => name === 'billingCodeID')?.choices;
    expect(workTypes?.map(({ label, active }) => `${label} ${active}`)).toEqual([
      'Old Work Type false',
      'On-site Support true',
      'Remote Support true',
    ]);
  });
});

describe('an address that is not Autotask', () => {
  const answering = async (
    answer: (url: string) => { status: number; headers?: Record<string, string>; body: string },
  ) => {
    const seen: { url: string; secret: string | undefined }[] = [];
    const server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', secret: request.headers['secret']?.toString() });
      const { status, headers, body } = answer(request.url ?? '');
      request.resume().on('end', () => response.writeHead(status, headers).end(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connector = connectAutotask(
      autotaskSettings.parse({ userName: 'a@example.com', secret: 's', trackingId: 't', discoveryUrl: origin }),
      { clock: () => new Date(), pauseScale: 0.001 },
    );
    return { origin, seen, connector, stop: () => new Promise((done) => server.close(done)) };
  };

  it('is named as such', async () => {
    const web = await answering(() => ({ status: 200, body: '<html>Welcome</html>' }));
    await expect(web.connector.fields()).rejects.toBeInstanceOf(PsaAnswerUnreadable);
    expect(web.seen.every(({ secret }) => secret === undefined)).toBe(true);
    await web.stop();
  });

  it('gets no secret when discovery or a next page leads elsewhere without encryption', async () => {
    const zone = await answering(() => ({
      status: 200,
      body: JSON.stringify({ url: 'http://other.example/ATServicesRest/' }),
    }));
    await expect(zone.connector.fields()).rejects.toThrow('not https');
    await zone.stop();

    const pages: Awaited<ReturnType<typeof answering>> = await answering((url) => ({
      status: 200,
      body: JSON.stringify(
        /zoneInformation/.test(url)
          ? { url: `${pages.origin}/` }
          : { items: [{ id: 1 }], pageDetails: { nextPageUrl: 'https://other.example/next' } },
      ),
    }));
    await expect(pages.connector.readAccounts(['1'])).rejects.toThrow('another host');
    await pages.stop();
  });

  it('is not followed by redirect', async () => {
    const redirecting: Awaited<ReturnType<typeof answering>> = await answering((url) =>
      /zoneInformation/.test(url)
        ? { status: 200, body: JSON.stringify({ url: `${redirecting.origin}/` }) }
        : { status: 302, headers: { location: `${redirecting.origin}/elsewhere` }, body: '' },
    );
    await expect(redirecting.connector.readAccounts(['1'])).rejects.toMatchObject({ code: 'psa.unavailable' });
    expect(redirecting.seen.some(({ url }) => url === '/elsewhere')).toBe(false);
    await redirecting.stop();
  });
});
