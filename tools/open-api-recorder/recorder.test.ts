import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKscClient, PxgError } from '../../protocols/src/ksc-open-api/index.ts';
import { ensureCertificate, type ServerCertificate } from '../../server/src/administration/index.ts';
import { administrationServer } from '../../server/src/integrations/sources/administration-server/index.ts';
import type { Source, SourceEvent } from '../../server/src/integrations/sources/source.ts';
import { type Database, openDatabase } from '../../server/src/platform/db/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../../server/src/testing/administration.ts';
import { openTestEventEngine } from '../../server/src/testing/event-engine.ts';
import { checkRecording } from './check.ts';
import { startRecorder } from './record.ts';
import { NotARecording, parseRecording, recordingHead } from './recording.ts';
import { startReplay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-recorder-'));
let database: Database;
let msp: TestAdministration;
let tls: ServerCertificate;

beforeAll(async () => {
  const engine = await openTestEventEngine();
  tls = await ensureCertificate(folder, new Date());
  database = await openDatabase({ dataDir: join(folder, 'db') });
  msp = await startAdministration({ database, engine });
  for (const name of ['Alder Joinery', 'Birchwood & Söhne']) {
    const { id: tenantId } = await msp.addTenant(name);
    for (const at of [1, 2, 3]) {
      const device = await msp.enrol(`${name.slice(0, 5)}-${at}`, { tenantId });
      await device.sends({ type: 'GNRL_EV_VIRUS_FOUND', severity: 4, description: `Found by ${at}` });
    }
  }
  await msp.settle();
});
afterAll(async () => {
  await msp.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const recording = async (work: (url: string) => Promise<void>): Promise<string> => {
  const lines = [recordingHead(new Date())];
  const recorder = await startRecorder({
    server: msp.openApiUrl,
    trust: { certificate: msp.cert },
    tls,
    write: (line) => lines.push(line),
  });
  try {
    await work(`https://127.0.0.1:${recorder.port}`);
  } finally {
    await recorder.close();
  }
  return `${lines.join('\n')}\n`;
};

const sourceAt = (url: string): Source =>
  administrationServer({
    url,
    user: 'admin',
    password: PASSWORD,
    certificateFingerprint: tls.fingerprint,
    proxy: null,
  });
/** All that the Integration Service reads: tenants, devices of each, events at first and after a cursor. */
const readAll = async (url: string) => {
  const source = sourceAt(url);
  const tenants = await source.tenants();
  return Promise.all(
    tenants.map((tenant) =>
      source.inTenant(tenant, async (reading) => {
        const devices = await reading.devices();
        const events: SourceEvent[] = [];
        for await (const page of reading.events(null, 7)) events.push(...page);
        const later: SourceEvent[] = [];
        for await (const page of reading.events(events[0]?.eventId ?? 0, 7)) later.push(...page);
        return { tenant, devices, events, later };
      }),
    ),
  );
};

describe('the Integration Service, recorded', () => {
  let text: string;
  let read: Awaited<ReturnType<typeof readAll>>;
  beforeAll(async () => {
    text = await recording(async (url) => {
      read = await readAll(url);
    });
  });

  it('reads through the recorder what there is', () => {
    const seen = read.map(({ tenant, devices, events, later }) => ({
      name: tenant.name,
      devices: devices.length,
      found: events.filter(({ type }) => type === 'GNRL_EV_VIRUS_FOUND').length,
      isRestLater: later.length === events.length - 1,
    }));
    expect(seen).toEqual([
      { name: 'Alder Joinery', devices: 3, found: 3, isRestLater: true },
      { name: 'Birchwood & Söhne', devices: 3, found: 3, isRestLater: true },
    ]);
  });

  it('uses nothing that a documented server lacks', () => {
    const { calls, faults } = checkRecording(parseRecording(text));
    expect(faults).toEqual([]);
    expect([...calls.keys()]).toEqual(
      expect.arrayContaining([
        'login',
        'VServers.GetVServers',
        'HostGroup.FindHosts',
        'ChunkAccessor.GetItemsChunk',
        'EventProcessingFactory.CreateEventProcessing2',
        'EventProcessing.GetRecordRange',
      ]),
    );
  });

  it('reads the same from the replay, without a server, again and again', async () => {
    const replay = await startReplay({ pairs: parseRecording(text), tls });
    try {
      const url = `https://127.0.0.1:${replay.port}`;
      expect(await readAll(url)).toEqual(read);
      expect(await readAll(url)).toEqual(read);
      expect(replay.missed).toEqual([]);
    } finally {
      await replay.close();
    }
  });

  it('leaves no password in the file', () => {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(Buffer.from(PASSWORD).toString('base64'));
    expect(text).toContain('KSCBasic user=');
  });
});

const clientAt = (url: string, loginModel: 'connection' | 'session' = 'connection') =>
  openKscClient({
    url,
    trust: { sha256Fingerprint: tls.fingerprint },
    credentials: { scheme: 'KSCBasic', user: 'admin', password: PASSWORD },
    loginModel,
  });

describe('secrets', () => {
  it('session ids, tokens, passwords and keys are masked in every place where they stand', async () => {
    const secrets: string[] = [];
    const text = await recording(async (url) => {
      const client = clientAt(url, 'session');
      const token = await client.session.createToken();
      secrets.push(token);
      const byToken = openKscClient({
        url,
        trust: { sha256Fingerprint: tls.fingerprint },
        credentials: { scheme: 'KSCT', token },
      });
      await byToken.session.ping();
      const refused = async (method: string, args: Parameters<typeof client.call>[1]) => {
        await expect(client.call(method, args)).rejects.toThrow(PxgError);
      };
      await refused('SecurityPolicy.ChangeUserPassword', {
        lUserId: 1,
        wstrOldPassword: 'old-pass-phrase',
        wstrNewPassword: 'new-pass-phrase',
      });
      await refused('SecurityPolicy.Nothing', { comment: 'it was old-pass-phrase before' });
      await refused('LicenseKeys.Nothing', {
        pKeyInfo: { KLLICSRV_KEYDATA: { KLLIC_IFKEYFILE: true, KLLIC_LICFILE: 'AAAAA-BBBBB-CCCCC-DDDDD' } },
      });
      secrets.push('old-pass-phrase', 'new-pass-phrase', 'AAAAA-BBBBB');
      await byToken.close();
      await client.close();
    });
    for (const secret of secrets) expect(text).not.toContain(secret);
    const pairs = parseRecording(text);
    const sessions = new Set(pairs.map(({ request }) => request.headers['x-ksc-session']));
    expect([...sessions]).toEqual([undefined, 'masked-session-1']);
    expect(JSON.stringify(pairs)).toContain('it was *masked* before');
    expect(pairs.some(({ request }) => request.headers.authorization?.startsWith('KSCT *masked*'))).toBe(true);

    const replay = await startReplay({ pairs, tls });
    const client = clientAt(`https://127.0.0.1:${replay.port}`, 'session');
    expect(await client.session.createToken()).toBe('*masked*');
    await client.close();
    await replay.close();
    expect(replay.missed).toEqual([]);
  });

  it('a body that is no JSON is left out, since nobody can say what is secret in it', async () => {
    const text = await recording(async (url) => {
      const client = clientAt(url);
      await client.session.ping();
      await client.close();
      const { request } = await import('node:https');
      await new Promise<void>((resolve, reject) => {
        const sent = request(`${url}/api/v1.0/login`, { method: 'POST', rejectUnauthorized: false }, (answer) => {
          answer.resume().once('end', resolve);
        });
        sent.once('error', reject);
        sent.end('{"pass": "half a secr');
      });
    });
    expect(text).not.toContain('half a secr');
    expect(parseRecording(text).at(-1)?.request.body).toEqual({ leftOutBytes: 21, why: 'is no JSON' });
  });
});

describe('connections', () => {
  it('each has a login of its own, and one that the server ends is ended for the program too', async () => {
    const text = await recording(async (url) => {
      const first = clientAt(url);
      const second = clientAt(url);
      await first.session.ping();
      await second.session.ping();
      await first.session.endSession();
      await first.session.ping(); // logs in again
      await first.close();
      await second.close();
    });
    const seen = parseRecording(text).map(({ connection, request, response }) => [
      connection,
      request.path.slice(10),
      response.status,
    ]);
    expect(seen).toEqual([
      [1, 'login', 200],
      [1, 'Session.Ping', 200],
      [2, 'login', 200],
      [2, 'Session.Ping', 200],
      [1, 'Session.EndSession', 200],
      [1, 'Session.Ping', 401],
      [1, 'login', 200],
      [1, 'Session.Ping', 200],
    ]);
  });

  it('without the server the program hears 502 and the user why', async () => {
    const problems: string[] = [];
    const recorder = await startRecorder({
      server: 'https://127.0.0.1:1',
      trust: { certificate: msp.cert },
      tls,
      write: () => {},
      onProblem: (message) => problems.push(message),
    });
    const client = clientAt(`https://127.0.0.1:${recorder.port}`);
    await expect(client.session.ping()).rejects.toMatchObject({ name: 'KscUnreachable' });
    await client.close();
    await recorder.close();
    expect(problems.join()).toContain('ECONNREFUSED');
  });
});

describe('a recording', () => {
  it('that was cut off in its last line is read up to there; any other damage is told with its line', () => {
    const whole = JSON.stringify({
      number: 1,
      connection: 1,
      atMs: 0,
      tookMs: 1,
      request: { method: 'POST', path: '/api/v1.0/Session.Ping', headers: {}, body: null },
      response: { status: 200, headers: {}, body: { json: {} } },
    });
    const head = recordingHead(new Date());
    expect(parseRecording(`${head}\n${whole}\n{"number":2,"conn`)).toHaveLength(1);
    expect(() => parseRecording(`${head}\n{"number":2,"conn\n${whole}\n`)).toThrow('line 2 is no JSON');
    expect(() => parseRecording(`${whole}\n`)).toThrow(NotARecording);
    expect(() => parseRecording(`${head}\n{"number":1}\n`)).toThrow(/line 2/);
  });

  it('names calls that no documentation has', () => {
    const pair = (path: string, json: unknown) =>
      JSON.stringify({
        number: 1,
        connection: 1,
        atMs: 0,
        tookMs: 1,
        request: { method: 'POST', path, headers: {}, body: { json } },
        response: { status: 200, headers: {}, body: null },
      });
    const lines = [
      recordingHead(new Date()),
      pair('/api/v1.0/GatehouseHierarchy.Join', {}),
      pair('/api/v1.0/Tasks.RunTask', { strTask: 45 }),
      '',
    ];
    expect(checkRecording(parseRecording(lines.join('\n'))).faults).toEqual([
      'GatehouseHierarchy.Join is no documented method',
      'Tasks.RunTask: strTask is no string',
    ]);
  });
});
