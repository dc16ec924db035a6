import { NoScanner } from '../errors.ts';
import type { FileToScan, Scanner } from '../scanners/scanner.ts';
import type { Threats } from '../threats.ts';
import { walk } from './walk.ts';

export interface ScanResult {
  startedAt: Date;
  finishedAt: Date;
  /** Regular files that were met. */
  files: number;
  clean: number;
  infected: { path: string; threat: string }[];
  /** Files about which the engine said nothing usable. */
  errors: number;
  /** Files and folders that could not be opened. */
  unreadable: number;
  /** Files over the size limit: noted, not scanned. */
  tooLarge: number;
  /** Asked-for paths that do not exist. */
  missing: string[];
}

export interface ScanRequest {
  roots: string[];
  /** What led to the scan, for the events: `scan`, `watch` or `command`. */
  method: string;
  signal: AbortSignal;
  /** Percent of the files that were counted beforehand; without it nothing is counted. */
  onProgress?: (percent: number) => void;
  /** Asked before each batch: the scan goes on when it resolves, and ends when it rejects. */
  pausePoint?: () => Promise<void>;
}

export interface ScanParts {
  scanner: Scanner | null;
  threats: Threats;
  excluded: string[];
  maxFileBytes: number;
  now: () => Date;
  /** Does with infected files what is to become of them. */
  dealWith?: (paths: string[]) => Promise<void>;
}

const BATCH_FILES = 500;
const BATCH_BYTES = 256 * 1024 * 1024;

const countFiles = async (roots: string[], excluded: string[], signal: AbortSignal): Promise<number> => {
  let files = 0;
  for await (const found of walk(roots, excluded)) {
    signal.throwIfAborted();
    if (found.kind === 'file') files += 1;
  }
  return files;
};

/**
 * Scans what lies under the given paths and brings the list of threats up to date.
 * @throws NoScanner
 * @throws ScannerFailed when the engine cannot work; what was scanned until then stays known
 */
export const scanPaths = async (
  parts: ScanParts,
  { roots, method, signal, onProgress, pausePoint }: ScanRequest,
): Promise<ScanResult> => {
  const { scanner, threats, excluded, maxFileBytes, now, dealWith } = parts;
  const engine = await scanner?.state();
  if (!scanner || !engine) throw new NoScanner();
  const result: ScanResult = {
    startedAt: now(),
    finishedAt: now(),
    files: 0,
    clean: 0,
    infected: [],
    errors: 0,
    unreadable: 0,
    tooLarge: 0,
    missing: [],
  };
  const expected = onProgress ? await countFiles(roots, excluded, signal) : 0;
  let batch: FileToScan[] = [];
  let batchBytes = 0;

  const scanBatch = async () => {
    await pausePoint?.();
    const verdicts = await scanner.scan(batch, signal);
    for (const { file, verdict } of verdicts) {
      if (verdict.kind === 'clean') result.clean += 1;
      else if (verdict.kind === 'infected') result.infected.push({ path: file.path, threat: verdict.threat });
      else if (verdict.kind === 'error') result.errors += 1;
      else result.unreadable += 1;
    }
    await threats.observe(verdicts, engine, method);
    const infected = verdicts.filter(({ verdict }) => verdict.kind === 'infected');
    await dealWith?.(infected.map(({ file }) => file.path));
    batch = [];
    batchBytes = 0;
    onProgress?.(expected === 0 ? 100 : Math.min(99, Math.floor((result.files / expected) * 100)));
  };

  for await (const found of walk(roots, excluded)) {
    signal.throwIfAborted();
    if (found.kind === 'missing') result.missing.push(found.path);
    else if (found.kind === 'unreadable') result.unreadable += 1;
    else {
      result.files += 1;
      if (found.bytes > maxFileBytes) {
        result.tooLarge += 1;
        continue;
      }
      batch.push(found.file);
      batchBytes += found.bytes;
      if (batch.length >= BATCH_FILES || batchBytes >= BATCH_BYTES) await scanBatch();
    }
  }
  if (batch.length > 0) await scanBatch();
  await threats.checkGone(roots);
  result.finishedAt = now();
  return result;
};

/** One sentence for people, in the result of a task. */
export const summaryOf = (result: ScanResult): string => {
  const parts = [`Scanned ${result.files} files: ${result.infected.length} infected`];
  if (result.errors > 0) parts.push(`${result.errors} without a verdict`);
  if (result.unreadable > 0) parts.push(`${result.unreadable} unreadable`);
  if (result.tooLarge > 0) parts.push(`${result.tooLarge} over the size limit`);
  if (result.missing.length > 0) parts.push(`not found: ${result.missing.join(', ')}`);
  return parts.join(', ');
};

/** Something was not looked at although it was asked for. */
export const isIncomplete = ({ errors, unreadable, tooLarge, missing }: ScanResult): boolean =>
  errors + unreadable + tooLarge + missing.length > 0;
