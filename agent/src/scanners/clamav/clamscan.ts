import { randomUUID } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScannerFailed } from '../../errors.ts';
import { openRegular } from '../../scanning/open-regular.ts';
import { runProgram } from '../run-program.ts';
import type { FileToScan, FileVerdict, Verdict } from '../scanner.ts';
import { readClamscanOutput, verdictOf } from './parse.ts';

/** One line of a file list, and told from other lines in the output. */
const isPlainName = ({ path, raw }: FileToScan): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in names are what is looked for
  !/[\u0000-\u001f\u007f]/.test(path) && Buffer.from(path).equals(raw);

export interface ClamscanOptions {
  program: string;
  signatureDir: string | undefined;
  maxFileBytes: number;
}

/**
 * Scans with a clamscan process: the engine loads its databases anew each time, so as many files as possible share one.
 * Names that a list of lines cannot carry go one by one over standard input.
 */
export const clamscanFiles = async (
  files: FileToScan[],
  { program, signatureDir, maxFileBytes }: ClamscanOptions,
  signal: AbortSignal,
): Promise<FileVerdict[]> => {
  // Beyond its limits clamscan calls a file OK unread, so its limits must not be below ours.
  const args = ['--no-summary', '--stdout', `--max-filesize=${maxFileBytes}`, `--max-scansize=${maxFileBytes * 4}`];
  if (signatureDir) args.push(`--database=${signatureDir}`);

  const run = async (last: string, stdin?: Parameters<typeof runProgram>[2]['stdin']): Promise<string> => {
    const result = await runProgram(program, [...args, last], { signal, ...(stdin ? { stdin } : {}) }).catch(
      (cause: unknown) => {
        if (signal.aborted) throw new ScannerFailed('The scan was stopped');
        throw cause;
      },
    );
    if (!result) throw new ScannerFailed(`There is no ${program} on this device`);
    // 0 nothing found, 1 something found, 2 some error (clamscan(1)); the lines tell which file it was.
    const said = `${result.stdout}\n${result.stderr}`.trim();
    const couldNotStart = /^(LibClamAV Error: .*|ERROR: .*(database|Malformed).*)$/im.exec(result.stderr)?.[0];
    if (couldNotStart && result.exitCode === 2 && !/: (OK|Empty file|\S+ FOUND)$/m.test(result.stdout)) {
      throw new ScannerFailed(`clamscan cannot work: ${couldNotStart.slice(0, 300)}`);
    }
    if (![0, 1, 2].includes(result.exitCode ?? -1)) {
      throw new ScannerFailed(`clamscan ended with ${result.exitCode ?? 'a signal'}: ${said.slice(0, 300)}`);
    }
    return result.stdout + result.stderr;
  };

  const plain = files.filter(isPlainName);
  const verdicts: FileVerdict[] = [];
  if (plain.length > 0) {
    const list = join(tmpdir(), `gatehouse-scan-${randomUUID()}`);
    await writeFile(list, `${plain.map(({ path }) => path).join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      const found = readClamscanOutput(await run(`--file-list=${list}`), new Set(plain.map(({ path }) => path)));
      for (const file of plain) {
        verdicts.push({ file, verdict: found.get(file.path) ?? { kind: 'error', reason: 'clamscan gave no verdict' } });
      }
    } finally {
      await unlink(list);
    }
  }
  for (const file of files.filter((each) => !isPlainName(each))) {
    const opened = await openRegular(file.raw);
    const verdict: Verdict = opened.ok
      ? readStdin(await run('-', opened.handle.createReadStream()))
      : { kind: 'unreadable', reason: opened.reason };
    verdicts.push({ file, verdict });
  }
  return verdicts;
};

const readStdin = (output: string): Verdict => {
  for (const line of output.split('\n')) {
    const verdict = line.startsWith('stdin: ') ? verdictOf(line.slice('stdin: '.length)) : null;
    if (verdict) return verdict;
  }
  return { kind: 'error', reason: 'clamscan gave no verdict' };
};
