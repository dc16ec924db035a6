/**
 * Does a server that is killed lose or double anything?
 *
 *   node tools/kill-test/main.ts [--rounds 20] [--seed TEXT]
 *
 * Ends with 1 when an acknowledged event is lost or stored twice, or when a ticket is missing, doubled or left open.
 */
import { parseArgs } from 'node:util';
import { killTest } from './story.ts';

const MOST_ROUNDS = 1000;

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const readFlags = () => {
  try {
    const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
    const rounds = Number(values.rounds ?? 20);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS) {
      return fail(`--rounds must be a whole number from 1 to ${MOST_ROUNDS}`);
    }
    return { rounds, seed: values.seed ?? String(Date.now()) };
  } catch (error) {
    return fail((error as Error).message);
  }
};

// Cut off from outside, too, it takes its server along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { rounds, seed } = readFlags();
console.log(`Killing a server ${rounds} times or more; the seed is ${seed}`);
const begun = performance.now();
const { kills, events, tickets, violations } = await killTest({ rounds, seed, say: (line) => console.log(line) });
for (const violation of violations) console.log(`VIOLATION: ${violation}`);
console.log(
  `${kills} kills in ${((performance.now() - begun) / 1000).toFixed(0)} s: ${events} acknowledged events, ` +
    `${tickets} tickets, ${violations.length === 0 ? 'nothing lost, nothing twice' : `${violations.length} violations`}`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
