/** The devices' way into the server by the agent protocol: enrolment, facts, thirty days of events. */
import { enrolAgent, type ReportedEvent, sendEvents, sendInventory, syncAgent } from '../../contract/src/index.ts';
import { DeviceProblem, untilHeard } from '../lib/device-caller.ts';
import { inTurn } from '../lib/in-turn.ts';
import { type Customer, enrolmentTokenFor } from './customers.ts';
import { softwareOf } from './equipment.ts';
import { factsOf, type SampleDevice } from './fleet.ts';
import { historyOf } from './history.ts';
import type { DemoParts } from './parts.ts';
import type { DemoDevice } from './state.ts';

export const AGENT_VERSION = '0.1.0';
const MOST_EVENTS_PER_BATCH = 1000;
const AT_ONCE = 8;

const counted = (number: number) => number.toLocaleString('en-GB');

/** Says how far a step is, at every tenth of it at most. */
const progress = (say: (line: string) => void, title: string, total: number) => {
  let done = 0;
  let said = 0;
  return (more: number) => {
    done += more;
    const tenth = Math.floor((done / total) * 10);
    if (tenth <= said) return;
    said = tenth;
    say(`Demo: ${title}: ${counted(done)} of ${counted(total)}`);
  };
};

/** Does something as a device; one whose key the server no longer takes keeps silent from then on. */
export const asDevice = async <T>(
  { memory, signal }: DemoParts,
  mine: DemoDevice,
  work: () => Promise<T>,
): Promise<T | null> => {
  if (mine.isGone) return null;
  try {
    return await untilHeard(work, { signal });
  } catch (error) {
    if (!(error instanceof DeviceProblem) || error.status !== 401) throw error;
    mine.isGone = true;
    memory.saveSoon();
    return null;
  }
};

/** Gives every device a key that has none yet. */
export const enrolDevices = async (parts: DemoParts, customers: ReadonlyMap<string, Customer>): Promise<void> => {
  const { devices, memory, signal } = parts;
  const missing = devices.filter(
    ({ machineId, company }) => !memory.state.devices[machineId] && customers.has(company.name),
  );
  if (missing.length === 0) return;
  const told = progress(parts.say, 'devices enrolled', missing.length);
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = ({ company, group }: SampleDevice): Promise<string> => {
    const place = `${company.name}\n${group}`;
    const known = tokens.get(place);
    if (known) return known;
    const customer = customers.get(company.name);
    if (!customer) throw new Error(`${company.name} is not among the customers`);
    const made = enrolmentTokenFor(parts, customer, group);
    tokens.set(place, made);
    return made;
  };
  await inTurn(missing, AT_ONCE, async (device) => {
    const token = await tokenOf(device);
    const { machineId, name: hostname } = device;
    const { deviceId, key } = await untilHeard(
      () =>
        parts
          .callerOf(device)
          .call(enrolAgent, { body: { token, machineId, hostname, agentVersion: AGENT_VERSION }, signal }),
      { signal },
    );
    memory.state.devices[machineId] = {
      deviceId,
      key,
      factsTold: false,
      historyTold: false,
      isGone: false,
      policyId: null,
      licenses: [],
    };
    memory.saveSoon();
    told(1);
  });
  memory.save();
};

/** Tells what is true of a device, and does what the answer asks for: a policy, licence keys, the list of software. */
export const tellFacts = (parts: DemoParts, device: SampleDevice, mine: DemoDevice): Promise<unknown> =>
  asDevice(parts, mine, async () => {
    const { memory, signal } = parts;
    const caller = parts.callerOf(device);
    const now = new Date();
    const facts = factsOf(device, now);
    const licenses = mine.licenses.map((held) => ({ ...held, isActive: true }));
    const answer = await caller.call(syncAgent, {
      key: mine.key,
      body: {
        agentVersion: AGENT_VERSION,
        sentAt: now.toISOString(),
        facts: { ...facts, licenses },
        policyId: mine.policyId,
      },
      signal,
    });
    if (answer.policy !== undefined) mine.policyId = answer.policy?.id ?? null;
    if (answer.licenses) {
      mine.licenses = answer.licenses.map(
        ({ serialNumber }) =>
          mine.licenses.find((held) => held.serialNumber === serialNumber) ?? {
            serialNumber,
            installedAt: now.toISOString(),
          },
      );
    }
    memory.saveSoon();
    const { hash, software } = softwareOf(device, facts.os?.family ?? 'other');
    if (answer.inventoryHash === undefined || answer.inventoryHash === hash) return;
    await caller.call(sendInventory, {
      key: mine.key,
      body: { hash, collectedAt: now.toISOString(), software },
      signal,
    });
  });

export const sendBatch = (
  parts: DemoParts,
  device: SampleDevice,
  mine: DemoDevice,
  epoch: string,
  events: ReportedEvent[],
): Promise<unknown> =>
  asDevice(parts, mine, () =>
    parts.callerOf(device).call(sendEvents, { key: mine.key, body: { epoch, events }, signal: parts.signal }),
  );

const enrolled = (parts: DemoParts) =>
  parts.devices.flatMap((device) => {
    const mine = parts.memory.state.devices[device.machineId];
    return mine && !mine.isGone ? [{ device, mine }] : [];
  });

/** The facts of every device that has not told any, so that its events carry its address. */
export const tellFirstFacts = async (parts: DemoParts): Promise<void> => {
  const silent = enrolled(parts).filter(({ mine }) => !mine.factsTold);
  const told = progress(parts.say, 'facts of devices', silent.length);
  await inTurn(silent, AT_ONCE, async ({ device, mine }) => {
    await tellFacts(parts, device, mine);
    mine.factsTold = true;
    parts.memory.saveSoon();
    told(1);
  });
};

/** Keys and policies that came with the answers to the first facts are held now; the server does not know it yet. */
export const tellWhatWasGiven = (parts: DemoParts): Promise<void> =>
  inTurn(enrolled(parts), AT_ONCE, async ({ device, mine }) => {
    await tellFacts(parts, device, mine);
  });

/** The thirty days of every device that has not told them. A batch that was sent before is known to the server. */
export const tellHistories = async (parts: DemoParts): Promise<void> => {
  const { memory, signal } = parts;
  const until = new Date(memory.state.seededUntil);
  const pending: { device: SampleDevice; mine: DemoDevice; history: ReturnType<typeof historyOf> }[] = [];
  for (const { device, mine } of enrolled(parts)) {
    if (!mine.historyTold) pending.push({ device, mine, history: historyOf(device, until) });
    signal.throwIfAborted();
  }
  const total = pending.reduce((sum, { history }) => sum + history.events.length, 0);
  const told = progress(parts.say, 'events', total);
  await inTurn(pending, AT_ONCE, async ({ device, mine, history: { events, infection } }) => {
    for (let from = 0; from < events.length; from += MOST_EVENTS_PER_BATCH) {
      const batch = events.slice(from, from + MOST_EVENTS_PER_BATCH);
      await sendBatch(parts, device, mine, `history-${device.machineId}`, batch);
      told(batch.length);
    }
    if (infection) memory.state.infections.push({ ...infection, machineId: device.machineId, healAt: null });
    mine.historyTold = true;
    memory.saveSoon();
  });
  memory.save();
};
