/** Events through the agents' door of a whole server, and the same rows into the bare event store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addEnrolmentToken,
  addTenant,
  changeEventStorage,
  type ReportedEvent,
  setUp,
} from '../../../contract/src/index.ts';
import { type EventRow, toEventRow } from '../../../server/src/administration/events/event.ts';
import { engineStore } from '../../../server/src/administration/events/index.ts';
import { defaultTerms } from '../../../server/src/administration/events/storage-term.ts';
import { openEventEngine } from '../../../server/src/platform/event-engine/index.ts';
import { apiClient } from '../../lib/api.ts';
import { deviceCaller } from '../../lib/device-caller.ts';
import { startGatehouse } from '../../lib/gatehouse-process.ts';
import { type PlayedDevice, playDevice } from '../../lib/played-device.ts';
import { BLOCK_EVENTS, blockOf } from './happenings.ts';

const SENDERS = 60;
const BATCH = 500;
const RAW_BATCH = 10_000;

type Events = Omit<ReportedEvent, 'seq'>[];

const perSecond = async (events: number, work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (events / (performance.now() - begun)) * 1000;
};

const throughTheDoor = async (folder: string, events: Events): Promise<number> => {
  const server = await startGatehouse({ dataDir: join(folder, 'server'), flags: ['--log-level', 'warn'] });
  const caller = deviceCaller(server.url, { connections: SENDERS });
  try {
    const people = apiClient(server.url);
    const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await people.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
    await people.call(changeEventStorage, { body: { maximumEvents: 45_000_000 } });
    const { id: tenantId } = await people.call(addTenant, { body: { name: 'Alder Bakery' } });
    const { secret } = await people.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Bench' } });
    const devices: PlayedDevice[] = [];
    for (let number = 0; number < SENDERS; number += 1) {
      devices.push(await playDevice(caller, { name: `sender-${number}`, enrolmentToken: secret }));
    }
    let next = 0;
    return await perSecond(events.length, () =>
      Promise.all(
        devices.map(async (device) => {
          for (let from = next; from < events.length; from = next) {
            next += BATCH;
            await device.report(events.slice(from, from + BATCH));
          }
        }),
      ),
    );
  } finally {
    caller.close();
    await server.remove();
  }
};

const intoTheStore = async (folder: string, rows: EventRow[]): Promise<number> => {
  const engine = await openEventEngine({ dataDir: join(folder, 'bare') });
  try {
    const store = engineStore(engine, 'all');
    await store.createTable();
    return await perSecond(rows.length, async () => {
      for (let from = 0; from < rows.length; from += RAW_BATCH) await store.insert(rows.slice(from, from + RAW_BATCH));
    });
  } finally {
    await engine.close();
  }
};

interface IngestRates {
  doorPerSecond: number;
  storePerSecond: number;
}

/**
 * The door: 60 devices, batches of 500, one of each device under way, with the senders on the same machine. The store:
 * 10,000 rows at once, one after the other. Of two rounds each the better one counts, as other work on the machine can
 * only make a figure worse.
 */
export const measureIngest = async (count: number, say: (line: string) => void): Promise<IngestRates> => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const now = new Date();
    const happened = Array.from({ length: Math.ceil(count / BLOCK_EVENTS) }, (_, block) =>
      blockOf(block, () => now.getTime()),
    )
      .flat()
      .slice(0, count);
    const events = happened.map(({ event }) => event);
    const rows = happened.map(({ event, device, number }) =>
      toEventRow(
        { ...event, seq: number + 1 },
        device.sender,
        { eventId: number + 1, epoch: 'bench', registrationTime: now },
        defaultTerms,
      ),
    );
    const best: IngestRates = { doorPerSecond: 0, storePerSecond: 0 };
    for (let round = 1; round <= 2; round += 1) {
      const doorPerSecond = await throughTheDoor(join(folder, `${round}`), events);
      const storePerSecond = await intoTheStore(join(folder, `${round}`), rows);
      say(`  round ${round}: door ${Math.round(doorPerSecond)}/s, bare store ${Math.round(storePerSecond)}/s`);
      best.doorPerSecond = Math.max(best.doorPerSecond, doorPerSecond);
      best.storePerSecond = Math.max(best.storePerSecond, storePerSecond);
    }
    return best;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
