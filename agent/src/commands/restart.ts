import { AgentError } from '../errors.ts';
import { restart as restartFact } from '../facts/linux/restart.ts';
import type { runProgram } from '../scanners/run-program.ts';
import type { CommandHandler, Restarter } from './command.ts';

class NotRestarted extends AgentError {
  readonly code = 'agent.not_restarted';
}

/** So that the result is told before the system goes down. */
const SOONEST_MINUTES = 1;
const SHORT_MS = 20_000;

/** Restarts a Linux system by its own `shutdown`, which tells those who are signed in. */
export const systemRestarter = ({ root, run }: { root: string; run: typeof runProgram }): Restarter => ({
  reasons: async () => {
    const found = await restartFact.collect({ root } as Parameters<typeof restartFact.collect>[0]);
    return found?.required ? found.reasons : [];
  },
  restartIn: async (minutes, message, signal) => {
    const args = ['-r', `+${minutes}`, ...(message === '' ? [] : [message])];
    const ended = await run('shutdown', args, { signal: AbortSignal.any([signal, AbortSignal.timeout(SHORT_MS)]) });
    if (ended === null) throw new NotRestarted('This system has no program `shutdown`');
    if (ended.exitCode !== 0)
      throw new NotRestarted(`The system refused to restart: ${ended.stderr.trim().slice(0, 500)}`);
  },
});

/** Restarts the device, or says whether it needs it. */
export const restart: CommandHandler = {
  kind: 'restart',
  async run({ restart: order }, { restarter }, _control, signal) {
    if (!order) throw new NotRestarted('The command does not say how to restart');
    const reasons = await restarter.reasons();
    const why = reasons.length > 0 ? `A restart is needed: ${reasons.join('; ')}` : 'No restart is needed';
    if (order.mode === 'tell' || (order.onlyIfRequired && reasons.length === 0)) {
      return { summary: why, isPartial: false };
    }
    const minutes = order.mode === 'now' ? SOONEST_MINUTES : order.delayMinutes;
    await restarter.restartIn(minutes, order.message, signal);
    return { summary: `Restarts in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. ${why}`, isPartial: false };
  },
};
