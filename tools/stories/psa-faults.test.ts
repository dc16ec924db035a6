import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listDecisions, listTickets } from '../../contract/src/index.ts';
import { type AutotaskSandbox, startAutotaskSandbox } from '../../sandboxes/src/autotask/index.ts';
import { psaTickets } from '../kill-test/verdict.ts';
import { type DeviceCaller, deviceCaller } from '../lib/device-caller.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { ACTIVE_THREATS, type Msp, prepareMsp } from '../lib/msp.ts';
import { playDevice } from '../lib/played-device.ts';
import { waitFor } from '../main-job/wait.ts';

/** A whole server by its doors: pauses between tries are the real ones, so each fault costs its seconds. */
const PATIENCE_MS = 150_000;

let psa: AutotaskSandbox;
let server: GatehouseProcess;
let caller: DeviceCaller;
let msp: Msp;

beforeAll(async () => {
  psa = await startAutotaskSandbox({ port: 0 });
  server = await startGatehouse({
    flags: ['--integration-poll-seconds', '1', '--agent-sync-seconds', '1', '--log-level', 'warn'],
  });
  caller = deviceCaller(server.url);
  msp = await prepareMsp({ server, psa, tenantNames: ['Alder Bakery'], rules: [ACTIVE_THREATS] });
}, 120_000);

afterAll(async () => {
  caller?.close();
  await server?.remove();
  await psa?.close();
});

/** @throws Error with what Gatehouse decided last */
const becomes = async (what: string, isSo: () => boolean) => {
  let words = '';
  await waitFor(
    what,
    async () => {
      if (isSo()) return true;
      const { items } = await msp.api.call(listDecisions, { query: { limit: 5 } });
      words = items.map(({ decision, explanation }) => `${decision}: ${explanation}`).join('; ');
      return false;
    },
    { withinMs: PATIENCE_MS, seen: () => words },
  );
};

const openCount = () => psaTickets(psa).filter(({ isOpen }) => isOpen).length;
const isSpent = () => psa.controls.faults().every(({ hits, count }) => hits === count);
const aThreat = () => ({ uid: randomUUID(), path: '/srv/sample' });

/** Fails, throttles, and last does the work and cuts the answer off. */
const planFaults = (method: 'POST' | 'PATCH') => {
  psa.controls.addFault({ method, path: '/Tickets', status: 500 });
  psa.controls.addFault({
    method,
    path: '/Tickets',
    status: 429,
    headers: { 'Retry-After': '2' },
    body: { errors: ['The thread threshold of 3 threads has been exceeded'] },
  });
  psa.controls.addFault({ method, path: '/Tickets', mode: 'store-then-drop' });
};

test('a PSA that fails, throttles and cuts answers off gets each ticket once, and closes it in the end', async () => {
  const enrolmentToken = msp.tenants[0]?.enrolmentToken ?? '';
  const healing = await playDevice(caller, { name: 'laptop-7', enrolmentToken });
  const falling = await playDevice(caller, { name: 'laptop-8', enrolmentToken });
  const [first, second] = [aThreat(), aThreat()];
  await healing.catches(first);
  await becomes('the first ticket', () => openCount() === 1);

  planFaults('POST');
  planFaults('PATCH');
  await Promise.all([falling.catches(second), healing.isHealed(first)]);
  await becomes('each fault having hit once', isSpent);
  await becomes('one ticket open and one complete', () => psaTickets(psa).length === 2 && openCount() === 1);
  await falling.isHealed(second);
  await becomes('both tickets complete', () => openCount() === 0);

  const tickets = await waitFor(
    'Gatehouse knowing it, too',
    async () => {
      const { items } = await msp.api.call(listTickets, { query: {} });
      return items.every(({ state }) => state === 'closed') && items;
    },
    { withinMs: PATIENCE_MS },
  );
  expect(tickets.map(({ psaTicketId }) => psaTicketId).sort()).toEqual(
    psaTickets(psa)
      .map(({ id }) => id)
      .sort(),
  );
  const creations = psa.controls.requests().filter(({ method, path }) => method === 'POST' && /\/tickets$/i.test(path));
  // Three that failed as planned, of which the last was stored all the same, and the undisturbed one.
  expect(creations).toHaveLength(4);
}, 500_000);
