/** How a simulated agent carries out commands: one after the other, each once, with progress. */
import type { Chance } from '../lib/chance.ts';
import type { Happening } from './happenings.ts';
import type { Machine } from './machines.ts';
import type { Pauses } from './pauses.ts';
import type { Tally } from './tally.ts';

/** As much of a command as is needed to play it; kinds that come later are played too. */
export interface ReceivedCommand {
  id: string;
  kind: string;
  displayName: string;
  createdAt: string;
  expiresAt: string;
  scan?: { mode?: string } | undefined;
}

export interface CommandWork {
  machine: Machine;
  chance: Chance;
  pauses: Pauses;
  tally: Tally;
  /** How long a command of one minute takes here, as a share: 0.1 makes ten times haste. */
  pace: number;
  failureShare: number;
  serverNow: () => Date;
  report: (event: Happening) => void;
  /** Facts are others now. */
  syncSoon: () => void;
}

const SECOND_MS = 1000;
const STEP_MS = 10 * SECOND_MS;
const RUNNING = 1;
const FAILED = 3;
const COMPLETED = 4;
const TIMED_OUT = 5;

const lengthMs = ({ kind, scan }: ReceivedCommand, chance: Chance): number => {
  if (kind === 'scan')
    return chance.whole(scan?.mode === 'full' ? 60 : 10, scan?.mode === 'full' ? 300 : 45) * SECOND_MS;
  return chance.whole(2, 20) * SECOND_MS;
};

export const createCommandRunner = (work: CommandWork) => {
  const { machine, chance, pauses, tally } = work;
  const known = new Set<string>();
  const waiting: ReceivedCommand[] = [];
  let isRunning = false;

  const tell = ({ id, displayName }: ReceivedCommand, oldState: number, newState: number, percent: number, text = '') =>
    work.report({
      type: 'KLPRCI_TaskState',
      severity: newState === FAILED || newState === TIMED_OUT ? 3 : 1,
      riseTime: new Date().toISOString(),
      displayName: 'Task state changed',
      description: text,
      product: { name: 'GATEHOUSE', version: '0.1.0' },
      task: { id, displayName: displayName.slice(0, 100), oldState, newState, completedPercent: percent },
    });

  const carryOut = async (command: ReceivedCommand): Promise<void> => {
    if (Date.parse(command.expiresAt) <= work.serverNow().getTime()) {
      tell(command, 0, TIMED_OUT, 0, 'It came too late to be started');
      return;
    }
    tell(command, 0, RUNNING, 0);
    const wholeMs = lengthMs(command, chance) * work.pace;
    const failsAt = chance.happens(work.failureShare) ? chance.next() : null;
    for (let doneMs = 0; doneMs < wholeMs; ) {
      const stepMs = Math.min(STEP_MS * work.pace, wholeMs - doneMs);
      await pauses.for(stepMs);
      if (pauses.isStopped) return;
      doneMs += stepMs;
      if (failsAt !== null && doneMs >= wholeMs * failsAt) {
        tell(command, RUNNING, FAILED, 0, 'The simulated program ended with error 5');
        return;
      }
      if (doneMs < wholeMs) tell(command, RUNNING, RUNNING, Math.round((doneMs / wholeMs) * 100));
    }
    const now = new Date();
    if (command.kind === 'scan') machine.scanned(now);
    if (command.kind === 'update-databases') machine.databasesUpdated(now);
    if (command.kind === 'restart') machine.restarted(now);
    if (command.kind.includes('vulnerabilit')) machine.vulnerabilitiesSearched(now);
    tell(command, RUNNING, COMPLETED, 100, 'Done');
  };

  const drain = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = waiting.shift(); next && !pauses.isStopped; next = waiting.shift()) {
        await carryOut(next);
        if (pauses.isStopped) return;
        tally.commandsEnded += 1;
        work.syncSoon();
      }
    } finally {
      isRunning = false;
    }
  };

  return {
    /** @returns whether it is new */
    take: (command: ReceivedCommand): boolean => {
      if (known.has(command.id)) return false;
      known.add(command.id);
      tally.commandsTaken += 1;
      tally.commandArrival.observe(Math.max(0, work.serverNow().getTime() - Date.parse(command.createdAt)));
      waiting.push(command);
      return true;
    },
    run: (): void => void drain(),
    isBusy: (): boolean => isRunning || waiting.length > 0,
  };
};
