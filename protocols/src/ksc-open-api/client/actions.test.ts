import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ActionFailed,
  BadFormat,
  FileUnavailable,
  type KscClient,
  type KscClientOptions,
  NotOpenApi,
  openKscClient,
  type Params,
  pxgError,
} from '../index.ts';
import { makeCertificate, type StrictServer, startStrictServer } from './stand-in.ts';

let server: StrictServer;
const clients: KscClient[] = [];
const clientOf = (options: Partial<KscClientOptions> = {}): KscClient => {
  const client = openKscClient({
    url: server.url,
    trust: { certificate: server.certificate.cert },
    credentials: { scheme: 'KSCBasic', user: 'api-user', password: 'password' },
    fileRetryMs: 5,
    ...options,
  });
  clients.push(client);
  return client;
};
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error,
  );

beforeEach(async () => {
  server = await startStrictServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
});

describe('trust by a certificate file', () => {
  it('takes this very certificate as PEM or DER, whatever name it bears, and no other', async () => {
    server.on('Session.Ping', () => ({}));
    const der = new X509Certificate(server.certificate.cert).raw;
    await clientOf().session.ping();
    await clientOf({ trust: { certificate: der } }).session.ping();
    const { cert: other } = await makeCertificate();
    expect(await errorOf(clientOf({ trust: { certificate: other } }).session.ping())).toMatchObject({
      name: 'CertificateMismatch',
      presentedSha256: server.fingerprint,
    });
    expect(() => clientOf({ trust: { certificate: 'no certificate' } })).toThrow(BadFormat);
  });
});

describe('an action', () => {
  const states = (...answers: Params[]) => {
    let at = 0;
    server.on('AsyncActionStateChecker.CheckActionState', (args) => {
      expect(args).toEqual({ wstrActionGuid: 'A1' });
      const answer = answers[Math.min(at, answers.length - 1)] as Params;
      at += 1;
      if (answer.early) throw pxgError('unavailable', 'Too early');
      return answer;
    });
  };
  const state = (isFinished: boolean, hasSucceeded: boolean, data: Params = {}): Params => ({
    bFinalized: isFinished,
    bSuccededFinalized: hasSucceeded,
    lStateCode: hasSucceeded ? 1 : 0,
    pStateData: data,
    lNextCheckDelay: 1,
  });

  it('is waited for until its end, also when the server says that the question came too early', async () => {
    states(state(false, false), { early: true }, state(true, true, { result: 7 }));
    expect(await clientOf().waitForAction('A1')).toEqual({ result: 7 });
  });

  it('that fails is ActionFailed with what the server tells of it', async () => {
    states(state(true, false, { GNRL_EA_DESCRIPTION: 'The group is not empty' }));
    const error = await errorOf(clientOf().waitForAction('A1'));
    expect(error).toBeInstanceOf(ActionFailed);
    expect(error).toMatchObject({ message: expect.stringContaining('The group is not empty') });
  });

  it('is no longer waited for once the signal is aborted, with the reason of the signal', async () => {
    states(state(false, false));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 50);
    expect(await errorOf(clientOf().waitForAction('A1', { signal: abort.signal }))).toMatchObject({
      message: 'enough',
    });
  });

  it('of a report ends in its file; the wish goes out in the numbers of the protocol', async () => {
    const executed: Params[] = [];
    server.on('ReportManager.ExecuteReportAsync', (args) => {
      executed.push(args);
      return { strRequestId: 'A1' };
    });
    states(state(false, false), state(true, true, { KLRPT_OUTPUT_FILE: '/reports/r.pdf' }));
    server.serveFile('/reports/r.pdf', () => ({ status: 200, body: '%PDF-1.4' }));
    const report = await clientOf().runReport(3, { format: 'pdf', maxDetailRows: 10 });
    expect(report.path).toBe('/reports/r.pdf');
    expect(new TextDecoder().decode(report.bytes)).toBe('%PDF-1.4');
    expect(executed).toEqual([
      {
        lReportId: 3,
        pOptions: {
          KLRPT_USE_UTC: true,
          KLRPT_OUTPUT_FORMAT: { KLRPT_MAX_RECORDS_DETAILS: 10, KLRPT_TARGET_TYPE: 0, KLRPT_XML_TARGET_TYPE: 2 },
        },
      },
    ]);
  });

  it('of a report is cancelled on the server when nobody waits any more', async () => {
    const cancelled: Params[] = [];
    server.on('ReportManager.ExecuteReportAsync', () => ({ strRequestId: 'A1' }));
    server.on('ReportManager.ExecuteReportAsyncCancel', (args) => {
      cancelled.push(args);
      return {};
    });
    states(state(false, false));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 50);
    const error = await errorOf(clientOf().runReport(3, {}, { signal: abort.signal }));
    expect(error).toMatchObject({ message: 'enough' });
    expect(cancelled).toEqual([{ strRequestId: 'A1' }]);
  });
});

describe('a file', () => {
  const whole = 'abcdefghij';
  const inPieces = (size: number) => (range: string) => {
    const start = Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    const end = Math.min(start + size, whole.length) - 1;
    const contentRange = `bytes ${start}-${end}/${whole.length}`;
    return { status: 206, body: whole.slice(start, end + 1), contentRange };
  };
  const download = async (path: string, options: Partial<KscClientOptions> = {}) =>
    new TextDecoder().decode(await clientOf(options).download(path));

  it('comes whole, in one piece or in many, by either login', async () => {
    server.serveFile('/f1', (range) => ({ status: 200, body: range }));
    server.serveFile('/f2', inPieces(3));
    expect(await download('/f1')).toBe('bytes=0-');
    expect(await download('/f2')).toBe(whole);
    expect(await download('/f2', { loginModel: 'session' })).toBe(whole);
  });

  it('that is not ready is asked for again, and not for ever', async () => {
    let asked = 0;
    server.serveFile('/late', () => {
      asked += 1;
      return asked < 4 ? { status: 503, body: 'busy' } : { status: 200, body: whole };
    });
    expect(await download('/late')).toBe(whole);
    server.serveFile('/never', () => ({ status: 503, body: 'busy' }));
    expect(await errorOf(download('/never'))).toMatchObject({ name: 'FileUnavailable', retryable: true });
  });

  it('that is not there is FileUnavailable with the status', async () => {
    const error = await errorOf(download('/gone'));
    expect(error).toBeInstanceOf(FileUnavailable);
    expect(error).toMatchObject({ httpStatus: 404, retryable: false });
  });

  it('whose pieces do not fit together is refused, never handed over damaged', async () => {
    for (const contentRange of ['', 'bytes 5-9/10', 'bytes 0-9/5', 'bytes 0-2/10', 'bytes */10']) {
      server.serveFile('/odd', () => ({ status: 206, body: whole.slice(0, 5), contentRange }));
      expect(await errorOf(download('/odd')), contentRange).toBeInstanceOf(NotOpenApi);
    }
  });

  it('is asked for by a path of the server only', async () => {
    for (const path of ['https://elsewhere.example/f', 'f', '/a b', '/a\r\nX: y']) {
      expect(await errorOf(download(path)), path).toBeInstanceOf(BadFormat);
    }
    expect(server.requests).toEqual([]);
  });
});
