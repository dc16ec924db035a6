import { ScannerFailed } from '../../errors.ts';
import { openRegular } from '../../scanning/open-regular.ts';
import { runProgram } from '../run-program.ts';
import type { FileToScan, FileVerdict, Scanner, Verdict } from '../scanner.ts';
import { clamdClient } from './clamd.ts';
import { clamscanFiles } from './clamscan.ts';
import { readDatabases } from './databases.ts';
import { verdictOf } from './parse.ts';

export interface ClamavOptions {
  /** Unix socket of clamd; null never asks it. */
  clamdSocket: string | null;
  clamscanProgram: string;
  freshclamProgram: string;
  freshclamConfig: string | undefined;
  /** Undefined: the folder that ClamAV was built with. clamd has its own setting and must agree. */
  signatureDir: string | undefined;
  /** `external`: something else fills the folder, and an update only reads it anew. */
  databaseUpdates: 'freshclam' | 'external';
  /** Asked for with every scan. */
  maxFileBytes: () => number;
}

const USUAL_SIGNATURE_DIR = '/var/lib/clamav';
const ASK_TIMEOUT_MS = 20_000;
const UPDATE_TIMEOUT_MS = 900_000;
const PARALLEL_STREAMS = 4;

const versionOf = (text: string): string => /^ClamAV ([\w.+-]{1,60})/.exec(text.trim())?.[1] ?? '';

export const clamav = (options: ClamavOptions): Scanner => {
  const signatureDir = options.signatureDir ?? USUAL_SIGNATURE_DIR;
  const clamd = options.clamdSocket === null ? null : clamdClient(options.clamdSocket);
  const briefly = () => AbortSignal.timeout(ASK_TIMEOUT_MS);

  const streamToClamd = async (
    file: FileToScan,
    client: NonNullable<typeof clamd>,
    signal: AbortSignal,
  ): Promise<Verdict> => {
    const opened = await openRegular(file.raw);
    if (!opened.ok) return { kind: 'unreadable', reason: opened.reason };
    const said = await client.scanStream(opened.handle.createReadStream(), signal);
    return (
      verdictOf(said) ?? {
        kind: 'error',
        reason: said.slice(0, 200) || 'clamd hung up without a verdict; is the file over its StreamMaxLength?',
      }
    );
  };

  const scanWithClamd = async (files: FileToScan[], client: NonNullable<typeof clamd>, signal: AbortSignal) => {
    const verdicts: FileVerdict[] = [];
    const queue = files.values();
    const work = async () => {
      for (const file of queue) verdicts.push({ file, verdict: await streamToClamd(file, client, signal) });
    };
    await Promise.all(Array.from({ length: PARALLEL_STREAMS }, work));
    return verdicts;
  };

  return {
    async state() {
      const base = { product: 'ClamAV', name: 'Clam AntiVirus' };
      if (clamd && (await clamd.isAlive(briefly()))) {
        return { ...base, version: versionOf(await clamd.version(briefly())), running: true };
      }
      const asked = await runProgram(options.clamscanProgram, ['--version'], { signal: briefly() });
      if (!asked) return null;
      return { ...base, version: versionOf(asked.stdout), running: (await readDatabases(signatureDir)) !== null };
    },
    databases: () => readDatabases(signatureDir),
    async scan(files, signal) {
      if (files.length === 0) return [];
      if (clamd && (await clamd.isAlive(signal))) return scanWithClamd(files, clamd, signal);
      return clamscanFiles(
        files,
        { program: options.clamscanProgram, signatureDir: options.signatureDir, maxFileBytes: options.maxFileBytes() },
        signal,
      );
    },
    async updateDatabases(signal) {
      if (options.databaseUpdates === 'freshclam') {
        const args = ['--stdout', '--foreground'];
        if (options.freshclamConfig) args.push(`--config-file=${options.freshclamConfig}`);
        if (options.signatureDir) args.push(`--datadir=${options.signatureDir}`);
        const limited = AbortSignal.any([signal, AbortSignal.timeout(UPDATE_TIMEOUT_MS)]);
        const result = await runProgram(options.freshclamProgram, args, { signal: limited }).catch((cause: unknown) => {
          if (limited.aborted) throw new ScannerFailed('freshclam was stopped before it had finished');
          throw cause;
        });
        if (!result) throw new ScannerFailed('freshclam is not installed on this device');
        if (result.exitCode !== 0)
          throw new ScannerFailed(`freshclam failed: ${freshclamReason(result.stdout + result.stderr)}`);
      }
      if ((await readDatabases(signatureDir)) === null) throw new ScannerFailed(`No databases are in ${signatureDir}`);
      if (clamd && (await clamd.isAlive(signal))) await clamd.reload(signal);
    },
  };
};

/** The lines that say what went wrong, without times and repetitions. */
const freshclamReason = (output: string): string => {
  const lines = output.split('\n').filter((line) => /error|can't|fail|denied|forbidden|cool-down/i.test(line));
  const plain = lines.map((line) =>
    line
      .replace(/^.*?-> /, '')
      .replace(/^[\^!]?(ERROR|WARNING): /, '')
      .trim(),
  );
  return [...new Set(plain)].slice(-4).join('; ').slice(0, 600) || 'it gave no reason';
};
