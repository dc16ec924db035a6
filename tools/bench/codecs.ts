/**
 * Broken, foreign and hostile lines against the readers of syslog, CEF and LEEF, and whole ones for their speed.
 *
 *   node tools/bench/codecs.ts [lines]     (default 1,000,000 of each)
 */
import { parseCef } from '../../protocols/src/cef/index.ts';
import { parseLeef } from '../../protocols/src/leef/index.ts';
import { parseSyslog } from '../../protocols/src/syslog/index.ts';
import { cefCorpus, garbage, leefCorpus, syslogCorpus } from '../../protocols/src/testing/garbage.ts';

const lineCount = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(lineCount) || lineCount < 1000 || lineCount > 100_000_000) {
  console.error('The number of lines must be a whole number from 1000 to 100000000.');
  process.exit(1);
}

const receivedAt = new Date();
const readers = [
  { title: 'syslog', corpus: syslogCorpus, read: (line: string) => parseSyslog(line, { receivedAt }).ok },
  { title: 'CEF', corpus: cefCorpus, read: (line: string) => parseCef(line).ok },
  { title: 'LEEF', corpus: leefCorpus, read: (line: string) => parseLeef(line).ok },
];

const perSecond = (count: number, ms: number) => `${Math.round(count / (ms / 1000)).toLocaleString('en')}/s`;

for (const { title, corpus, read } of readers) {
  const lines = garbage(corpus, 4711);
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
    `${title.padEnd(8)}${lineCount.toLocaleString('en')} broken lines in ${(readingMs / 1000).toFixed(2)} s ` +
      `(${perSecond(lineCount, readingMs)}), slowest ${slowestMs.toFixed(2)} ms, ` +
      `${Math.round((understood / lineCount) * 100)} % could be read, none threw`,
  );
  const begun = performance.now();
  for (let count = 0; count < lineCount; count += 1) read(corpus[count % corpus.length] ?? '');
  const tookMs = performance.now() - begun;
  console.log(`${' '.repeat(8)}whole lines: ${perSecond(lineCount, tookMs)}`);
}
