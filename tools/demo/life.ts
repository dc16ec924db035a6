/** What keeps the demo alive: devices come by in turn, small things happen, now and then one is infected and healed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentCommand, pollCommands, takeCommands } from '../../contract/src/index.ts';
import { chanceOf } from '../lib/chance.ts';
import type { SampleDevice } from './fleet.ts';
import {
  attacked,
  deviceMoved,
  found,
  type Happening,
  healed,
  infectionOf,
  launchDenied,
  taskRun,
  webBlocked,
} from './happenings.ts';
import type { DemoParts } from './parts.ts';
import { asDevice, sendBatch, tellFacts } from './seeding.ts';
import type { DemoDevice, GoingInfection } from './state.ts';

/** Every device comes by once in this time. */
const ROUND_MS = 4 * 60_000;
/** At a start all come by once, quickly: what was away for hours would count as not visible. */
const FIRST_ROUND_MS = 15_000;
const SECOND_MS = 1000;
const SCAN_MS = 8000;
/** Infections that go on at the same time, those of the seeding left out. */
const MOST_INFECTIONS = 3;

interface Living {
  device: SampleDevice;
  mine: DemoDevice;
  /** A spool of this start alone. */
  epoch: string;
  nextSeq: number;
  /** One batch at a time, in order, as the protocol asks. */
  sending: Promise<unknown>;
}

/** Runs until the signal. @throws what the signal was aborted with; a failure that is no passing one */
export const live = async (parts: DemoParts): Promise<void> => {
  const { memory, signal } = parts;
  const chance = chanceOf(`life ${randomUUID()}`);
  const living = parts.devices.flatMap((device): Living[] => {
    const mine = memory.state.devices[device.machineId];
    return mine ? [{ device, mine, epoch: randomUUID(), nextSeq: 1, sending: Promise.resolve() }] : [];
  });
  if (living.length === 0) return;
  const byMachine = new Map(living.map((one) => [one.device.machineId, one]));
  const pause = (ms: number) => sleep(ms, undefined, { signal });

  const report = (one: Living, happenings: Happening[]): Promise<unknown> => {
    const events = happenings.map((happening) => ({ seq: one.nextSeq++, ...happening }));
    one.sending = one.sending.then(() => sendBatch(parts, one.device, one.mine, one.epoch, events));
    return one.sending;
  };
  const infectionsOn = (one: Living) =>
    memory.state.infections.filter(({ machineId }) => machineId === one.device.machineId);

  const heal = async (one: Living, infections: GoingInfection[]): Promise<void> => {
    if (infections.length === 0) return;
    await report(
      one,
      infections.map((infection) => healed(one.device, infection, new Date(), chance.pick(['deleted', 'cured']))),
    );
    memory.state.infections = memory.state.infections.filter((infection) => !infections.includes(infection));
    memory.save();
    await tellFacts(parts, one.device, one.mine);
  };

  const outcomeOf = ({ kind }: AgentCommand): string => {
    if (kind === 'scan') return `${chance.whole(2000, 9000)} objects scanned`;
    return kind === 'update-databases' ? 'Databases are up to date' : 'Done by a device of the demo';
  };

  /** As the agent does it: a scan heals what it finds. */
  const carryOut = async (one: Living, command: AgentCommand): Promise<void> => {
    // What these are about is over when they are heard: a device of the demo does one thing after the other.
    if (['cancel', 'pause', 'resume'].includes(command.kind)) return;
    const task = { id: command.id, displayName: command.displayName };
    const [started, ended] = taskRun(task, new Date(), SCAN_MS, { found: outcomeOf(command) });
    await report(one, [started]);
    await pause(SCAN_MS);
    if (command.kind === 'scan') await heal(one, infectionsOn(one));
    await report(one, [ended]);
    await tellFacts(parts, one.device, one.mine);
  };

  const listen = async (one: Living, waitSeconds: number): Promise<void> => {
    const { key } = one.mine;
    const caller = parts.callerOf(one.device);
    const heard = await asDevice(parts, one.mine, () =>
      caller.call(pollCommands, { key, query: `?waitSeconds=${waitSeconds}`, signal, timeoutMs: 65_000 }),
    );
    if (!heard || heard.commands.length === 0) return;
    await asDevice(parts, one.mine, () =>
      caller.call(takeCommands, { key, body: { ids: heard.commands.map(({ id }) => id) }, signal }),
    );
    for (const command of heard.commands) await carryOut(one, command);
  };

  const comeBy = async (): Promise<void> => {
    for (let roundMs = FIRST_ROUND_MS; ; roundMs = ROUND_MS) {
      for (const one of living) {
        if (!one.mine.isGone) {
          await tellFacts(parts, one.device, one.mine);
          if (infectionsOn(one).length === 0) await listen(one, 0);
        }
        await pause(roundMs / living.length);
      }
    }
  };

  /** An infected device hears at once that it shall scan: that is what people try first. */
  const listenWhereInfected = async (): Promise<void> => {
    const listening = new Set<Living>();
    const failed = Promise.withResolvers<never>();
    for (;;) {
      for (const { machineId } of memory.state.infections) {
        const one = byMachine.get(machineId);
        if (!one || listening.has(one) || one.mine.isGone) continue;
        listening.add(one);
        listen(one, 25).then(() => listening.delete(one), failed.reject);
      }
      await Promise.race([pause(SECOND_MS), failed.promise]);
    }
  };

  const smallThings = async (): Promise<void> => {
    for (;;) {
      await pause(chance.whole(1, 4) * SECOND_MS);
      const one = chance.pick(living);
      const now = new Date();
      const share = chance.next();
      if (share < 0.45) await report(one, [webBlocked(one.device, chance, now)]);
      else if (share < 0.6) await report(one, [launchDenied(one.device, chance, now)]);
      else if (share < 0.75) await report(one, [deviceMoved(chance, now, chance.happens(0.5))]);
      else if (share < 0.755) await report(one, [attacked(one.device, chance, now)]);
      else {
        const tookMs = chance.whole(5, 60) * SECOND_MS;
        const begun = new Date(now.getTime() - tookMs);
        await report(one, taskRun({ id: 'local-update', displayName: 'Database update' }, begun, tookMs));
      }
    }
  };

  const infect = async (): Promise<void> => {
    await pause(20 * SECOND_MS);
    for (;;) {
      const going = memory.state.infections;
      const one = chance.pick(living);
      const isFit =
        !one.mine.isGone && one.device.trouble === null && infectionsOn(one).length === 0 && !one.device.isServer;
      if (isFit && going.filter(({ healAt }) => healAt !== null).length < MOST_INFECTIONS) {
        const { machineId } = one.device;
        const infection = infectionOf(one.device, chance);
        const healAt = Date.now() + chance.whole(150, 330) * SECOND_MS;
        // Remembered before it is told: a start after a crash then heals it, and healing what never was does no harm.
        going.push({ ...infection, machineId, healAt });
        memory.save();
        await report(one, [found(one.device, infection, new Date())]);
        await tellFacts(parts, one.device, one.mine);
        await pause(chance.whole(100, 200) * SECOND_MS);
      } else {
        await pause(SECOND_MS);
      }
    }
  };

  const healWhenDue = async (): Promise<void> => {
    for (;;) {
      await pause(SECOND_MS);
      const due = memory.state.infections.filter(({ healAt }) => healAt !== null && healAt <= Date.now());
      for (const infection of due) {
        const one = byMachine.get(infection.machineId);
        if (one) await heal(one, [infection]);
      }
    }
  };

  await Promise.all([comeBy(), listenWhereInfected(), smallThings(), infect(), healWhenDue()]);
};
