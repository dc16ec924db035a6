/**
 * What ticketing costs and what it holds against: from an event to its ticket, calls to the PSA in a day, and a month of
 * problems against a PSA that fails and is away for a day, by the rules alone and with the noise guards.
 *
 *     node tools/bench/ticketing/main.ts [--devices 1000] [--days 30] [--failures 5] [--events 40] [--only latency|calls|chaos]
 */
import { parseArgs } from 'node:util';
import { recommendedGuards } from '../../../server/src/integrations/ticketing/guards/settings.ts';
import { chanceOf } from '../../lib/chance.ts';
import { makeFleet, worstHour } from './fleet.ts';
import { eventToTicket } from './latency.ts';
import { type ReplayResult, replay } from './replay.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000' },
    days: { type: 'string', default: '30' },
    failures: { type: 'string', default: '5' },
    events: { type: 'string', default: '40' },
    only: { type: 'string' },
  },
});
const whole = (name: 'devices' | 'days' | 'failures' | 'events', least: number, most: number): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  console.error(`--${name} takes a whole number from ${least} to ${most}.`);
  process.exit(1);
};
const devices = whole('devices', 10, 100_000);
const days = whole('days', 3, 365);
const failureRate = whole('failures', 0, 50) / 100;
const events = whole('events', 5, 1_000);
const parts = ['latency', 'calls', 'chaos'] as const;
if (values.only !== undefined && !(parts as readonly string[]).includes(values.only)) {
  console.error(`--only takes one of ${parts.join(', ')}.`);
  process.exit(1);
}
const wants = (part: (typeof parts)[number]): boolean => values.only === undefined || values.only === part;

const clients = Math.max(1, Math.round(devices / 100));
const number = (value: number) => Math.round(value).toLocaleString('en');
const say = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);

if (wants('latency')) {
  const { p50Ms, p95Ms, mostMs } = await eventToTicket(events);
  say(
    `From the sending of an event to its ticket (${events} events)`,
    `p50 ${number(p50Ms)} ms, p95 ${number(p95Ms)} ms, most ${number(mostMs)} ms`,
  );
}

const fleet = makeFleet({ chance: chanceOf('a month of problems'), devices, days, clients });
if (wants('calls')) {
  const quiet = await replay({
    fleet,
    seed: 'calm',
    guards: {},
    failureRate: 0,
    outage: null,
    people: false,
  });
  say(
    `Calls to the PSA in a day, ${number(devices)} devices, ${number(fleet.episodes.length / days)} problems a day`,
    number(quiet.calls / days),
  );
}

const tell = (title: string, result: ReplayResult): void => {
  console.log(`\n${title}`);
  say('  problems / tickets', `${number(result.problems)} / ${number(result.tickets)}`);
  say('  lost, doubled, left open, failed', [result.lost, result.doubled, result.leftOpen, result.failed].join(', '));
  say('  over before the PSA could be told; the same ticket again', `${result.unneeded}; ${result.openedAgain}`);
  say('  closings that waited for the PSA, all done after', `${result.closesWaiting}, ${result.closesAfterSeconds} s`);
  say('  calls to the PSA, and those that failed', `${number(result.calls)}, ${number(result.failedCalls)}`);
  say(
    '  held back by guards',
    Object.entries(result.heldBack)
      .map(([guard, n]) => `${guard} ${n}`)
      .join(', ') || '-',
  );
};

const outageHours = Math.min(24, days * 4);
let isWell = true;
if (wants('chaos')) {
  const chaos = {
    fleet,
    seed: 'chaos',
    failureRate,
    outage: { fromHour: worstHour(fleet, outageHours), hours: outageHours },
    people: true,
    onDay: (day: number) => process.stderr.isTTY && process.stderr.write(`\rday ${day} of ${days} `),
  };
  const plain = await replay({ ...chaos, guards: {} });
  const guarded = await replay({ ...chaos, guards: recommendedGuards });
  tell(`Chaos, by the rules alone (${devices} devices, ${days} days, ${failureRate * 100} % of calls fail)`, plain);
  tell('Chaos, with the recommended guards', guarded);
  say('\nTickets by the rules alone / with guards', `${number(plain.tickets)} / ${number(guarded.tickets)}`);
  isWell = [plain, guarded].every(
    ({ lost, doubled, leftOpen, failed, closesAfterSeconds }) =>
      lost + doubled + leftOpen + failed === 0 && (closesAfterSeconds ?? 0) <= 120,
  );
}
console.log(isWell ? '\nNothing lost, nothing doubled.' : '\nA promise was broken: see above.');
process.exit(isWell ? 0 : 1);
