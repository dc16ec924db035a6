import { AgentCommand } from '@gatehouse/contract';
import { reasonOf, SpoolFull } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Spool } from '../spool/index.ts';
import type { CommandHandler, CommandParts } from './command.ts';
import type { Inbox, InboxEntry, ReceivedCommand } from './inbox.ts';
import { type TaskState, taskEvent, taskState } from './task-event.ts';

export interface RunnerParts {
  inbox: Inbox;
  spool: Spool;
  handlers: readonly CommandHandler[];
  parts: CommandParts;
  now: () => Date;
  /** Now by the server's clock: expiry was decided there, and devices' clocks are wrong. */
  serverNow: () => Date;
  logger: Logger;
  /** A command ended. */
  onEnd: () => void;
}

const PROGRESS_STEP_PERCENT = 10;
const PROGRESS_STEP_MS = 10_000;

/** Carries out stored commands one after the other, each at most once. */
export const commandRunner = ({ inbox, spool, handlers, parts, now, serverNow, logger, onEnd }: RunnerParts) => {
  let current: { id: string; displayName: string } | null = null;
  let isRunning = false;

  const tell = (
    command: ReceivedCommand,
    oldState: TaskState,
    newState: TaskState,
    percent: number,
    text: string,
    isPartial = false,
  ) =>
    spool.append(
      taskEvent(
        {
          id: command.id,
          displayName: command.displayName,
          oldState,
          newState,
          completedPercent: percent,
          text,
          isPartial,
        },
        now(),
      ),
    );

  /** The outcome is on disk before it is told: a crash in between tells it twice, and never another one. */
  const finish = async (command: ReceivedCommand, oldState: TaskState, outcome: NonNullable<InboxEntry['outcome']>) => {
    await inbox.put(command, 'finished', outcome);
    await tellOutcome(command, oldState, outcome);
    onEnd();
  };

  const tellOutcome = async (
    command: ReceivedCommand,
    oldState: TaskState,
    outcome: NonNullable<InboxEntry['outcome']>,
  ) => {
    const percent = outcome.newState === taskState.completed ? 100 : 0;
    try {
      await tell(command, oldState, outcome.newState, percent, outcome.text, outcome.isPartial);
      await inbox.put(command, 'told', outcome);
    } catch (cause) {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.error('The result of a command had no room in the spool; it is told at the next start', {
        id: command.id,
      });
    }
  };

  const progressOf = (command: ReceivedCommand) => {
    let toldPercent = 0;
    let toldAtMs = now().getTime();
    return (percent: number) => {
      if (
        percent >= 100 ||
        percent - toldPercent < PROGRESS_STEP_PERCENT ||
        now().getTime() - toldAtMs < PROGRESS_STEP_MS
      )
        return;
      toldPercent = percent;
      toldAtMs = now().getTime();
      // Progress is of no more use later, so one that finds no room is only counted.
      tell(command, taskState.running, taskState.running, percent, `${percent} % done`).catch((cause: unknown) =>
        logger.warn('Progress of a command could not be stored', { id: command.id, reason: reasonOf(cause) }),
      );
    };
  };

  const carryOut = async (command: ReceivedCommand, signal: AbortSignal) => {
    const failed = (text: string) => ({ newState: taskState.failed, text, isPartial: false });
    if (serverNow().getTime() >= Date.parse(command.expiresAt)) {
      await finish(command, taskState.created, {
        newState: taskState.timedOut,
        text: `Not started: it had to start before ${command.expiresAt}`,
        isPartial: false,
      });
      return;
    }
    const known = AgentCommand.safeParse(command);
    const handler = handlers.find(({ kind }) => kind === command.kind);
    if (!known.success || !handler) {
      await finish(command, taskState.created, failed(`This agent does not know commands of the kind ${command.kind}`));
      return;
    }
    await inbox.put(command, 'running');
    await tell(command, taskState.created, taskState.running, 0, 'Started').catch((cause: unknown) => {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.warn('The start of a command had no room in the spool', { id: command.id });
    });
    const outcome = await handler.run(known.data, parts, progressOf(command), signal).then(
      ({ summary, isPartial }) => ({ newState: taskState.completed, text: summary, isPartial }),
      (cause: unknown) => failed(signal.aborted ? 'The agent was stopped while the command ran' : reasonOf(cause)),
    );
    await finish(command, taskState.running, outcome);
  };

  return {
    /** Ends what a crash interrupted: it may have been half done, so it is not done again. */
    async recover(): Promise<void> {
      for (const { command, state, outcome } of inbox.all()) {
        if (state === 'running') {
          await finish(command, taskState.running, {
            newState: taskState.failed,
            text: 'The agent restarted while the command ran',
            isPartial: false,
          });
        } else if (state === 'finished' && outcome) await tellOutcome(command, taskState.running, outcome);
      }
      await inbox.prune();
    },
    /** Carries out what waits; returns when nothing waits any more or the signal came. */
    async drain(signal: AbortSignal): Promise<void> {
      if (isRunning) return;
      isRunning = true;
      try {
        for (;;) {
          const next = inbox.all().find(({ state }) => state === 'waiting');
          if (!next || signal.aborted) return;
          current = { id: next.command.id, displayName: next.command.displayName };
          await carryOut(next.command, signal);
        }
      } finally {
        isRunning = false;
        current = null;
      }
    },
    isBusy: (): boolean => isRunning || inbox.all().some(({ state }) => state === 'waiting'),
    status: () => ({ running: current, waiting: inbox.all().filter(({ state }) => state === 'waiting').length }),
  };
};
export type CommandRunner = ReturnType<typeof commandRunner>;
