/** Many simulated agents in one process. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { usualBackoff } from '../../agent/src/backoff.ts';
import { chanceOf } from '../lib/chance.ts';
import { deviceCaller } from '../lib/device-caller.ts';
import { inTurn } from '../lib/in-turn.ts';
import { type AgentSettings, createAgent, type SimulatedAgent } from './agent.ts';
import { type Journal, openJournal } from './journal.ts';
import { machineOf } from './machines.ts';
import { newTally, type Tally } from './tally.ts';

export const MOST_AGENTS = 10_000;

export interface SimulatorOptions extends Partial<AgentSettings> {
  /** As https://gatehouse.example, without a slash at its end. */
  url: string;
  /** Enrolment tokens, used in turn. */
  tokens: readonly string[];
  agents: number;
  /** The same seed makes the same machines, to which the same things happen. */
  seed?: string;
  /** Where acknowledged events are written down besides memory. */
  journalFile?: string;
  /** Enrolments under way at once. */
  enrolAtOnce?: number;
  /** Short calls (sync, events, enrolment) under way at once; others wait for a connection. */
  callsAtOnce?: number;
}

export interface Simulator {
  readonly run: string;
  readonly agents: readonly SimulatedAgent[];
  readonly tally: Tally;
  readonly journal: Journal;
  /** Enrols all, each going to work as soon as it is enrolled. @throws DeviceProblem when the server wants none of it */
  start(): Promise<void>;
  /** Events that wait to be acknowledged. */
  backlog(): number;
  /** Lets nothing more happen by itself. Resolves when all is acknowledged and carried out, or with false when it is not in time. */
  settle(withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const SETTLE_LOOK_MS = 100;

export const createSimulator = (options: SimulatorOptions): Simulator => {
  const { url, tokens, agents: count, seed = 'gatehouse', enrolAtOnce = 32, callsAtOnce = 256 } = options;
  if (!Number.isInteger(count) || count < 1 || count > MOST_AGENTS) {
    throw new RangeError(`agents must be a whole number from 1 to ${MOST_AGENTS}`);
  }
  if (tokens.length === 0) throw new RangeError('an enrolment token is needed');
  const settings: AgentSettings = {
    eventsPerHour: options.eventsPerHour ?? 12,
    takesCommands: options.takesCommands ?? true,
    pollWaitSeconds: options.pollWaitSeconds ?? 25,
    tellsInventory: options.tellsInventory ?? true,
    syncSeconds: options.syncSeconds ?? null,
    backoff: options.backoff ?? usualBackoff,
    mostSpoolEvents: options.mostSpoolEvents ?? 10_000,
    commandPace: options.commandPace ?? 1,
    commandFailureShare: options.commandFailureShare ?? 0.02,
  };
  const run = randomUUID().slice(0, 8);
  const begun = new Date();
  const tally = newTally();
  const journal = openJournal(options.journalFile);
  const calls = deviceCaller(url, { connections: callsAtOnce });
  const polls = deviceCaller(url, { connections: count });
  const agents = Array.from({ length: count }, (_, index) =>
    createAgent({
      run,
      machine: machineOf(seed, index, begun),
      chance: chanceOf(`agent ${seed} ${index}`),
      token: tokens[index % tokens.length] as string,
      calls,
      polls,
      settings,
      journal,
      tally,
    }),
  );

  return {
    run,
    agents,
    tally,
    journal,
    start: () =>
      inTurn(agents, enrolAtOnce, async (agent) => {
        await agent.enrol();
        agent.start();
      }),
    backlog: () => agents.reduce((sum, agent) => sum + agent.backlog(), 0),
    settle: async (withinMs) => {
      for (const agent of agents) agent.calm();
      const until = performance.now() + withinMs;
      while (agents.some((agent) => agent.isBusy())) {
        if (performance.now() > until) return false;
        await sleep(SETTLE_LOOK_MS);
      }
      return true;
    },
    stop: async () => {
      for (const agent of agents) agent.stop();
      calls.close();
      polls.close();
      for (const agent of agents) await agent.ended();
      await journal.close();
    },
  };
};
