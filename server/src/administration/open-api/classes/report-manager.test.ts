import { Agent, request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { FileUnavailable, type KscClient, PxgError, pxgCodes } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describeOnBothEngines('ReportManager', (place) => {
  let msp: TestAdministration;
  let client: KscClient;
  const idOf = async (number: number, of = client): Promise<number> => {
    const found = (await of.reportManager.enumReports()).find(({ RPT_TYPE }) => RPT_TYPE === number);
    if (typeof found?.RPT_ID !== 'number') throw new Error(`no report of type ${number}`);
    return found.RPT_ID;
  };
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    for (const name of ['Alder', 'Birch']) {
      const { id: tenantId } = await msp.addTenant(name);
      const device = await msp.enrol(`pc-of-${name.toLowerCase()}`, { tenantId });
      await device.reports({
        incompatibleApplications: [{ name: `Other <Guard> of ${name}`, version: '1' }],
        hardware: {
          vendor: 'Acme',
          model: 'One',
          serialNumber: `SN-${name}`,
          processor: 'CPU',
          processorCores: 4,
          memoryBytes: 8_589_934_592,
          virtualMachine: false,
          networkAdapters: [{ name: 'eth0', macAddress: '00:11:22:33:44:55', speedMbit: null }],
          storage: [{ name: 'sda', model: null, sizeBytes: 500_000_000_000 }],
        },
      });
      await device.sends(
        { type: 'GNRL_EV_VIRUS_FOUND', severity: 4, params: { 2: '/tmp/x', 5: `Threat-of-${name}`, 7: 'someone' } },
        { type: 'SOME_FAILURE', severity: 3, description: `Disk of ${name} is full` },
      );
    }
    await msp.settle();
    client = msp.client();
  });
  afterAll(() => msp.stop());

  it('tells reports and their types, with ids that GetReportInfo takes', async () => {
    const reports = await client.reportManager.enumReports();
    expect(reports.map(({ RPT_TYPE }) => RPT_TYPE)).toEqual([0, 1, 3, 6, 8, 10_001]);
    expect(await client.reportManager.getReportIds()).toEqual(reports.map(({ RPT_ID }) => RPT_ID));
    expect(await client.reportManager.enumReportTypes()).toContainEqual({ RPT_TYPE: 1, RPT_DN: 'Threats' });
    expect(await client.reportManager.getReportInfo(await idOf(8))).toMatchObject({
      RPT_DN: 'Incompatible applications',
      RPT_TYPE: 8,
    });
    await expect(client.reportManager.getReportInfo(999)).rejects.toMatchObject({ code: pxgCodes.notFound.code });
  });

  it.each([
    [0, 'pc-of-alder'],
    [1, 'Threat-of-Alder'],
    [3, 'Licence key usage'],
    [6, 'Disk of Alder is full'],
    [8, 'Other &lt;Guard&gt; of Alder'],
    [10_001, 'SN-Alder'],
  ])('runs the report of type %i and gives its file', async (number, expected) => {
    const { path, bytes, data } = await client.runReport(await idOf(number), { format: 'html' });
    expect(path).toMatch(/\.html$/);
    expect(textOf(bytes)).toContain(expected);
    expect(data.KLRPT_OUTPUT_FORMAT).toEqual({ KLRPT_TARGET_TYPE: 0, KLRPT_XML_TARGET_TYPE: 0 });
  });

  it.each([
    ['pdf', '%PDF-1.4'],
    ['csv', '\ufeffStatus,Device'],
    ['xml', '<?xml version="1.0"'],
    ['json', '{"type":"protection-status"'],
  ] as const)('writes %s when that is asked for', async (format, beginning) => {
    const { path, bytes } = await client.runReport(await idOf(0), { format });
    expect(path.endsWith(`.${format}`)).toBe(true);
    expect(Buffer.from(bytes).toString('utf8').startsWith(beginning)).toBe(true);
  });

  it('a login to a virtual server gets what is its own, and nothing of another', async () => {
    const own = msp.client('admin', { virtualServer: 'Birch' });
    for (const number of [0, 1, 6, 8, 10_001]) {
      const text = textOf((await own.runReport(await idOf(number, own), { format: 'json' })).bytes);
      expect(text, `type ${number}`).toMatch(/Birch|birch/);
      expect(text, `type ${number}`).not.toMatch(/Alder|alder/);
    }
  });

  it('a reader may run reports; who has no right gets 1184', async () => {
    const reader = msp.client('reader');
    expect((await reader.runReport(await idOf(0, reader))).bytes.length).toBeGreaterThan(0);
    const nobody = msp.client('nobody');
    await expect(nobody.reportManager.enumReports()).rejects.toMatchObject({ code: pxgCodes.noAccess.code });
    msp.addUser('devices-only', ['overview:read', 'devices:read']);
    const some = msp.client('devices-only');
    expect((await some.reportManager.enumReports()).map(({ RPT_TYPE }) => RPT_TYPE)).toEqual([0, 8, 10_001]);
    await expect(some.runReport(await idOf(1))).rejects.toMatchObject({ code: pxgCodes.notFound.code });
  });

  it('takes no options, null and bare or wrapped ones; what it cannot write is 1192', async () => {
    const id = await idOf(0);
    for (const pOptions of [undefined, null, {}, { KLRPT_OUTPUT_FORMAT: { KLRPT_TARGET_TYPE: 1 } }]) {
      const { strRequestId } = await client.call('ReportManager.ExecuteReportAsync', { lReportId: id, pOptions });
      const data = await client.waitForAction(String(strRequestId));
      expect(String(data.KLRPT_OUTPUT_FILE)).toMatch(pOptions && 'KLRPT_OUTPUT_FORMAT' in pOptions ? /csv$/ : /html$/);
    }
    for (const output of [{ KLRPT_TARGET_TYPE: 7 }, { KLRPT_XML_TARGET_TYPE: 1 }, { KLRPT_TARGET_TYPE: 'CSV' }]) {
      const pOptions = { KLRPT_OUTPUT_FORMAT: output };
      const refused = client.call('ReportManager.ExecuteReportAsync', { lReportId: id, pOptions });
      await expect(refused).rejects.toMatchObject({ code: pxgCodes.badFormat.code });
    }
    await expect(client.call('ReportManager.ExecuteReportAsync', {})).rejects.toBeInstanceOf(PxgError);
  });

  it('tells the end of a report once, to the login that asked for it', async () => {
    const id = await client.reportManager.executeReportAsync(await idOf(0), {});
    const stranger = msp.client('reader');
    await expect(stranger.waitForAction(id)).rejects.toMatchObject({ code: pxgCodes.notFound.code });
    const { KLRPT_OUTPUT_FILE: path } = await client.waitForAction(id);
    await expect(client.waitForAction(id)).rejects.toMatchObject({ code: pxgCodes.notFound.code });
    await expect(stranger.download(String(path))).rejects.toBeInstanceOf(FileUnavailable);
    expect((await client.download(String(path))).length).toBeGreaterThan(0);
  });

  it('keeps the ten newest files of a login', async () => {
    const own = msp.client();
    const id = await idOf(0, own);
    const paths: string[] = [];
    for (let at = 0; at < 11; at += 1) paths.push((await own.runReport(id, { format: 'csv' })).path);
    await expect(own.download(String(paths[0]))).rejects.toMatchObject({ httpStatus: 404 });
    expect((await own.download(String(paths[1]))).length).toBeGreaterThan(0);
    expect((await own.download(String(paths[10]))).length).toBeGreaterThan(0);
  });

  it('forgets a report that is cancelled', async () => {
    const id = await client.reportManager.executeReportAsync(await idOf(0), {});
    await client.reportManager.executeReportAsyncCancel(id);
    await expect(client.waitForAction(id)).rejects.toMatchObject({ code: pxgCodes.notFound.code });
    const again = client.reportManager.executeReportAsyncCancel(id);
    await expect(again).rejects.toMatchObject({ code: pxgCodes.notFound.code });
  });

  describe('the file', () => {
    it('comes whole with 200 whatever range is asked for, packed when asked, and only to its login', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: msp.cert, servername: 'localhost' });
      const send = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
        new Promise<{ status: number; headers: Record<string, unknown>; raw: Buffer }>((resolve, reject) => {
          const sent = httpsRequest(`${msp.openApiUrl}${path}`, { method, agent, headers }, (answer) => {
            const pieces: Buffer[] = [];
            answer.on('data', (piece: Buffer) => pieces.push(piece));
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 0, headers: answer.headers, raw: Buffer.concat(pieces) }),
            );
          });
          sent.on('error', reject);
          sent.end(body);
        });
      const b64 = (text: string) => Buffer.from(text).toString('base64');
      const authorization = `KSCBasic user="${b64('admin')}", pass="${b64(PASSWORD)}"`;
      expect((await send('POST', '/api/v1.0/login', { authorization })).status).toBe(200);
      const call = async (method: string, args: unknown) =>
        JSON.parse((await send('POST', `/api/v1.0/${method}`, {}, JSON.stringify(args))).raw.toString());
      const { strRequestId } = await call('ReportManager.ExecuteReportAsync', { lReportId: await idOf(0) });
      const state = await call('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strRequestId });
      expect(state).toMatchObject({ bFinalized: true, bSuccededFinalized: true, lStateCode: 1, lNextCheckDelay: 0 });
      const path: string = state.pStateData.KLRPT_OUTPUT_FILE;

      const plain = await send('GET', path, { range: 'bytes=10-' });
      expect([plain.status, plain.headers['content-encoding']]).toEqual([200, undefined]);
      expect(plain.raw.length).toBe(Number(plain.headers['content-length']));
      expect(plain.raw.toString()).toMatch(/^<!doctype html>/);
      const packed = await send('GET', path, { 'accept-encoding': 'gzip' });
      expect(packed.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(packed.raw)).toEqual(plain.raw);
      expect((await send('GET', `${path}x`)).status).toBe(404);
      expect((await send('GET', '/api/v1.0/files/../login')).status).toBe(405);
      agent.destroy();

      const stranger = new Agent({ ca: msp.cert, servername: 'localhost' });
      const answer = await new Promise<number>((resolve) => {
        httpsRequest(`${msp.openApiUrl}${path}`, { agent: stranger }, (got) => {
          got.resume();
          resolve(got.statusCode ?? 0);
        }).end();
      });
      stranger.destroy();
      expect(answer).toBe(401);
    });
  });
});
