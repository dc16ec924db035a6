/**
 * Events per second through the agents' door, next to the bare event store, on the same rows in the same run.
 *
 *   node tools/bench/ingest.ts [--rounds 3] [--devices 8] [--batches 12]
 *
 * Each device sends batches of 500 and has one under way, as the agent protocol asks. The senders share the machine with
 * the server, so the figures of the door are a lower bound. The bare store gets the same rows in batches of 500, one
 * after the other, and of 10,000.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addEnrolmentToken, addTenant, type ReportedEvent, setUp } from '../../contract/src/index.ts';
import { toEventRow } from '../../server/src/administration/events/event.ts';
import { engineStore } from '../../server/src/administration/events/store-engine.ts';
import { openEventEngine } from '../../server/src/platform/event-engine/index.ts';
import { apiClient } from '../lib/api.ts';
import { deviceCaller } from '../lib/device-caller.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';
import { playDevice } from '../lib/played-device.ts';
import { storeEveryEvent } from '../lib/store-every-event.ts';

const BATCH = 500;
const BIG_BATCH = 10_000;
/** No further round begins after this; on a busy machine fewer rounds are measured. */
const LONGEST_MS = 60_000;

const numberOf = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  console.error(`--${name} must be a whole number from 1 to ${most}`);
  process.exit(1);
};

const readFlags = () => {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: 'string', default: '3' },
        devices: { type: 'string', default: '8' },
        batches: { type: 'string', default: '12' },
      },
    });
    return {
      rounds: numberOf('rounds', values.rounds, 20),
      devices: numberOf('devices', values.devices, 64),
      batches: numberOf('batches', values.batches, 200),
    };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
};

/** As a device reports them: a path, a name, a user, nothing that compresses to nothing. */
const sampleEvents = (count: number): Omit<ReportedEvent, 'seq'>[] => {
  const riseTime = new Date().toISOString();
  return Array.from({ length: count }, (_, index) => ({
    type: index % 5 === 0 ? 'GNRL_EV_WEB_URL_BLOCKED' : 'GNRL_EV_OBJECT_REPORTED',
    riseTime,
    severity: index % 5 === 0 ? 2 : 1,
    description: `Object ${index} was looked at`,
    params: {
      '1': randomUUID(),
      '2': `/home/user-${index % 40}/documents/file-${index}.odt`,
      '7': `user-${index % 40}`,
    },
  }));
};

const perSecond = async (count: number, work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (count / (performance.now() - begun)) * 1000;
};
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const shown = (rate: number) => Math.round(rate).toLocaleString('en-GB').padStart(9);

/** The event store alone, in this process, with the server's own table. */
const openBareStore = async (dataDir: string) => {
  const engine = await openEventEngine({ dataDir });
  const store = engineStore(engine, 'all');
  await store.createTable();
  let nextId = 1;
  return {
    close: engine.close,
    insert: async (events: readonly Omit<ReportedEvent, 'seq'>[], batch: number): Promise<number> => {
      const registrationTime = new Date();
      const sender = {
        tenantId: randomUUID(),
        deviceId: randomUUID(),
        deviceName: 'laptop-7',
        groupId: 1,
        groupName: 'Managed devices',
        ipAddress: '192.0.2.7',
      };
      const rows = events.map((event, index) =>
        toEventRow(
          { ...event, seq: index + 1 },
          sender,
          { eventId: nextId++, epoch: 'bench-epoch', registrationTime },
          ({ storageTermDays }) => storageTermDays,
        ),
      );
      return perSecond(rows.length, async () => {
        for (let from = 0; from < rows.length; from += batch) await store.insert(rows.slice(from, from + batch));
      });
    },
  };
};

const { rounds, devices: deviceCount, batches } = readFlags();
const total = deviceCount * batches * BATCH;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
// Cut off from outside, too, it leaves neither a server nor data behind.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const bare = await openBareStore(join(folder, 'bare'));
const server = await startGatehouse({ dataDir: join(folder, 'server'), flags: ['--log-level', 'warn'] });
const caller = deviceCaller(server.url, { connections: deviceCount });
try {
  const api = apiClient(server.url);
  const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await api.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
  await storeEveryEvent(api);
  const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
  const { secret } = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Bench' } });
  const devices = await Promise.all(
    Array.from({ length: deviceCount }, (_, number) =>
      playDevice(caller, { name: `device-${number}`, enrolmentToken: secret }),
    ),
  );
  const events = sampleEvents(total);
  const door = () =>
    perSecond(total, () =>
      Promise.all(
        devices.map(async (device, number) => {
          for (let batch = 0; batch < batches; batch++) {
            const from = (number * batches + batch) * BATCH;
            await device.report(events.slice(from, from + BATCH));
          }
        }),
      ),
    );

  console.log(
    `${total.toLocaleString('en-GB')} events a round from ${deviceCount} devices in batches of ${BATCH}; events per second:`,
  );
  const results: { door: number; bare: number; bareBig: number }[] = [];
  const line = (title: string, { door: atDoor, bare: small, bareBig: big }: (typeof results)[number]) =>
    console.log(
      `${title.padEnd(8)} door ${shown(atDoor)}   store by ${BATCH} ${shown(small)}   store by ${BIG_BATCH} ${shown(big)}   ` +
        `door / store by ${BATCH}: ${(atDoor / small).toFixed(2)}   door / store by ${BIG_BATCH}: ${(atDoor / big).toFixed(2)}`,
    );
  for (let round = 1; round <= rounds; round++) {
    if (performance.now() > LONGEST_MS && round > 1) {
      console.log(`The machine is too busy for ${rounds} rounds within ${LONGEST_MS / 1000} s`);
      break;
    }
    // One after the other, each round anew, so that other work on the machine meets all three alike.
    const result = {
      door: await door(),
      bare: await bare.insert(events, BATCH),
      bareBig: await bare.insert(events, BIG_BATCH),
    };
    results.push(result);
    line(`round ${round}`, result);
  }
  const medianOf = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  line('median', { door: medianOf('door'), bare: medianOf('bare'), bareBig: medianOf('bareBig') });
  console.log(`memory of the server: ${server.residentMegabytes()} MB`);
} finally {
  caller.close();
  await server.remove();
  await bare.close();
}
