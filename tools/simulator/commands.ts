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
  scan?: { mode?: string | undefined } | undefined;
  restart?: { mode?: string | undefined } | undefined;
  quarantine?: { objectIds: string[] } | undefined;
  /** For `cancel`, `pause` and `resume`: the command that is meant. */
  commandId?: string | undefined;
  stopAfterMinutes?: number | undefined;
  progressEverySeconds?: number | undefined;
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
  /** Hands over what a script wrote. */
  handOver: (commandId: string, output: string) => Promise<void>;
  /** Facts are others now. */
  syncSoon: () => void;
}

interface Waiting {
  command: ReceivedCommand;
  isHeld: boolean;
}

const SECOND_MS = 1000;
const STEP_MS = 10 * SECOND_MS;
const CREATED = 0;
const RUNNING = 1;
const SUSPENDED = 2;
const FAILED = 3;
const COMPLETED = 4;
const TIMED_OUT = 5;

const lengthMs = ({ kind, scan }: ReceivedCommand, chance: Chance): number => {
  if (kind === 'scan') {
    const isFull = scan?.mode === 'full';
    return chance.whole(isFull ? 60 : 10, isFull ? 300 : 45) * SECOND_MS;
  }
  return chance.whole(2, 20) * SECOND_MS;
};

export const createCommandRunner = (work: CommandWork) => {
  const { machine, chance, pauses, tally } = work;
  const known = new Set<string>();
  const waiting: Waiting[] = [];
  let current: { id: string; wish: 'go-on' | 'pause' | 'cancel'; changed: () => void } | null = null;
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

  const done = (command: ReceivedCommand): void => {
    const now = new Date();
    if (command.kind === 'scan') machine.scanned(now);
    if (command.kind === 'update-databases') machine.databasesUpdated(now);
    if (command.kind === 'restart' && command.restart?.mode !== 'tell') machine.restarted(now);
    if (command.kind === 'find-vulnerabilities') machine.vulnerabilitiesSearched(now);
    if (command.kind.endsWith('-quarantine')) machine.leaveQuarantine(command.quarantine?.objectIds ?? []);
  };

  /** Asked anew each time, since it changes while something is awaited. */
  const wish = () => current?.wish;

  /** Waits as long as it is told to; whoever looks at `wish` sees what became of it. */
  const held = async (command: ReceivedCommand, percent: number): Promise<void> => {
    if (wish() !== 'pause') return;
    tell(command, RUNNING, SUSPENDED, percent, 'Paused');
    while (wish() === 'pause' && !pauses.isStopped) {
      const wait = pauses.begin(2 ** 31 - 1);
      if (current) current.changed = wait.end;
      await wait.over;
    }
    if (wish() === 'go-on') tell(command, SUSPENDED, RUNNING, percent, 'Goes on');
  };

  const carryOut = async (command: ReceivedCommand): Promise<void> => {
    if (Date.parse(command.expiresAt) <= work.serverNow().getTime()) {
      tell(command, CREATED, TIMED_OUT, 0, `Not started: it had to start before ${command.expiresAt}`);
      return;
    }
    tell(command, CREATED, RUNNING, 0, 'Started');
    const wholeMs = lengthMs(command, chance) * work.pace;
    const mostMs = (command.stopAfterMinutes ?? Number.POSITIVE_INFINITY) * 60 * SECOND_MS;
    const stepMs = Math.max(STEP_MS * work.pace, (command.progressEverySeconds ?? 0) * SECOND_MS);
    const failsAt = chance.happens(work.failureShare) ? chance.next() : null;
    for (let doneMs = 0; doneMs < wholeMs; ) {
      const percent = Math.round((doneMs / wholeMs) * 100);
      await held(command, percent);
      if (wish() === 'cancel') return tell(command, RUNNING, FAILED, 0, 'Cancelled');
      const wait = pauses.begin(Math.min(stepMs, wholeMs - doneMs));
      if (current) current.changed = wait.end;
      await wait.over;
      if (pauses.isStopped) return;
      if (wish() !== 'go-on') continue;
      doneMs += Math.min(stepMs, wholeMs - doneMs);
      if (doneMs > mostMs) return tell(command, RUNNING, TIMED_OUT, 0, 'Stopped: it ran for too long');
      if (failsAt !== null && doneMs >= wholeMs * failsAt) {
        return tell(command, RUNNING, FAILED, 0, 'The simulated program ended with error 5');
      }
      if (doneMs < wholeMs) tell(command, RUNNING, RUNNING, Math.round((doneMs / wholeMs) * 100));
    }
    if (command.kind === 'run-script')
      await work.handOver(command.id, `${machine.name}\nscript of 1 line carried out\n`);
    done(command);
    tell(command, RUNNING, COMPLETED, 100, 'Done');
  };

  const drain = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      for (;;) {
        const at = waiting.findIndex(({ isHeld }) => !isHeld);
        const [next] = at < 0 ? [] : waiting.splice(at, 1);
        if (!next || pauses.isStopped) return;
        current = { id: next.command.id, wish: 'go-on', changed: () => {} };
        await carryOut(next.command);
        if (pauses.isStopped) return;
        tally.commandsEnded += 1;
        work.syncSoon();
      }
    } finally {
      current = null;
      isRunning = false;
    }
  };

  /** Cancel, pause and resume are about another command, and are obeyed at once. */
  const obey = ({ kind, commandId }: ReceivedCommand): void => {
    tally.commandsEnded += 1;
    if (current?.id === commandId && current) {
      current.wish = kind === 'cancel' ? 'cancel' : kind === 'pause' ? 'pause' : 'go-on';
      current.changed();
      return;
    }
    const at = waiting.findIndex(({ command }) => command.id === commandId);
    const meant = waiting[at];
    if (!meant) return;
    if (kind === 'cancel') {
      waiting.splice(at, 1);
      tell(meant.command, CREATED, FAILED, 0, 'Cancelled before it started');
      tally.commandsEnded += 1;
    } else if (kind === 'pause' && !meant.isHeld) {
      meant.isHeld = true;
      tell(meant.command, CREATED, SUSPENDED, 0, 'Paused before it started');
    } else if (kind === 'resume' && meant.isHeld) {
      meant.isHeld = false;
      tell(meant.command, SUSPENDED, CREATED, 0, 'Waits for its turn');
    }
  };

  return {
    /** @returns whether it is new */
    take: (command: ReceivedCommand): boolean => {
      if (known.has(command.id)) return false;
      known.add(command.id);
      tally.commandsTaken += 1;
      tally.commandArrival.observe(Math.max(0, work.serverNow().getTime() - Date.parse(command.createdAt)));
      if (['cancel', 'pause', 'resume'].includes(command.kind)) obey(command);
      else waiting.push({ command, isHeld: false });
      return true;
    },
    run: (): void => void drain(),
    isBusy: (): boolean => (isRunning && current?.wish !== 'pause') || waiting.some(({ isHeld }) => !isHeld),
  };
};
