import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addApiToken,
  addEnrolmentToken,
  addTenant,
  getDevice,
  giveCommand,
  listDevices,
  setUp,
} from '../../contract/src/index.ts';
import { type Api, apiClient } from '../lib/api.ts';
import { chanceOf } from '../lib/chance.ts';
import { freePort, type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { storeEveryEvent } from '../lib/store-every-event.ts';
import { happens } from './happenings.ts';
import { markOf, numberOfMark } from './journal.ts';
import { latencies } from './latencies.ts';
import { machineOf } from './machines.ts';
import { createSimulator } from './simulator.ts';
import { isGood, verify, verifyServer } from './verify.ts';

const AT = new Date('2026-03-04T05:06:07Z');

describe('simulated machines', () => {
  it('are the same for the same seed, and others for another', () => {
    const tell = (seed: string) => {
      const machine = machineOf(seed, 7, AT);
      const chance = chanceOf(`agent ${seed}`);
      const told = [machine.facts(AT), ...Array.from({ length: 20 }, () => happens(chance, machine, AT))];
      return JSON.stringify([machine.machineId, told, machine.inventory.hash()]);
    };
    expect(tell('a')).toBe(tell('a'));
    expect(tell('a')).not.toBe(tell('b'));
  });

  it('change slowly: from one sync to the next the disk moves a little, and the hardware never', () => {
    const machine = machineOf('a', 1, AT);
    const before = machine.facts(AT);
    machine.live(AT);
    const after = machine.facts(AT);
    const [disk, later] = [before.disks?.[0], after.disks?.[0]];
    expect(later?.freeBytes).not.toBe(disk?.freeBytes);
    expect(Math.abs((later?.freeBytes ?? 0) - (disk?.freeBytes ?? 0))).toBeLessThan(0.002 * (disk?.sizeBytes ?? 0));
    expect(after.hardware).toEqual(before.hardware);
  });
});

describe('the verdict', () => {
  const run = 'run1';
  const event = (id: number, number: number, deviceId = 'd') => ({
    id: String(id),
    deviceId,
    params: { '9': markOf(run, number) },
  });
  const acknowledged = new Map([['d', [{ run, device: 'd', from: 1, to: 4, without: [3] }]]]);
  const judge = (events: ReturnType<typeof event>[]) => verify(run, acknowledged, events);

  it('is good when everything acknowledged is there once and in order, whatever else is there', async () => {
    const all = [event(30, 4), event(10, 1), event(20, 2), event(40, 5), event(11, 9, 'another')];
    const verdict = await judge([...all, { id: '12', deviceId: 'd', params: { '9': markOf('run2', 1) } }]);
    expect(verdict).toMatchObject({ acknowledged: 3, stored: 4, lost: 0, doubled: 0, disordered: 0 });
    expect(isGood(verdict)).toBe(true);
  });
  it('counts what is lost, doubled and out of order', async () => {
    expect(await judge([event(10, 1), event(20, 4)])).toMatchObject({ lost: 1 });
    expect(await judge([event(10, 1), event(11, 2), event(12, 2), event(20, 4)])).toMatchObject({ doubled: 1 });
    const disordered = await judge([event(10, 2), event(11, 1), event(20, 4)]);
    expect(disordered).toMatchObject({ lost: 0, disordered: 1 });
    expect(disordered.sentences).toHaveLength(1);
    expect(isGood(disordered)).toBe(false);
  });
  it('knows marks of its own run only', () => {
    expect(numberOfMark('r', markOf('r', 12))).toBe(12);
    expect([numberOfMark('r', markOf('s', 12)), numberOfMark('r', 'r x'), numberOfMark('r', undefined)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('latencies', () => {
  it('tell quantiles to 5 percent', () => {
    const measured = latencies();
    expect(measured.quantileMs(0.5)).toBeNull();
    for (let ms = 1; ms <= 1000; ms += 1) measured.observe(ms);
    expect(measured.quantileMs(0.5) ?? 0).toBeGreaterThanOrEqual(500);
    expect(measured.quantileMs(0.5) ?? 0).toBeLessThan(530);
    expect([measured.quantileMs(1), measured.count(), measured.mostMs()]).toEqual([1000, 1000, 1000]);
  });
});

describe('simulated agents against a server', () => {
  let server: GatehouseProcess;
  let api: Api;
  let token: string;
  let start: () => Promise<GatehouseProcess>;
  beforeAll(async () => {
    const [httpPort, openApiPort] = [await freePort(), await freePort()];
    const flags = ['--log-level', 'warn', '--agent-sync-seconds', '2', '--anonymous-calls-per-minute', '100000'];
    server = await startGatehouse({ httpPort, openApiPort, flags });
    const { dataDir } = server;
    start = () => startGatehouse({ dataDir, httpPort, openApiPort, flags });
    const people = apiClient(server.url);
    const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await people.call(setUp, { body: { token: link, name: 'admin', password: 'a long pass phrase' } });
    const made = await people.call(addApiToken, { body: { name: 'Story', role: 'administrator' } });
    api = apiClient(server.url, made.secret);
    await storeEveryEvent(api);
    const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
    ({ secret: token } = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story' } }));
  });
  afterAll(() => server.remove());

  it('enrol, tell, obey and survive that the server is killed: nothing is lost, doubled or out of order', async () => {
    const simulator = createSimulator({
      url: server.url,
      tokens: [token],
      agents: 25,
      eventsPerHour: 3600,
      pollWaitSeconds: 5,
      commandPace: 0.02,
      commandFailureShare: 0,
      backoff: { firstMs: 100, mostMs: 1000 },
    });
    try {
      await simulator.start();
      const [agent] = simulator.agents;
      const deviceId = agent?.deviceId ?? '';
      const { total } = await api.call(listDevices, { query: { limit: 1 } });
      expect(total).toBe(25);
      const { commandId } = await api.call(giveCommand, { params: { deviceId }, body: { kind: 'scan' } });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await server.kill();
      server = await start();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(await simulator.settle(60_000)).toBe(true);
      const { tally } = simulator;
      expect(tally.eventsAcknowledged).toBeGreaterThan(50);
      expect([tally.eventsLost, tally.eventsMade - tally.eventsAcknowledged]).toEqual([0, 0]);
      expect(tally.failures.get('no answer')).toBeGreaterThan(0);
      const verdict = await verifyServer(api, simulator.run, simulator.journal.devices);
      expect(verdict).toMatchObject({ acknowledged: tally.eventsAcknowledged, lost: 0, doubled: 0, disordered: 0 });
      const device = await api.call(getDevice, { params: { deviceId } });
      expect(device.name).toBe(agent?.machine.name);
      expect(device.commands.find(({ id }) => id === commandId)?.state).toBe('completed');
    } finally {
      await simulator.stop();
    }
  });
});
