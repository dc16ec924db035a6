import { beforeAll, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { integrationsMigrations } from '../store-migrations.ts';
import { type ReportCountStore, reportCountStore } from './store-report-counts.ts';

const uuid = (number: number) => `019a0000-0000-7000-8000-${number.toString().padStart(12, '0')}`;
const place = { integrationId: uuid(1), sourceId: uuid(2), tenantId: '1' };
const from = new Date('2026-02-26T09:00:00Z');
const until = new Date('2026-03-05T09:00:00Z');
const BEFORE = '2026-02-20T00:00:00Z';
const INSIDE = '2026-03-01T00:00:00Z';

describeOnBothEngines('tickets counted for reports', (engine) => {
  let db: Database;
  let counts: ReportCountStore;
  let tickets = 100;
  const ticket = async (
    reason: string,
    opened: string,
    {
      closed = null,
      by = 'us',
      psa = '7',
      tenant = '1',
    }: { closed?: string | null; by?: string; psa?: string | null; tenant?: string } = {},
  ) => {
    tickets += 1;
    const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);
    await db.executeSql(
      `insert into integrations.ticket (id, key, integration_id, source_id, tenant_id, tenant_name, account_id,
         account_name, device_id, device_name, subject, reason, title, description, fields, due_at, state, why,
         psa_ticket_id, opened_at, closed_at, closed_by, over_at)
       values ('${uuid(tickets)}', 'k${tickets}', '${place.integrationId}', '${place.sourceId}', '${tenant}', 'T', '175',
         'A', 'd', 'D', 's${tickets}', '${reason}', 't', 'd', '{}', now(), '${closed ? 'closed' : 'open'}', 'w',
         ${text(psa)}, '${opened}', ${text(closed)}, ${closed ? text(by) : 'null'}, null)`,
    );
  };

  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [integrationsMigrations]);
    counts = reportCountStore(db.forSchema('integrations'));
  });

  it('new and closed ones are counted independently, by severity, and only what the PSA got and we closed', async () => {
    await ticket('status:critical:databasesOutdated', INSIDE);
    await ticket('event:critical', INSIDE, { closed: INSIDE });
    await ticket('status:warning:databasesOutdated', BEFORE, { closed: INSIDE });
    await ticket('event:warning', INSIDE, { closed: INSIDE, by: 'person' });
    await ticket('event:functional-failure', INSIDE);
    await ticket('event:functional-failure', BEFORE, { closed: BEFORE });
    // None of these: never opened in the PSA, another client, after the period, at its very begin.
    await ticket('event:critical', INSIDE, { psa: null });
    await ticket('event:critical', INSIDE, { tenant: '2' });
    await ticket('event:critical', '2026-03-05T09:00:01Z');
    await ticket('event:critical', from.toISOString());
    expect(await counts.count(place, from, until)).toEqual({
      newCritical: 2,
      closedCritical: 1,
      newWarning: 1,
      closedWarning: 1,
      newFunctionalFailure: 1,
      closedFunctionalFailure: 0,
    });
    expect(await counts.count({ ...place, tenantId: '3' }, from, until)).toMatchObject({ newCritical: 0 });
  });
});
