/**
 * Records what passes between a program and a Kaspersky Security Center, checks a recording, or answers from one.
 * See docs/open-api-recordings.md.
 *
 *   npm run open-api:record -- record --server https://ksc.example.com:13299 --fingerprint 9F:86:… --out talk.jsonl
 *   npm run open-api:record -- check talk.jsonl
 *   npm run open-api:record -- replay talk.jsonl --port 13299
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BadFormat } from '../../protocols/src/ksc-open-api/index.ts';
// Not by the module's door: the whole server would be loaded for a certificate.
import { ensureCertificate } from '../../server/src/administration/open-api/certificate.ts';
import { checkRecording } from './check.ts';
import { startRecorder } from './record.ts';
import { NotARecording, parseRecording, recordingHead } from './recording.ts';
import { startReplay } from './replay.ts';

const usage = `Usage:
  record --server https://HOST:13299 (--fingerprint HEX | --certificate FILE) --out FILE [--host 127.0.0.1] [--port N]
  check FILE
  replay FILE [--host 127.0.0.1] [--port N]`;

class Usage extends Error {}

const certificate = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-recorder-'));
  try {
    return await ensureCertificate(folder, new Date());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const untilStopped = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
const portOf = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Usage(`--port: ${text} is no port`);
  return port;
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      server: { type: 'string' },
      fingerprint: { type: 'string' },
      certificate: { type: 'string' },
      out: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
    },
  });
  const [command, file] = positionals;
  const { host } = values;
  const port = portOf(values.port);

  if (command === 'record') {
    const { server, fingerprint, certificate: certificateFile, out } = values;
    if (!server || !out || (fingerprint === undefined) === (certificateFile === undefined)) throw new Usage();
    const trust =
      fingerprint === undefined
        ? { certificate: readFileSync(certificateFile as string) }
        : { sha256Fingerprint: fingerprint };
    const own = await certificate();
    let output: WriteStream | undefined;
    const recorder = await startRecorder({
      server,
      trust,
      tls: own,
      host,
      port,
      write: (line) => output?.write(`${line}\n`),
      onProblem: (message) => console.error(message),
    });
    try {
      // Never over an older recording. Nobody knows the recorder's address before the file is there.
      output = createWriteStream(out, { flags: 'wx', mode: 0o600 });
      await once(output, 'open');
    } catch (error) {
      await recorder.close();
      throw error;
    }
    output.write(`${recordingHead(new Date())}\n`);
    console.log(`Recording into ${out}. Point the program at https://${host}:${recorder.port}`);
    console.log(`and let it trust the certificate ${own.fingerprint}. Ctrl-C ends it.`);
    await untilStopped();
    await recorder.close();
    await new Promise<void>((resolve) => output.end(() => resolve()));
    console.log(`${recorder.requests()} requests. Read the file before you give it to anybody.`);
    return;
  }

  if (file === undefined || (command !== 'check' && command !== 'replay')) throw new Usage();
  const pairs = parseRecording(readFileSync(file, 'utf8'));
  if (command === 'check') {
    const { calls, faults } = checkRecording(pairs);
    for (const [name, count] of [...calls].toSorted()) console.log(`${String(count).padStart(7)}  ${name}`);
    for (const fault of faults) console.log(`not documented: ${fault}`);
    process.exitCode = faults.length > 0 ? 1 : 0;
    return;
  }
  const own = await certificate();
  const replay = await startReplay({ pairs, tls: own, host, port });
  console.log(
    `Answering from ${file} at https://${host}:${replay.port}, certificate ${own.fingerprint}. Ctrl-C ends it.`,
  );
  await untilStopped();
  await replay.close();
  for (const line of replay.missed) console.log(`not in the recording: ${line}`);
};

try {
  await main();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isOfArguments = error instanceof Usage || code.startsWith('ERR_PARSE_ARGS');
  const isOfInput = error instanceof NotARecording || error instanceof BadFormat || /^E[A-Z]+$/.test(code);
  if (!isOfArguments && !isOfInput) throw error;
  if (error instanceof Error && error.message) console.error(error.message);
  if (isOfArguments) console.error(usage);
  process.exitCode = 2;
}
