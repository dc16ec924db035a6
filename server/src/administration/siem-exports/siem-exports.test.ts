import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { type Receiver, startReceiver } from './receiver.testing.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('export to a SIEM', (place) => {
  let msp: TestAdministration;
  let laptop: Awaited<ReturnType<TestAdministration['enrol']>>;
  const receivers: Receiver[] = [];
  const receiverOver = async (...words: Parameters<typeof startReceiver>) => {
    const receiver = await startReceiver(...words);
    receivers.push(receiver);
    return receiver;
  };
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, sweepSeconds: 3600 });
    laptop = await msp.enrol('laptop-1');
  });
  afterAll(async () => {
    await msp.stop();
    for (const receiver of receivers) await receiver.leave();
  });

  const settings = (name: string, receiver: Pick<Receiver, 'port'>, words: object = {}) => ({
    name,
    format: 'syslog',
    transport: 'tcp',
    host: '127.0.0.1',
    port: receiver.port,
    ...words,
  });
  const add = async (body: object) => {
    const { status, body: reply } = await msp.call('POST', '/api/siem-targets', { body });
    expect(status, JSON.stringify(reply)).toBe(200);
    return reply as { id: string; name: string };
  };
  const stateOf = async (id: string) => {
    const { body } = await msp.call('GET', '/api/siem-targets');
    return body.items.find((target: { id: string }) => target.id === id)?.state;
  };
  const virus = (uid: string) => ({
    type: 'GNRL_EV_VIRUS_FOUND',
    params: { '2': '/srv/eicar.com', '5': 'EICAR-Test', '6': uid },
  });
  const uidsIn = (receiver: Receiver) => receiver.messages.map((message) => /p6="(\w+)"/.exec(message)?.[1]);
  const detections = { types: ['GNRL_EV_VIRUS_FOUND'] };

  it('sends events as they come, also those that are not stored for readers, and none from before', async () => {
    await laptop.sends(virus('old'));
    const siem = await receiverOver('tcp');
    const { id } = await add(settings('first', siem));
    await laptop.sends(virus('u1'), { type: 'KLSRV_EVP_DB_TRUNCATED' }, virus('u2'));
    // That the device becomes Critical meanwhile is an event too, and so is that somebody added the export.
    const reported = () => siem.messages.filter((message) => !/KLSRV_HOST_STATUS_CRITICAL|KLAUD_/.test(message));
    await vi.waitFor(() => expect(reported()).toHaveLength(3), { timeout: 10_000 });
    expect(reported().map((message) => /p6="(\w+)"/.exec(message)?.[1])).toEqual(['u1', undefined, 'u2']);
    expect(reported()[1]).toContain(' KLSRV_EVP_DB_TRUNCATED [event@23668 ');
    const listed = await msp.call('GET', '/api/events?type=KLSRV_EVP_DB_TRUNCATED');
    expect(listed.body.items).toEqual([]);
    await vi.waitFor(
      async () => expect(await stateOf(id)).toMatchObject({ kind: 'working', sent: siem.messages.length, waiting: 0 }),
      { timeout: 10_000 },
    );
    await msp.call('DELETE', `/api/siem-targets/${id}`);
  });

  it('loses nothing while the SIEM is away, and says what is wrong', async () => {
    const siem = await receiverOver('tcp');
    const { id } = await add(settings('away', siem, detections));
    await siem.leave();
    await laptop.sends(virus('a1'), virus('a2'));
    await vi.waitFor(
      async () =>
        expect(await stateOf(id)).toMatchObject({
          kind: 'failing',
          waiting: 2,
          lastError: `connect ECONNREFUSED 127.0.0.1:${siem.port}`,
        }),
      { timeout: 10_000 },
    );
    // What waits outlives a restart of the export too: changing a target closes it and opens it anew.
    await msp.call('PUT', `/api/siem-targets/${id}`, { body: settings('still away', siem, detections) });
    await siem.comeBack();
    await laptop.sends(virus('a3'));
    await vi.waitFor(() => expect(new Set(uidsIn(siem))).toEqual(new Set(['a1', 'a2', 'a3'])), { timeout: 15_000 });
    expect([...new Set(uidsIn(siem))]).toEqual(['a1', 'a2', 'a3']);
    await msp.call('DELETE', `/api/siem-targets/${id}`);
  });

  it('sends only the chosen types, severities and clients, and nothing from while it was off', async () => {
    const other = await msp.addTenant(`Client ${place.kind}`);
    const theirs = await msp.enrol('their-laptop', { tenantId: other.id });
    const siem = await receiverOver('udp');
    const body = settings('chosen', siem, {
      transport: 'udp',
      format: 'cef',
      tenantIds: [other.id],
      severities: ['critical'],
      types: ['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_DELETED'],
    });
    const { id } = await add(body);
    await laptop.sends(virus('mine'));
    await theirs.sends(virus('t1'), { type: 'GNRL_EV_OBJECT_DELETED' }, { type: 'GNRL_EV_OBJECT_NOTCURED' });
    await vi.waitFor(() => expect(siem.messages).toHaveLength(1), { timeout: 10_000 });
    expect(siem.messages[0]).toMatch(/^<10>\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ CEF:0\|KasperskyLab\|SecurityCenter\|/);
    expect(siem.messages[0]).toContain('dhost=their-laptop');

    await msp.call('PUT', `/api/siem-targets/${id}`, { body: { ...body, enabled: false } });
    expect(await stateOf(id)).toMatchObject({ kind: 'stopped' });
    await theirs.sends(virus('t2'));
    await msp.call('PUT', `/api/siem-targets/${id}`, { body });
    await theirs.sends({ ...virus('t3'), displayName: 'the third' });
    await vi.waitFor(() => expect(siem.messages.at(-1)).toContain('the third'), { timeout: 10_000 });
    expect(siem.messages.length).toBeLessThanOrEqual(3);
    expect(siem.messages.filter((message) => message.includes('the third')).length).toBe(siem.messages.length - 1);
    await msp.call('DELETE', `/api/siem-targets/${id}`);
  });

  it('leaves out event types that are configured so', async () => {
    const siem = await receiverOver('tcp');
    const { id } = await add(
      settings('configured', siem, { types: ['GNRL_EV_OBJECT_CURED', 'GNRL_EV_OBJECT_BLOCKED'] }),
    );
    const { items } = (await msp.call('GET', '/api/event-settings')).body;
    const { component, code, typeId } = items.find((type: { code: string }) => type.code === 'GNRL_EV_OBJECT_CURED');
    const export_ = (exportToSiem: boolean) =>
      msp.call('PUT', '/api/event-settings', {
        body: { types: [{ component, code, typeId }], change: { exportToSiem } },
      });
    expect((await export_(false)).status).toBe(200);
    await laptop.sends({ type: 'GNRL_EV_OBJECT_CURED' }, { type: 'GNRL_EV_OBJECT_BLOCKED' });
    await vi.waitFor(() => expect(siem.messages).toHaveLength(1), { timeout: 10_000 });
    expect(siem.messages[0]).toContain('GNRL_EV_OBJECT_BLOCKED');
    await export_(true);
    await msp.call('DELETE', `/api/siem-targets/${id}`);
  });

  it('over TLS goes to the pinned or certified receiver and to nobody else', async () => {
    const made = await generate([{ name: 'commonName', value: 'siem.example.test' }], {
      keySize: 2048,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const siem = await receiverOver('tls', { key: made.private, cert: made.cert });
    const sha256 = new X509Certificate(made.cert).fingerprint256;
    const test = async (trust: object) =>
      (await msp.call('POST', '/api/siem-targets/test', { body: settings('tls', siem, { transport: 'tls', trust }) }))
        .body;
    expect(await test({ kind: 'pin', sha256 })).toMatchObject({ ok: true });
    expect(await test({ kind: 'authority', pem: made.cert })).toMatchObject({ ok: true });
    expect(siem.messages).toHaveLength(2);
    const wrong = await test({ kind: 'pin', sha256: 'ab'.repeat(32) });
    expect(wrong).toMatchObject({ ok: false });
    expect(wrong.steps.at(-1).text).toContain(`another certificate than the pinned one: SHA-256 ${sha256}`);
    expect((await test({ kind: 'system' })).steps.at(-1).text).toMatch(/self-signed certificate/);
    expect(siem.messages).toHaveLength(2);

    // That somebody added the export is an event too.
    const body = settings('tls', siem, {
      ...detections,
      transport: 'tls',
      trust: { kind: 'pin', sha256 },
      framing: 'octet-counting',
      format: 'leef',
    });
    const { id } = await add(body);
    await laptop.sends(virus('s1'));
    await vi.waitFor(() => expect(siem.messages).toHaveLength(3), { timeout: 10_000 });
    expect(siem.messages[2]).toContain('LEEF:1.0|KasperskyLab|SecurityCenter|');
    await msp.call('DELETE', `/api/siem-targets/${id}`);
  });

  it('can be tried before it is saved, and tells what happened', async () => {
    const siem = await receiverOver('tcp');
    const test = async (words: object) =>
      (await msp.call('POST', '/api/siem-targets/test', { body: settings('try', siem, words) })).body;
    const tried = await test({});
    expect(tried.ok).toBe(true);
    expect(siem.messages).toEqual([tried.message]);
    expect(tried.message).toContain('This is a test event');
    await siem.leave();
    const refused = await test({});
    expect(refused).toMatchObject({ ok: false });
    expect(refused.steps.at(-1).text).toContain('ECONNREFUSED');
    expect((await test({ transport: 'udp' })).steps.at(-1).text).toContain('ECONNREFUSED');
    expect((await test({ host: 'no-such-host.invalid' })).steps.at(-1).text).toMatch(/no-such-host\.invalid/);
    await siem.comeBack();
  });

  it('refuses settings that cannot be, by their place', async () => {
    const refused = async (words: object) => {
      const { status, body } = await msp.call('POST', '/api/siem-targets', {
        body: { ...settings('x', { port: 514 }), ...words },
      });
      return [status, ...body.issues.map((issue: { where: string }) => issue.where)];
    };
    expect(await refused({ port: 70_000 })).toEqual([400, 'body.port']);
    expect(await refused({ host: 'http://siem' })).toEqual([400, 'body.host']);
    expect(await refused({ trust: { kind: 'pin', sha256: 'abc' } })).toEqual([400, 'body.trust.sha256']);
    expect(await refused({ trust: { kind: 'authority', pem: 'abc' } })).toEqual([400, 'body.trust.pem']);
    const siem = await receiverOver('tcp');
    const { id } = await add(settings('taken', siem));
    expect((await msp.call('POST', '/api/siem-targets', { body: settings('taken', siem) })).body.code).toBe(
      'siem-target.name-taken',
    );
    await msp.call('DELETE', `/api/siem-targets/${id}`);
    expect((await msp.call('DELETE', `/api/siem-targets/${id}`)).status).toBe(404);
  });

  it('shows nobody the exports of other clients, and exports their events for nobody', async () => {
    const siem = await receiverOver('tcp');
    const own = await msp.addTenant(`Own ${place.kind}`);
    const limited = { bearer: `tenant:${own.id}` };
    const all = await add(settings('of all', siem));
    const of = (body: object) => msp.call('POST', '/api/siem-targets', { body, ...limited });
    expect((await msp.call('GET', '/api/siem-targets', limited)).body.items).toEqual([]);
    expect((await msp.call('DELETE', `/api/siem-targets/${all.id}`, limited)).status).toBe(404);
    expect((await of(settings('mine', siem))).body.code).toBe('siem-target.scope');
    const mine = (await of(settings('mine', siem, { tenantIds: [own.id] }))).body;
    expect((await msp.call('GET', '/api/siem-targets', limited)).body.items).toHaveLength(1);
    expect(
      (await msp.call('PUT', `/api/siem-targets/${mine.id}`, { body: settings('mine', siem), ...limited })).status,
    ).toBe(403);
    for (const { id } of [all, mine]) await msp.call('DELETE', `/api/siem-targets/${id}`);
    expect(msp.logged).toEqual([]);
  });
});
