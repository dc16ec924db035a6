import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '../../platform/db/index.ts';
import { openEventEngine } from '../../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { engineStore } from '../events/index.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import { tenantStore } from '../tenants/index.ts';

const EVENTS = 60_000;
const KEPT = 10_000;
/** So many servers are killed at most before one may end its work. */
const MOST_KILLS = 3;
const child = new URL('./trim-child.ts', import.meta.url).pathname;

describeOnBothEngines('a server that is killed while it deletes the oldest events', (place) => {
  it('keeps exactly the newest, and tells of it once', { timeout: 120_000 }, async () => {
    const options = await place.newPlace();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
    try {
      const setUp = await openDatabase(options);
      await migrate(setUp, [administrationMigrations]);
      await setUp.executeSql('update administration.event_storage set maximum_events = $1', [KEPT]);
      await setUp.executeSql('update administration.event_number set reserved_to = $1', [EVENTS]);
      await setUp.executeSql(`insert into administration.event_cursor (consumer, event_id) values ('flow', $1)`, [
        EVENTS,
      ]);
      const schema = setUp.forSchema<AdministrationTables>('administration');
      await tenantStore(administrationDb(schema).tenants, 'all').add({
        id: '019a0000-0000-7000-8000-00000000000a',
        name: 'Main server',
        createdAt: new Date(),
        main: true,
      });
      await setUp.close();
      const engine = await openEventEngine({ dataDir: folder });
      await engineStore(engine, 'all').createTable();
      await engine.command('system stop merges administration_event');
      for (let from = 0; from < EVENTS; from += 4000) {
        // Terms of four lengths: parts of four partitions, and borders inside of them.
        await engine.command(
          `insert into administration_event (event_id, tenant_id, type, rise_time, registration_time, expires_at)
           select number + 1, 'x', 'GNRL_EV_OBJECT_DELETED', now64(3), now64(3), now() + interval (number % 4 + 1) * 30 day
           from numbers({from: UInt64}, 4000)`,
          { from },
        );
      }
      await engine.close();

      let killed = 0;
      let output = '';
      for (let isDone = false; !isDone; ) {
        const server = spawn(process.execPath, [child, JSON.stringify(options), folder], {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
        });
        // Deeper into the work each time; the first is killed at its first statement.
        let statementsLeft = killed;
        server.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          isDone = /^done$/m.test(output);
          statementsLeft -= text.split('deleting').length - 1;
          if (isDone || (killed < MOST_KILLS && statementsLeft < 0)) server.kill('SIGKILL');
        });
        await once(server, 'close');
        // One that ends by itself before it said so has broken.
        expect(isDone || server.killed).toBe(true);
        if (!isDone) killed += 1;
      }
      expect(killed).toBeGreaterThan(0);

      const after = await openEventEngine({ dataDir: folder });
      const events = engineStore(after, 'all');
      const [rows] = await after.query<{ n: number; lowest: number }>(
        'select toUInt32(count()) as n, toUInt32(min(event_id)) as lowest from administration_event where listed',
      );
      const own = await events.oldest(
        { types: ['KLSRV_EVP_DB_TRUNCATING', 'KLSRV_EVP_DB_TRUNCATED'], includeUnlisted: true },
        10,
      );
      await after.close();
      expect(rows).toEqual({ n: KEPT, lowest: EVENTS - KEPT + 1 });
      expect(own.map(({ typeId, params }) => [typeId, params[0]])).toEqual([
        [4145, '50000'],
        [4146, '50000'],
      ]);
      expect(output).toContain('audit event-storage.trimmed');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
