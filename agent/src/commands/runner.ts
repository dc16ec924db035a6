import { AgentCommand } from '@gatehouse/contract';
import { oneAtATime } from '../disk.ts';
import { reasonOf, SpoolFull } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Spool } from '../spool/index.ts';
import type { CommandHandler, CommandParts } from './command.ts';
import type { Inbox, InboxEntry, ReceivedCommand } from './inbox.ts';
import type { Outputs } from './outputs.ts';
import { type TaskState, taskEvent, taskState } from './task-event.ts';
import { type CommandUnderWay, commandUnderWay } from './under-way.ts';

export interface RunnerParts {
  inbox: Inbox;
  spool: Spool;
  outputs: Pick<Outputs, 'keep'>;
  handlers: readonly CommandHandler[];
  parts: CommandParts;
  now: () => Date;
  /** Now by the server's clock: expiry was decided there, and devices' clocks are wrong. */
  serverNow: () => Date;
  logger: Logger;
  /** A command ended. */
  onEnd: () => void;
}

type Outcome = NonNullable<InboxEntry['outcome']>;

const PROGRESS_STEP_PERCENT = 1;
/** Kinds that are about another command: obeyed at once, whatever runs. */
const requests = ['cancel', 'pause', 'resume'];

const failed = (text: string): Outcome => ({ newState: taskState.failed, text, isPartial: false });

/** Carries out stored commands one after the other, each at most once; obeys requests to cancel, pause and resume. */
export const commandRunner = (runner: RunnerParts) => {
  const { inbox, spool, outputs, handlers, parts, now, serverNow, logger, onEnd } = runner;
  let current: { id: string; displayName: string } | null = null;
  let underWay: CommandUnderWay | null = null;
  let isRunning = false;
  const inTurn = oneAtATime();
  /** Being ended before they began. */
  const ending = new Set<string>();

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

  /** For what is of no use later: where it finds no room, that is only noted. */
  const tellIfRoom = async (...told: Parameters<typeof tell>): Promise<void> => {
    try {
      await tell(...told);
    } catch (cause) {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.warn('A step of a command had no room in the spool', { id: told[0].id });
    }
  };

  /** The outcome is on disk before it is told: a crash in between tells it twice, and never another one. */
  const finish = async (command: ReceivedCommand, oldState: TaskState, outcome: Outcome) => {
    await inbox.put(command, 'finished', { outcome });
    await tellOutcome(command, oldState, outcome);
    onEnd();
  };

  const tellOutcome = async (command: ReceivedCommand, oldState: TaskState, outcome: Outcome) => {
    const percent = outcome.newState === taskState.completed ? 100 : 0;
    try {
      await tell(command, oldState, outcome.newState, percent, outcome.text, outcome.isPartial);
      await inbox.put(command, 'told', { outcome });
    } catch (cause) {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.error('The result of a command had no room in the spool; it is told at the next start', {
        id: command.id,
      });
    }
  };

  const progressOf = (command: ReceivedCommand, everySeconds = 1) => {
    let toldPercent = 0;
    let toldAtMs = now().getTime();
    return {
      percent: () => toldPercent,
      on: (percent: number) => {
        if (
          percent >= 100 ||
          percent - toldPercent < PROGRESS_STEP_PERCENT ||
          now().getTime() - toldAtMs < everySeconds * 1000
        )
          return;
        toldPercent = percent;
        toldAtMs = now().getTime();
        tellIfRoom(command, taskState.running, taskState.running, percent, `${percent} % done`).catch(
          (cause: unknown) =>
            logger.warn('Progress of a command could not be stored', { id: command.id, reason: reasonOf(cause) }),
        );
      },
    };
  };

  const outcomeOf = async (
    command: AgentCommand,
    handler: CommandHandler,
    stopSignal: AbortSignal,
  ): Promise<Outcome> => {
    const { running, suspended } = taskState;
    const progress = progressOf(command, command.progressEverySeconds);
    const work = commandUnderWay({
      id: command.id,
      agentStops: stopSignal,
      stopAfterMinutes: command.stopAfterMinutes,
      onPaused: () => tellIfRoom(command, running, suspended, progress.percent(), 'Paused'),
      onResumed: () => tellIfRoom(command, suspended, running, progress.percent(), 'Goes on'),
    });
    underWay = work;
    try {
      const control = {
        onProgress: progress.on,
        pausePoint: work.pausePoint,
        keepOutput: (output: string, isCut: boolean) => outputs.keep(command.id, output, isCut),
      };
      const { summary, isPartial } = await handler.run(command, parts, control, work.signal);
      return { newState: taskState.completed, text: summary, isPartial };
    } catch (cause) {
      const stopped = work.stopped();
      if (stopped?.isTimeOut) return { newState: taskState.timedOut, text: stopped.message, isPartial: false };
      if (stopped) return failed(stopped.message);
      return failed(stopSignal.aborted ? 'The agent was stopped while the command ran' : reasonOf(cause));
    } finally {
      underWay = null;
      work.over();
    }
  };

  const carryOut = async (command: ReceivedCommand, signal: AbortSignal) => {
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
    await tellIfRoom(command, taskState.created, taskState.running, 0, 'Started');
    await finish(command, taskState.running, await outcomeOf(known.data, handler, signal));
  };

  /** Does to another command what was asked for. What has ended, or was never here, is left alone. */
  const obey = async (request: ReceivedCommand): Promise<void> => {
    const id = request.commandId ?? '';
    const entry = inbox.get(id);
    if (underWay?.id === id) {
      if (request.kind === 'cancel') underWay.cancel();
      else if (request.kind === 'pause') underWay.pause();
      else underWay.resume();
    } else if (entry?.state === 'waiting' && current?.id !== id) {
      const { created, suspended } = taskState;
      if (request.kind === 'cancel') {
        ending.add(id);
        await finish(entry.command, created, failed('Cancelled before it started'));
        ending.delete(id);
      } else if (request.kind === 'pause' && !entry.isHeld) {
        await inbox.put(entry.command, 'waiting', { isHeld: true });
        await tellIfRoom(entry.command, created, suspended, 0, 'Paused before it started');
      } else if (request.kind === 'resume' && entry.isHeld) {
        await inbox.put(entry.command, 'waiting');
        await tellIfRoom(entry.command, suspended, created, 0, 'Waits for its turn');
      }
    } else if (current?.id === id) {
      // It is between being chosen and being started: a moment later it can be stopped.
      await new Promise((resolve) => setTimeout(resolve, 10));
      return obey(request);
    }
    await inbox.put(request, 'told');
  };

  const isRequest = ({ command }: InboxEntry) => requests.includes(command.kind);
  const next = (): InboxEntry | undefined =>
    inbox
      .all()
      .find(
        (entry) => entry.state === 'waiting' && !entry.isHeld && !isRequest(entry) && !ending.has(entry.command.id),
      );

  return {
    /** Ends what a crash interrupted: it may have been half done, so it is not done again. */
    async recover(): Promise<void> {
      for (const { command, state, outcome } of inbox.all()) {
        if (state === 'running') {
          await finish(command, taskState.running, failed('The agent restarted while the command ran'));
        } else if (state === 'finished' && outcome) await tellOutcome(command, taskState.running, outcome);
      }
      await inbox.prune();
    },

    /** Obeys requests that wait; what runs is not waited for. */
    obeyAll: (): Promise<void> =>
      inTurn(async () => {
        for (const entry of inbox.all()) if (entry.state === 'waiting' && isRequest(entry)) await obey(entry.command);
      }),

    /** Carries out what waits; returns when nothing waits any more or the signal came. */
    async drain(signal: AbortSignal): Promise<void> {
      if (isRunning) return;
      isRunning = true;
      try {
        for (;;) {
          const found = next();
          if (!found || signal.aborted) return;
          current = { id: found.command.id, displayName: found.command.displayName };
          await carryOut(found.command, signal);
          current = null;
        }
      } finally {
        isRunning = false;
        current = null;
      }
    },

    isBusy: (): boolean => isRunning || next() !== undefined,
    status: () => ({ running: current, waiting: inbox.all().filter(({ state }) => state === 'waiting').length }),
  };
};
export type CommandRunner = ReturnType<typeof commandRunner>;
