import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '../../platform/db/index.ts';
import { openEventEngine } from '../../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import { createIngest, createOutbox, engineStore, eventStore } from './index.ts';

const ROUNDS = 4;
const child = new URL('./ingest-child.ts', import.meta.url).pathname;

describeOnBothEngines('a server that is killed while it takes events in', (place) => {
  it('has lost no acknowledged event and doubled none, its own events included', { timeout: 120_000 }, async () => {
    const options = await place.newPlace();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
    try {
      const setUp = await openDatabase(options);
      await migrate(setUp, [administrationMigrations]);
      await setUp.close();

      const acknowledged = new Map<string, number>();
      const published = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        // Every other round goes on where an agent stands that heard nothing since: numbers that may be stored already.
        const epoch = `epoch-${Math.floor(round / 2)}`;
        const first = round % 2 === 0 ? 1 : Math.max(1, Math.min(...acknowledged.values()) - 20);
        if (round % 2 === 0) acknowledged.clear();
        const server = spawn(process.execPath, [child, JSON.stringify(options), folder, epoch, String(first)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let text = '';
        let killing = false;
        server.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          const lines = text.split('\n');
          text = lines.pop() ?? '';
          for (const line of lines) {
            if (line.startsWith('outbox ')) published.add(line.slice('outbox '.length));
            else {
              const [device = '', seq = ''] = line.split(' ');
              acknowledged.set(device, Math.max(acknowledged.get(device) ?? 0, Number(seq)));
            }
          }
          if (killing) return;
          killing = true;
          setTimeout(() => server.kill('SIGKILL'), 150 + Math.random() * 400);
        });
        await once(server, 'close');
        expect(acknowledged.size).toBe(3);

        const database = await openDatabase(options);
        const engine = await openEventEngine({ dataDir: folder });
        const events = engineStore(engine, 'all');
        const store = eventStore(administrationDb(database.forSchema<AdministrationTables>('administration')).events);
        const ingest = createIngest({ store, engine: events, clock: () => new Date(), onStored: () => {} });
        await createOutbox({ store, ingest }).carry();
        const rows = await engine.query<{ device: number; seqs: number; highest: number; times: number }>(
          `select toUInt32(substring(device_id, 25)) as device, toUInt32(uniqExact(seq)) as seqs,
             toUInt32(max(seq)) as highest, toUInt32(count()) as times
           from administration_event where epoch = {epoch: String} group by device`,
          { epoch },
        );
        const own = await engine.query<{ description: string }>(
          `select description from administration_event where type = 'X_SERVER'`,
        );
        const ids = await engine.query<{ all: number; different: number }>(
          'select toUInt32(count()) as all, toUInt32(uniqExact(event_id)) as different from administration_event',
        );
        await engine.close();
        await database.close();

        expect(rows).toHaveLength(3);
        for (const { device, seqs, highest, times } of rows) {
          expect(times).toBe(seqs); // none twice
          expect(seqs).toBe(highest); // none missing up to the highest
          expect(highest).toBeGreaterThanOrEqual(acknowledged.get(String(device)) ?? Number.POSITIVE_INFINITY);
        }
        expect(ids[0]?.different).toBe(ids[0]?.all);
        const descriptions = own.map(({ description }) => description);
        expect([...published].filter((one) => !descriptions.includes(one))).toEqual([]);
        expect(new Set(descriptions).size).toBe(descriptions.length);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
