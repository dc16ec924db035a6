import { beforeAll, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { integrationsMigrations } from '../store-migrations.ts';

const source = '019a0000-0000-7000-8000-00000000000a';
const integration = '019a0000-0000-7000-8000-00000000000b';

describeOnBothEngines('data of the version before virtual servers were chosen', (engine) => {
  let db: Database;
  beforeAll(async () => {
    db = await engine.open();
    const { schema, migrations } = integrationsMigrations;
    const first = migrations['001-first-floor'];
    if (!first) throw new Error('the first step is gone');
    await migrate(db, [{ schema, migrations: { '001-first-floor': first } }]);
    await db.executeSql(`
      insert into integrations.source values
        ('${source}', 'administration-server', 'Head office', 'https://127.0.0.1:13299', 'u', 's', 'AB', true, true, null,
         '{"code":"source.unavailable","message":"away","at":"2026-03-04T05:06:07.000Z"}', now())`);
    await db.executeSql(`
      insert into integrations.source_tenant values ('${source}', '1', 'Alder Joinery', null, true, 7, null, null),
        ('${source}', '2', 'Birchwood Dental', null, true, null, null, null)`);
    await db.executeSql(`
      insert into integrations.integration values
        ('${integration}', 'autotask', 'Our Autotask', true, '{}', '{}', 'failing',
         '{"code":"psa.unavailable","message":"away","at":"2026-03-04T05:06:08.000Z"}', null, 3, now(), now())`);
    await db.executeSql(`
      insert into integrations.mapping values ('${source}', '1', '${integration}', '175', 'Alder', true, false, now())`);
    await migrate(db, [integrationsMigrations]);
  });

  const rows = async (text: string) => (await db.executeSql(text)).rows;

  it('has what was mapped in the integration of its mapping, and nothing else', async () => {
    expect(await rows('select integration_id, source_id, tenant_id from integrations.integration_tenant')).toEqual([
      { integration_id: integration, source_id: source, tenant_id: '1' },
    ]);
  });

  it('still says since when a connection fails', async () => {
    const [failing] = await rows('select failing_since from integrations.source');
    expect(failing?.['failing_since']).toEqual(new Date('2026-03-04T05:06:07Z'));
    const [psa] = await rows('select failing_since, failures from integrations.integration');
    expect(psa).toEqual({ failing_since: new Date('2026-03-04T05:06:08Z'), failures: 3 });
  });
});
