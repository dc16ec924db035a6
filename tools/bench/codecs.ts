/**
 * Broken, foreign and hostile input against the readers of syslog, CEF, LEEF, and of the KSC Open API's filters and
 * calls; and whole lines for their speed.
 *
 *   node tools/bench/codecs.ts [lines [reader]]     (default 1,000,000 of each reader)
 */
import { parseCef } from '../../protocols/src/cef/index.ts';
import { parseLeef } from '../../protocols/src/leef/index.ts';
import { parseSyslog } from '../../protocols/src/syslog/index.ts';
import {
  cefCorpus,
  filterCorpus,
  garbage,
  leefCorpus,
  randomOf,
  syslogCorpus,
} from '../../protocols/src/testing/garbage.ts';
import { callCorpus, oddCalls } from '../../protocols/src/testing/odd-json.ts';
import { readCall, readFilter } from '../../protocols/src/testing/open-api-input.ts';

const lineCount = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(lineCount) || lineCount < 1000 || lineCount > 100_000_000) {
  console.error('The number of lines must be a whole number from 1000 to 100000000.');
  process.exit(1);
}

/** A reader of lines made from a corpus. */
const ofLines = (title: string, corpus: readonly string[], read: (line: string) => boolean) => ({
  title,
  hostile: () => garbage(corpus, 4711) as Generator<unknown, never>,
  whole: corpus as readonly unknown[],
  read: (line: unknown) => read(line as string),
});

const receivedAt = new Date();
const readers = [
  ofLines('syslog', syslogCorpus, (line) => parseSyslog(line, { receivedAt }).ok),
  ofLines('CEF', cefCorpus, (line) => parseCef(line).ok),
  ofLines('LEEF', leefCorpus, (line) => parseLeef(line).ok),
  ofLines('filters', filterCorpus, readFilter),
  {
    title: 'calls',
    hostile: () => oddCalls(callCorpus, randomOf(4711)) as Generator<unknown, never>,
    whole: callCorpus as readonly unknown[],
    read: (call: unknown) => readCall(call as Record<string, unknown>),
  },
].filter(({ title }) => process.argv[3] === undefined || title === process.argv[3]);
if (readers.length === 0) {
  console.error('The reader must be syslog, CEF, LEEF, filters or calls.');
  process.exit(1);
}

const perSecond = (count: number, ms: number) => `${Math.round(count / (ms / 1000)).toLocaleString('en')}/s`;

for (const { title, hostile, whole, read } of readers) {
  const lines = hostile();
  let understood = 0;
  let readingMs = 0;
  let slowestMs = 0;
  for (let count = 0; count < lineCount; count += 1) {
    const line = lines.next().value;
    const begun = performance.now();
    if (read(line)) understood += 1;
    const took = performance.now() - begun;
    readingMs += took;
    slowestMs = Math.max(slowestMs, took);
  }
  console.log(
    `${title.padEnd(8)}${lineCount.toLocaleString('en')} broken ones in ${(readingMs / 1000).toFixed(2)} s ` +
      `(${perSecond(lineCount, readingMs)}), slowest ${slowestMs.toFixed(2)} ms, ` +
      `${Math.round((understood / lineCount) * 100)} % could be read, none threw`,
  );
  const begun = performance.now();
  for (let count = 0; count < lineCount; count += 1) read(whole[count % whole.length]);
  const tookMs = performance.now() - begun;
  console.log(`${' '.repeat(8)}whole ones: ${perSecond(lineCount, tookMs)}`);
}
