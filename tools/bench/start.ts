/**
 * How long until Gatehouse is ready: on an empty data folder, and again on the same one.
 *
 *   npm run bench:start -- [rounds]     (default 3)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouse } from '../lib/gatehouse-process.ts';

interface Round {
  firstMs: number;
  secondMs: number;
  stopMs: number;
  residentMegabytes: number;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

const measure = async (): Promise<Round> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const first = await startGatehouse({ dataDir });
    await first.stop();
    const second = await startGatehouse({ dataDir });
    const residentMegabytes = second.residentMegabytes();
    const { tookMs } = await second.stop();
    return { firstMs: first.readyAfterMs, secondMs: second.readyAfterMs, stopMs: tookMs, residentMegabytes };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const line = (title: string, { firstMs, secondMs, stopMs, residentMegabytes }: Round) =>
  console.log(
    `${title.padEnd(8)}first start ${inSeconds(firstMs)}   second start ${inSeconds(secondMs)}   ` +
      `stop ${inSeconds(stopMs)}   memory ${residentMegabytes} MB`,
  );

const roundCount = Number(process.argv[2] ?? 3);
if (!Number.isInteger(roundCount) || roundCount < 1 || roundCount > 100) {
  console.error('The number of rounds must be a whole number from 1 to 100.');
  process.exit(1);
}

const rounds: Round[] = [];
for (let round = 1; round <= roundCount; round += 1) {
  const measured = await measure();
  rounds.push(measured);
  line(`round ${round}`, measured);
}
const medianOf = (key: keyof Round) => median(rounds.map((round) => round[key]));
line('median', {
  firstMs: medianOf('firstMs'),
  secondMs: medianOf('secondMs'),
  stopMs: medianOf('stopMs'),
  residentMegabytes: medianOf('residentMegabytes'),
});
