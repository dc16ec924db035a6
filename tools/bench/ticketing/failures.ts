/** Failures of a PSA by chance: every kind that the way to it and the service itself can have. */
import type { AutotaskSandbox } from '../../../sandboxes/src/autotask/index.ts';
import type { Chance } from '../../lib/chance.ts';

type Fault = Parameters<AutotaskSandbox['controls']['addFault']>[0];

const kinds: Omit<Fault, 'path'>[] = [
  { status: 500 },
  { status: 500, body: { errors: [''] } },
  { status: 503, body: 'Service Unavailable' },
  { status: 502, body: '<html><body>Bad gateway</body></html>' },
  { status: 429, body: { errors: ['The thread threshold of 3 threads has been exceeded for this object endpoint.'] } },
  { status: 429, body: { errors: ['The request threshold of 10000 requests per 60 minutes has been exceeded.'] } },
  { mode: 'drop-before-store' },
  { mode: 'store-then-drop' },
  { mode: 'store-then-respond', status: 500 },
  { mode: 'store-then-respond', status: 504, body: 'Gateway Timeout' },
  // A page of something in between that calls itself a success.
  { status: 200, body: '<html><body>Please sign in</body></html>' },
  { mode: 'store-then-respond', status: 200, body: '<html><body>Please sign in</body></html>' },
];
const AHEAD = 400;

/** Lets each call fail with this probability. `refill` is to be called now and then: failures are planned ahead. */
export const randomFailures = (controls: AutotaskSandbox['controls'], chance: Chance, probability: number) => {
  let counted = 0;
  return {
    refill(): void {
      const planned = controls.faults();
      const spent = planned.filter(({ hits, count }) => hits >= count);
      if (planned.length - spent.length > AHEAD / 2) return;
      counted += planned.filter(({ hits, delayMs, mode }) => hits > 0 && !(mode === 'delay' && delayMs === 0)).length;
      controls.clearFaults();
      for (let at = 0; at < AHEAD; at += 1) {
        const kind = chance.happens(probability) ? chance.pick(kinds) : ({ mode: 'delay', delayMs: 0 } as const);
        controls.addFault({ path: '/*', count: 1, ...kind });
      }
    },
    clear(): void {
      const planned = controls.faults();
      counted += planned.filter(({ hits, delayMs, mode }) => hits > 0 && !(mode === 'delay' && delayMs === 0)).length;
      controls.clearFaults();
    },
    /** Calls that failed. */
    counted: () => counted,
  };
};
