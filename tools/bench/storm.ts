/**
 * A storm of equal events from one device while others of the same client send normally, through the agents' door.
 *
 *   npm run bench:storm -- [--storm 1000000] [--others 300] [--calm-seconds 20]
 *
 * Prints what the others wait for an acknowledgement before, during and after the storm was blocked, and compares what
 * was stored and what was counted with what was sent. Sends from processes on the same machine, so the times hold for a
 * machine that does both. Leaves with 1 when an event is missing or is there twice.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  addEnrolmentToken,
  addTenant,
  enrolAgent,
  getFrequentEvent,
  listFrequentEvents,
  sendEvents,
  setUp,
} from '../../contract/src/index.ts';
import { openEventEngine } from '../../server/src/platform/event-engine/index.ts';
import { apiClient } from '../lib/api.ts';
import { type DeviceCaller, deviceCaller, untilHeard } from '../lib/device-caller.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';

const BATCH = 1000;
const STORM_TYPE = 'SHOP_PRINTER_PAPER_JAM';
/** Each of the others sends one batch in so many seconds. */
const OTHERS_EVERY_SECONDS = 10;
const OTHERS_BATCH = 2;
const EPOCH = 'epoch-of-the-storm';

interface StormOrder {
  url: string;
  key: string;
  count: number;
}

/** The storm's own process: sends as fast as it is acknowledged, one batch under way, as the protocol asks. */
const blow = async ({ url, key, count }: StormOrder): Promise<void> => {
  const caller = deviceCaller(url, { connections: 1 });
  const riseTime = new Date().toISOString();
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) => ({
      seq: from + at + 1,
      type: STORM_TYPE,
      riseTime,
      severity: 2,
      description: 'The printer in room 7 has a paper jam',
      product: { name: 'PrintWatch', version: '4.2.0' },
    }));
    await untilHeard(() => caller.call(sendEvents, { key, body: { epoch: EPOCH, events } }));
  }
  caller.close();
};

const numberOf = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  console.error(`--${name} must be a whole number from 1 to ${most}`);
  process.exit(1);
};

const enrol = async (caller: DeviceCaller, token: string, name: string) => {
  const body = { token, machineId: `machine-${name}`, hostname: name, agentVersion: '1.0.0' };
  return untilHeard(() => caller.call(enrolAgent, { body }));
};

const shown = (count: number) => count.toLocaleString('en-GB');
const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const latencyLine = (title: string, waits: readonly number[]) => {
  if (waits.length === 0) return;
  const sorted = waits.toSorted((a, b) => a - b);
  const ms = (share: number) => `${quantile(sorted, share).toFixed(1)} ms`.padStart(10);
  console.log(
    `${title.padEnd(28)} p50 ${ms(0.5)}   p99 ${ms(0.99)}   longest ${ms(1)}   (${shown(waits.length)} batches)`,
  );
};

const measure = async (): Promise<boolean> => {
  const { values } = parseArgs({
    options: {
      storm: { type: 'string', default: '1000000' },
      others: { type: 'string', default: '300' },
      'calm-seconds': { type: 'string', default: '20' },
    },
  });
  const stormCount = numberOf('storm', values.storm, 100_000_000);
  const otherCount = numberOf('others', values.others, 5000);
  const calmSeconds = numberOf('calm-seconds', values['calm-seconds'], 600);

  const server = await startGatehouse({ flags: ['--log-level', 'warn'] });
  const caller = deviceCaller(server.url, { connections: otherCount });
  try {
    const api = apiClient(server.url);
    const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await api.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
    const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
    const { secret } = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Bench' } });
    const printer = await enrol(caller, secret, 'printer');
    const others = [];
    for (let at = 0; at < otherCount; at += 1) others.push(await enrol(caller, secret, `device-${at}`));

    let sent = 0;
    let goesOn = true;
    let waits: number[] = [];
    const sending = others.map(async ({ key }, at) => {
      let seq = 0;
      await sleep((at / otherCount) * OTHERS_EVERY_SECONDS * 1000);
      while (goesOn) {
        const events = Array.from({ length: OTHERS_BATCH }, () => ({
          seq: ++seq,
          type: `SHOP_EVENT_${seq % 20}`,
          riseTime: new Date().toISOString(),
          description: `Something ordinary, number ${seq}`,
          product: { name: 'ShopWatch', version: '1.0.0' },
        }));
        const begun = performance.now();
        await untilHeard(() => caller.call(sendEvents, { key, body: { epoch: EPOCH, events } }));
        waits.push(performance.now() - begun);
        sent += events.length;
        await sleep(OTHERS_EVERY_SECONDS * 1000);
      }
    });
    const taken = () => {
      const past = waits;
      waits = [];
      return past;
    };

    console.log(
      `${shown(otherCount)} devices send ${OTHERS_BATCH} events every ${OTHERS_EVERY_SECONDS} s; ` +
        `one device sends ${shown(stormCount)} equal events in batches of ${shown(BATCH)}, as fast as it can`,
    );
    // The first round meets a cold server.
    await sleep(OTHERS_EVERY_SECONDS * 1000);
    taken();
    await sleep(calmSeconds * 1000);
    latencyLine('others, without the storm', taken());

    const begun = performance.now();
    const storm = fork(import.meta.filename, ['--blow']);
    storm.send({ url: server.url, key: printer.key, count: stormCount } satisfies StormOrder);
    const ended = once(storm, 'exit') as Promise<[number | null]>;
    const listOf = () => api.call(listFrequentEvents, { query: { tenantId: [tenantId] } });
    let blockedAfterMs = Number.NaN;
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    while (!isOver && Number.isNaN(blockedAfterMs)) {
      if ((await listOf()).items.length > 0) blockedAfterMs = performance.now() - begun;
      else await sleep(100);
    }
    const untilBlocked = taken();
    const [code] = await ended;
    const tookMs = performance.now() - begun;
    if (code !== 0) throw new Error(`the storm's process ended with ${code}`);
    latencyLine('others, until it was blocked', untilBlocked);
    latencyLine('others, storm blocked', taken());
    await sleep(calmSeconds * 1000);
    latencyLine('others, after the storm', taken());
    goesOn = false;
    await Promise.all(sending);

    const { items } = await listOf();
    const [row] = items;
    if (!row || items.length > 1) throw new Error(`${items.length} kinds are blocked instead of one`);
    const { devices, suppressedOfOthers } = await api.call(getFrequentEvent, { params: { frequentEventId: row.id } });
    const memory = server.residentMegabytes();
    await server.stop();
    const engine = await openEventEngine({ dataDir: join(server.dataDir, 'events') });
    const count = async (condition: string) => {
      const rows = await engine.query<{ n: number; once: number }>(
        `select toUInt32(count()) as n, toUInt32(uniqExact(device_id, seq)) as once from administration_event where ${condition}`,
        { type: STORM_TYPE, tenant: tenantId },
      );
      return rows[0] ?? { n: 0, once: 0 };
    };
    const stormStored = await count('tenant_id = {tenant: String} and type = {type: String}');
    const othersStored = await count(
      `tenant_id = {tenant: String} and type like 'SHOP_EVENT_%' and {type: String} <> ''`,
    );
    const notices = await count(
      `tenant_id = {tenant: String} and type = 'KLSRV_EVENT_SPAM_EVENTS_DETECTED' and {type: String} <> ''`,
    );
    await engine.close();

    console.log(
      `blocked ${(blockedAfterMs / 1000).toFixed(1)} s after it began; the storm took ${(tookMs / 1000).toFixed(1)} s ` +
        `(${shown(Math.round((stormCount / tookMs) * 1000))} events/s); server memory ${memory} MB`,
    );
    console.log(
      `storm:  sent ${shown(stormCount)} = stored ${shown(stormStored.n)} + counted ${shown(row.suppressed)} ` +
        `(of the printer ${shown(devices[0]?.suppressed ?? 0)}); announced ${notices.n} time(s)`,
    );
    console.log(
      `others: sent ${shown(sent)}, stored ${shown(othersStored.n)}, of these once ${shown(othersStored.once)}`,
    );
    const isRight =
      stormStored.n + row.suppressed === stormCount &&
      stormStored.once === stormStored.n &&
      othersStored.n === sent &&
      othersStored.once === sent &&
      suppressedOfOthers === 0 &&
      notices.n === 1;
    console.log(isRight ? 'nothing is missing, nothing is there twice' : 'THE NUMBERS DO NOT ADD UP');
    return isRight;
  } finally {
    caller.close();
    await server.remove();
  }
};

if (process.argv.includes('--blow')) {
  const [order] = (await once(process, 'message')) as [StormOrder];
  await blow(order);
  process.disconnect();
} else {
  process.exitCode = (await measure()) ? 0 : 1;
}
