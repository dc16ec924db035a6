import { beforeAll, expect, it } from 'vitest';
import { type Database, migrate } from '../platform/db/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { mappingStore } from './mappings/index.ts';
import { integrationsMigrations } from './store-migrations.ts';
import { ticketStore } from './ticketing/index.ts';

const { schema, migrations } = integrationsMigrations;
/** The tables of the first version that kept tickets. */
const firstVersion = Object.fromEntries(Object.entries(migrations).filter(([name]) => name === '001-first-floor'));

const SOURCE = '019a0000-0000-7000-8000-000000000001';
const INTEGRATION = '019a0000-0000-7000-8000-000000000002';
const TICKET = '019a0000-0000-7000-8000-000000000003';

describeOnBothEngines('data of the first version', (engine) => {
  let db: Database;
  const rows = async (table: string) => (await db.executeSql(`select * from integrations.${table}`)).rows;

  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [{ schema, migrations: firstVersion }]);
    await db.executeSql(`insert into integrations.source (id, kind, name, url, user_name, password_sealed,
      certificate_fingerprint, is_local, enabled, created_at)
      values ('${SOURCE}', 'administration-server', 'Branch', 'https://branch.example:13299', 'reader', 'sealed-1', 'AB:CD',
        false, true, '2026-01-01T00:00:00Z')`);
    await db.executeSql(`insert into integrations.source_tenant (source_id, tenant_id, name, uid, present, event_cursor)
      values ('${SOURCE}', '7', 'Alder Bakery', 'uid-7', true, 4711)`);
    await db.executeSql(`insert into integrations.integration (id, kind, name, enabled, settings, secrets_sealed, state,
      created_at, changed_at)
      values ('${INTEGRATION}', 'autotask', 'Our Autotask', true, '{"userName": "api@msp.example"}', '{"secret": "sealed-2"}',
        'working', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`);
    await db.executeSql(`insert into integrations.mapping (source_id, tenant_id, integration_id, account_id, account_name,
      account_active, checked_at)
      values ('${SOURCE}', '7', '${INTEGRATION}', '175', 'Alder Joinery', true, '2026-01-03T00:00:00Z')`);
    await db.executeSql(`insert into integrations.ticket (id, key, integration_id, source_id, tenant_id, tenant_name,
      account_id, account_name, device_id, device_name, subject, reason, title, description, fields, due_at, state, why,
      psa_ticket_id, psa_number, opened_at)
      values ('${TICKET}', 'ksi1:abc', '${INTEGRATION}', '${SOURCE}', '7', 'Alder Bakery', '175', 'Alder Joinery', 'device-1',
        'pc-1', 'status:activeThreats', 'status:critical:activeThreats', 'pc-1: Active threats', '', '{}',
        '2026-01-05T00:00:00Z', 'open', 'because', '900', 'T20260104.0001', '2026-01-04T00:00:00Z')`);
    await db.executeSql(`insert into integrations.delivery (ticket_id, action, change, why, state, not_before, created_at)
      values ('${TICKET}', 'close', '{}', 'gone', 'planned', '2026-01-06T00:00:00Z', '2026-01-06T00:00:00Z')`);
    await migrate(db, [integrationsMigrations]);
  });

  it('keeps connections with their sealed secrets, and where reading stopped', async () => {
    expect(await rows('source')).toMatchObject([
      { name: 'Branch', url: 'https://branch.example:13299', user_name: 'reader', password_sealed: 'sealed-1' },
    ]);
    expect(await rows('source_tenant')).toMatchObject([{ name: 'Alder Bakery', event_cursor: 4711 }]);
    expect(await rows('integration')).toMatchObject([
      { name: 'Our Autotask', settings: { userName: 'api@msp.example' }, secrets_sealed: { secret: 'sealed-2' } },
    ]);
  });

  it('keeps mappings: the tenant is of that integration, and nothing is billed that was not chosen', async () => {
    expect(await mappingStore(db.forSchema(schema)).list()).toMatchObject([
      { tenant_id: '7', account_name: 'Alder Joinery', billing_enabled: false, contract_id: null },
    ]);
    expect(await rows('integration_tenant')).toMatchObject([{ tenant_id: '7', integration_id: INTEGRATION }]);
  });

  it('follows open tickets and carries out what was planned for them', async () => {
    const tickets = ticketStore(db.forSchema(schema));
    const place = { integrationId: INTEGRATION, sourceId: SOURCE, tenantId: '7' };
    expect(await tickets.listFollowed(place)).toMatchObject([{ ticketId: TICKET, state: 'open' }]);
    expect(await tickets.listDue(INTEGRATION, new Date('2026-01-07T00:00:00Z'), 10)).toHaveLength(1);
  });
});
