/** One simulated agent: what docs/agent-protocol.md asks of an agent, without a disk and without a scanner. */
import { z } from 'zod';
import { waitMs } from '../../agent/src/backoff.ts';
import {
  enrolAgent,
  pollCommands,
  type ReportedEvent,
  sendCommandOutput,
  sendEvents,
  sendInventory,
  syncAgent,
  takeCommands,
} from '../../contract/src/index.ts';
import type { Chance } from '../lib/chance.ts';
import { type DeviceCall, type DeviceCaller, DeviceProblem } from '../lib/device-caller.ts';
import { createCommandRunner } from './commands.ts';
import { type Happening, happens } from './happenings.ts';
import type { Journal } from './journal.ts';
import type { Machine } from './machines.ts';
import { createPauses } from './pauses.ts';
import { createSpool } from './spool.ts';
import { SYNC_GRACE_MS, type Tally } from './tally.ts';

export interface AgentSettings {
  /** Happenings of one device in an hour, on average. */
  eventsPerHour: number;
  /** False: it takes no commands and keeps no poll open. */
  takesCommands: boolean;
  pollWaitSeconds: number;
  /** Tells all its software when the server asks for it. */
  tellsInventory: boolean;
  /** Null: as often as the server asks. */
  syncSeconds: number | null;
  backoff: { firstMs: number; mostMs: number };
  mostSpoolEvents: number;
  /** Commands take this share of their usual time. */
  commandPace: number;
  commandFailureShare: number;
}

export interface AgentParts {
  run: string;
  machine: Machine;
  chance: Chance;
  token: string;
  /** For short calls, a bounded number at once. */
  calls: DeviceCaller;
  /** For long polls: one connection per agent. */
  polls: DeviceCaller;
  settings: AgentSettings;
  journal: Journal;
  tally: Tally;
}

const AGENT_VERSION = '0.1.0';
const SOON_MS = 1000;
const POLL_GRACE_MS = 15_000;
const MOST_EVENTS = 500;

const Command = z.looseObject({
  id: z.string(),
  kind: z.string(),
  displayName: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  scan: z.looseObject({ mode: z.string() }).optional(),
  restart: z.looseObject({ mode: z.string() }).optional(),
  quarantine: z.looseObject({ objectIds: z.array(z.string()) }).optional(),
  commandId: z.string().optional(),
  stopAfterMinutes: z.number().optional(),
  progressEverySeconds: z.number().optional(),
});
/** Each command as it comes: one of a newer kind does not hide the others. */
const lenientPoll = { ...pollCommands, reply: z.object({ commands: z.array(Command) }) };

const isBatchFault = (error: unknown): boolean =>
  error instanceof DeviceProblem && [400, 413, 422].includes(error.status);

export const createAgent = (parts: AgentParts) => {
  const { machine, chance, settings, tally, journal } = parts;
  const { backoff } = settings;
  const pauses = createPauses();
  let deviceId = '';
  let key = '';
  let policyId: string | null = null;
  let serverAheadMs = 0;
  let renewing: Promise<void> | null = null;

  const spool = createSpool({
    run: parts.run,
    journal,
    tally,
    deviceId: () => deviceId,
    mostEvents: settings.mostSpoolEvents,
  });
  let wakeSender = () => {};
  let hurrySender = () => {};
  let hurrySync = () => {};
  let isSyncDue = false;
  let isCalm = false;

  const report = (...events: Happening[]): void => {
    for (const event of events) spool.add(event);
    wakeSender();
  };
  const syncSoon = (): void => {
    isSyncDue = true;
    hurrySync();
  };
  const runner = createCommandRunner({
    machine,
    chance,
    pauses,
    tally,
    pace: settings.commandPace,
    failureShare: settings.commandFailureShare,
    serverNow: () => new Date(Date.now() + serverAheadMs),
    report,
    handOver: (commandId, output) => handOver(commandId, output),
    syncSoon,
  });

  const note = (error: unknown): void => {
    const words =
      error instanceof DeviceProblem
        ? error.status === 0
          ? 'no answer'
          : `${error.status} ${error.code}`
        : String(error);
    tally.failures.set(words, (tally.failures.get(words) ?? 0) + 1);
  };
  const waitAfter = (failures: number, error: unknown): number =>
    waitMs(failures, backoff, chance.next(), error instanceof DeviceProblem ? error.retryAfterMs : null);

  const enrolOnce = async (): Promise<void> => {
    const { machineId, name: hostname } = machine;
    const begun = performance.now();
    const body = { token: parts.token, machineId, hostname, agentVersion: AGENT_VERSION };
    const reply = await parts.calls.call(enrolAgent, { body });
    tally.enrol.observe(performance.now() - begun);
    ({ deviceId, key } = reply);
  };
  /** What the server refuses is asked about once at a time: three loops would make each other's keys invalid. */
  const renewKey = (dead: string): Promise<void> => {
    if (key !== dead) return Promise.resolve();
    renewing ??= enrolOnce().finally(() => {
      renewing = null;
    });
    return renewing;
  };

  const call = async <E extends Parameters<DeviceCaller['call']>[0]>(
    caller: DeviceCaller,
    endpoint: E,
    given: DeviceCall,
  ) => {
    const used = key;
    try {
      return await caller.call(endpoint, { ...given, key: used });
    } catch (error) {
      if (!pauses.isStopped) {
        note(error);
        if (error instanceof DeviceProblem && error.status === 401) await renewKey(used);
      }
      throw error;
    }
  };

  /** Again until it is heard; a server that knows no such command wants no output of it. */
  const handOver = async (commandId: string, output: string): Promise<void> => {
    for (let failures = 1; !pauses.isStopped; failures += 1) {
      try {
        await call(parts.calls, sendCommandOutput, { body: { commandId, output, isCut: false } });
        return;
      } catch (error) {
        if (error instanceof DeviceProblem && error.status === 404) return;
        await pauses.for(waitAfter(failures, error));
      }
    }
  };

  /** All software, when the server has another list; what fails goes with the next sync. */
  const tellInventory = async (serverHash: string | null): Promise<void> => {
    const hash = machine.inventory.hash();
    if (hash === serverHash) return;
    const body = { hash, collectedAt: new Date().toISOString(), software: machine.inventory.list() };
    await call(parts.calls, sendInventory, { body });
  };

  const syncOnce = async (): Promise<number> => {
    const sentAt = new Date();
    machine.live(sentAt);
    const begun = performance.now();
    const reply = await call(parts.calls, syncAgent, {
      body: { agentVersion: AGENT_VERSION, sentAt: sentAt.toISOString(), facts: machine.facts(sentAt), policyId },
    });
    const tookMs = performance.now() - begun;
    tally.sync.observe(tookMs);
    serverAheadMs = Date.parse(reply.serverTime) - (sentAt.getTime() + tookMs / 2);
    if (reply.policy !== undefined) {
      const next = reply.policy?.id ?? null;
      if (next !== policyId) isSyncDue = true;
      policyId = next;
    }
    if (reply.licenses && machine.holdLicenses(reply.licenses, sentAt)) isSyncDue = true;
    if (settings.tellsInventory && reply.inventoryHash !== undefined) await tellInventory(reply.inventoryHash);
    return (settings.syncSeconds ?? reply.nextSyncSeconds) * 1000;
  };

  const keepSyncing = async (): Promise<void> => {
    let failures = 0;
    let dueAt = performance.now();
    while (!pauses.isStopped) {
      isSyncDue = false;
      let waitForMs: number;
      try {
        waitForMs = await syncOnce();
        if (performance.now() - dueAt <= SYNC_GRACE_MS) tally.syncsOnTime += 1;
        else tally.syncsLate += 1;
        failures = 0;
        dueAt = performance.now() + waitForMs;
        hurrySender();
      } catch (error) {
        failures += 1;
        waitForMs = waitAfter(failures, error);
      }
      if (failures > 0) {
        await pauses.for(waitForMs);
        continue;
      }
      if (!isSyncDue) {
        const wait = pauses.begin(waitForMs);
        hurrySync = wait.end;
        await wait.over;
        hurrySync = () => {};
      }
      if (isSyncDue) {
        await pauses.for(SOON_MS);
        dueAt = performance.now();
      }
    }
    // One that should have been answered by now and was not.
    if (performance.now() - dueAt > SYNC_GRACE_MS) tally.syncsLate += 1;
  };

  const sendBatch = async (events: ReportedEvent[]): Promise<void> => {
    const begun = performance.now();
    const { acknowledgedSeq } = await call(parts.calls, sendEvents, { body: { epoch: spool.epoch(), events } });
    tally.events.observe(performance.now() - begun);
    if (acknowledgedSeq > spool.highestSeq()) spool.renewEpoch();
    else spool.acknowledge(acknowledgedSeq);
  };

  const keepSending = async (): Promise<void> => {
    let failures = 0;
    let batchSize = MOST_EVENTS;
    while (!pauses.isStopped) {
      const events = spool.peek(batchSize);
      const [first] = events;
      if (!first) {
        const wait = pauses.begin(backoff.mostMs);
        wakeSender = wait.end;
        if (spool.size() > 0) wait.end();
        await wait.over;
        wakeSender = () => {};
        continue;
      }
      try {
        await sendBatch(events);
        failures = 0;
        batchSize = Math.min(MOST_EVENTS, batchSize * 2);
      } catch (error) {
        if (isBatchFault(error)) {
          if (events.length > 1) batchSize = Math.ceil(events.length / 2);
          else spool.setAside(first);
          continue;
        }
        failures += 1;
        // New events are no reason to hurry; a sync that got through is.
        const wait = pauses.begin(waitAfter(failures, error));
        hurrySender = wait.end;
        await wait.over;
        hurrySender = () => {};
      }
    }
  };

  const keepListening = async (): Promise<void> => {
    let failures = 0;
    const { pollWaitSeconds } = settings;
    while (!pauses.isStopped) {
      try {
        tally.pollsOpen += 1;
        const { commands } = await call(parts.polls, lenientPoll, {
          query: `?waitSeconds=${pollWaitSeconds}`,
          timeoutMs: pollWaitSeconds * 1000 + POLL_GRACE_MS,
        }).finally(() => {
          tally.pollsOpen -= 1;
        });
        const fresh = commands.filter((command) => runner.take(command)).length;
        runner.run();
        // Known ones come again when the server did not hear that they were taken.
        if (commands.length > 0) {
          await call(parts.calls, takeCommands, { body: { ids: commands.map(({ id }) => id).slice(0, 100) } });
        }
        failures = 0;
        if (fresh === 0) await pauses.for(Math.min(backoff.firstMs, SOON_MS));
      } catch (error) {
        failures += 1;
        await pauses.for(waitAfter(failures, error));
      }
    }
  };

  const keepLiving = async (): Promise<void> => {
    if (settings.eventsPerHour <= 0) return;
    const meanMs = 3_600_000 / settings.eventsPerHour;
    while (!pauses.isStopped) {
      await pauses.for(Math.min(-Math.log(1 - chance.next()) * meanMs, 2 ** 31 - 1));
      if (pauses.isStopped || isCalm) return;
      const events = happens(chance, machine, new Date());
      for (const event of events) {
        if (event.type !== 'GNRL_EV_OBJECT_QUARANTINED') continue;
        const { '2': path = '', '5': threatName = '', '6': id = '' } = event.params ?? {};
        machine.quarantine({ id, path, threatName, sizeBytes: 4096, quarantinedAt: event.riseTime });
      }
      report(...events);
      if (events.some(({ type }) => type === 'GNRL_EV_VIRUS_FOUND')) syncSoon();
    }
  };

  let loops: Promise<unknown> = Promise.resolve();
  return {
    machine,
    get deviceId() {
      return deviceId;
    },
    /** Enrols, trying again as the protocol asks. @throws DeviceProblem that no second try would mend */
    enrol: async (): Promise<void> => {
      for (let failures = 1; !pauses.isStopped; failures += 1) {
        try {
          return await enrolOnce();
        } catch (error) {
          if (pauses.isStopped) return;
          note(error);
          if (!(error instanceof DeviceProblem) || !error.isPassing) throw error;
          await pauses.for(waitAfter(failures, error));
        }
      }
    },
    start: (): void => {
      loops = Promise.all([
        keepSyncing(),
        keepSending(),
        keepLiving(),
        ...(settings.takesCommands ? [keepListening()] : []),
      ]);
      // Looked at when it stops.
      loops.catch(() => {});
    },
    /** Puts events into the spool, beside those that happen by themselves. */
    report,
    /** From now on nothing happens by itself. */
    calm: (): void => {
      isCalm = true;
    },
    backlog: (): number => spool.size(),
    isBusy: (): boolean => spool.size() > 0 || runner.isBusy(),
    stop: (): void => pauses.stop(),
    /** After `stop`, and once its callers are closed. @throws whatever ended a loop that should have gone on */
    ended: async (): Promise<void> => {
      await loops;
    },
  };
};
export type SimulatedAgent = ReturnType<typeof createAgent>;
