import { expect, it } from 'vitest';
import { filterCorpus, garbage, randomOf } from '../testing/garbage.ts';
import { callCorpus, oddCalls } from '../testing/odd-json.ts';
import { readCall, readFilter } from '../testing/open-api-input.ts';

/** The same generators make a million of each in `tools/bench/codecs.ts`. */
const FILTERS = 20_000;
const CALLS = 5000;

it('reads broken filters as filters or refuses them, and prints what it read as the same filter', () => {
  const texts = garbage(filterCorpus, 4711);
  let understood = 0;
  for (let count = 0; count < FILTERS; count += 1) if (readFilter(texts.next().value)) understood += 1;
  expect(understood).toBeGreaterThan(FILTERS / 50);
  expect(understood).toBeLessThan(FILTERS);
}, 60_000);

it('reads odd calls or refuses them with BadFormat, and sends what it read as the same call', () => {
  const calls = oddCalls(callCorpus, randomOf(4711));
  let understood = 0;
  for (let count = 0; count < CALLS; count += 1) if (readCall(calls.next().value)) understood += 1;
  expect(understood).toBeGreaterThan(CALLS / 50);
  expect(understood).toBeLessThan(CALLS);
}, 60_000);
