/**
 * The demo: sample customers, devices and a PSA stand-in for a running server, which it meets by its public doors only.
 * The server starts it with one line of JSON on standard input and ends it by closing that or by SIGTERM.
 */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { AgentError } from '../../agent/src/index.ts';
import { SandboxError } from '../../sandboxes/src/autotask/index.ts';
import { ApiProblem, apiClient } from '../lib/api.ts';
import { type DeviceCaller, DeviceProblem, deviceCaller } from '../lib/device-caller.ts';
import { makeBilling } from './billing.ts';
import { companies } from './companies.ts';
import { makeCustomers } from './customers.ts';
import { connectDesk, mapAndRule, openDesk, technician } from './desk.ts';
import { makeEstate } from './estate.ts';
import { sampleDevices } from './fleet.ts';
import { live } from './life.ts';
import { type OwnAgent, startOwnAgent } from './own-agent.ts';
import type { DemoParts } from './parts.ts';
import { enrolDevices, tellFirstFacts, tellHistories, tellWhatWasGiven } from './seeding.ts';
import { DemoStateUnreadable, openState } from './state.ts';

const Order = z.object({
  url: z.url(),
  token: z.string().min(1),
  autotaskPort: z.int().min(0).max(65_535),
  folder: z.string().min(1),
});

const say = (line: string) => void stdout.write(`${line}\n`);
const stopping = new AbortController();
const { signal } = stopping;
// Every pause and call under way listens to it.
setMaxListeners(0, signal);
const ending: (() => Promise<unknown> | unknown)[] = [];

const readOrder = async (): Promise<z.output<typeof Order>> => {
  const lines = createInterface({ input: stdin, signal });
  // Standard input ends when the server does, however it ends: then there is nobody left to play for.
  lines.once('close', () => stopping.abort());
  const [line] = (await new Promise<[string]>((resolve, reject) => {
    lines.once('line', (text) => resolve([text]));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  })) as [string];
  return Order.parse(JSON.parse(line));
};

/** Each company's devices come from a loopback address of their own, as they would come from its office. */
const callersOf = (url: string) => {
  const isLoopback = new URL(url).hostname === '127.0.0.1';
  const callers = new Map<number, DeviceCaller>();
  ending.push(() => {
    for (const caller of callers.values()) caller.close();
  });
  return (site: number): DeviceCaller => {
    const known = callers.get(site);
    if (known) return known;
    const made = deviceCaller(url, isLoopback ? { localAddress: `127.0.0.${site + 2}` } : {});
    callers.set(site, made);
    return made;
  };
};

const invite = (origin: string, own: OwnAgent | null) => {
  say(`Demo: the PSA's tickets are at ${origin}/`);
  if (!own) {
    say('Demo: to try the main job by hand, this machine needs an agent and ClamAV; install it and start again');
    return;
  }
  say(`Demo: this machine is a device of ${own.owner}. See the main job with your own eyes: drop a test file`);
  say(
    `  printf '%s%s' 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR' '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*' > '${join(own.watched, 'test.com')}'`,
  );
  say('Demo: the device turns Critical and a ticket opens; delete the file, and the ticket closes by itself');
};

const run = async (): Promise<void> => {
  const order = await readOrder();
  const begun = performance.now();
  const memory = openState(order.folder, new Date());
  const desk = await openDesk({ say }, { port: order.autotaskPort, dataFile: join(order.folder, 'autotask.json') });
  ending.push(() => desk.sandbox.close());
  const callers = callersOf(order.url);
  const parts: DemoParts = {
    api: apiClient(order.url, order.token),
    devices: sampleDevices(),
    callerOf: ({ site }) => callers(site),
    memory,
    say,
    signal,
  };
  const isFirst = !memory.state.integrationMade;
  if (isFirst)
    say(`Demo: seeding ${companies.length} customers, ${parts.devices.length} devices and 30 days of events`);

  const customers = await makeCustomers(parts);
  const integration = await connectDesk(parts, desk);
  await enrolDevices(parts, customers);
  await makeEstate(parts, customers);
  await tellFirstFacts(parts);
  await tellHistories(parts);
  if (isFirst) await tellWhatWasGiven(parts);
  if (integration) {
    await mapAndRule(parts, desk, integration, [...customers.keys()]);
    await makeBilling(parts, desk, integration);
  }
  if (isFirst) say(`Demo: seeded in ${((performance.now() - begun) / 1000).toFixed(0)} s`);

  signal.throwIfAborted();
  const own = await startOwnAgent(parts, customers, { url: order.url, folder: order.folder }).catch(
    (error: unknown) => {
      if (!(error instanceof AgentError)) throw error;
      say(`Demo: the agent of this machine does not run: ${error.message}`);
      return null;
    },
  );
  if (own) ending.push(() => own.agent.stop());
  invite(desk.sandbox.origin, own);
  say('Demo: ready');
  await Promise.all([live(parts), technician(parts, desk)]);
};

const end = async (code: number): Promise<never> => {
  const ends = await Promise.allSettled(ending.map(async (one) => one()));
  for (const { reason } of ends.filter((one) => one.status === 'rejected')) console.error(reason);
  process.exit(code);
};

/** What a reader of the console can mend is said in a sentence; anything else is a bug and shows where. */
const isExpected = (error: unknown): error is Error =>
  [SandboxError, ApiProblem, DeviceProblem, DemoStateUnreadable].some((kind) => error instanceof kind);

for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
// Nobody reads what we say any more: the server is gone.
stdout.on('error', () => stopping.abort());

try {
  await run();
  await end(0);
} catch (error) {
  if (signal.aborted) await end(0);
  console.error(isExpected(error) ? `Demo: ${error.message}` : error);
  await end(1);
}
