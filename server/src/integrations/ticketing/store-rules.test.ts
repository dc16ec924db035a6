import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { integrationsMigrations } from '../store-migrations.ts';
import { type RuleTables, ruleStore } from './store-rules.ts';

const INTEGRATION = '019a0000-0000-7000-8000-000000000001';
const UNTOUCHED = '019a0000-0000-7000-8000-000000000002';
const now = new Date('2026-03-04T12:00:00Z');
const { schema, migrations } = integrationsMigrations;
const before030 = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '030'));

describeOnBothEngines('ticket settings in the database', (engine) => {
  let db: Database;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.close());

  const addIntegration = (id: string) =>
    db.executeSql(
      `insert into integrations.integration (id, kind, name, enabled, settings, secrets_sealed, state, created_at, changed_at)
       values ('${id}', 'autotask', 'Autotask ${id}', true, '{}', '{}', 'working', now(), now())`,
    );
  const addRule = (reason: string, enabled: boolean, fields: Record<string, string | null>) =>
    db.executeSql(
      `insert into integrations.ticket_rule (integration_id, reason, enabled, fields, due_hours)
       values ('${INTEGRATION}', '${reason}', ${enabled}, '${JSON.stringify(fields)}', 12)`,
    );

  it('keep what most rules that were on agreed on, when all tickets come to share it', async () => {
    await migrate(db, [{ schema, migrations: before030 }]);
    await addIntegration(INTEGRATION);
    await addIntegration(UNTOUCHED);
    const usual = { priority: '4', status: '1', closedStatus: '5', source: null };
    await addRule('event:critical', true, { ...usual, status: '9' });
    await addRule('event:warning', true, { ...usual, status: '9', source: '8' });
    for (const reason of ['a', 'b', 'c']) await addRule(`status:warning:${reason}`, false, usual);
    await migrate(db, [integrationsMigrations]);

    const store = ruleStore(db.forSchema<RuleTables>(schema), INTEGRATION);
    expect(await store.settings()).toMatchObject({
      revision: 1,
      general: { status: '9', closedStatus: '5', source: '8' },
      templates: null,
    });
    expect((await store.list()).map(({ fields }) => fields)).toEqual(
      Array.from({ length: 5 }, () => ({ priority: '4' })),
    );
    expect(await ruleStore(db.forSchema<RuleTables>(schema), UNTOUCHED).settings()).toMatchObject({ general: {} });
  });

  it('have one more revision with each save, and only one of two saves of the same', async () => {
    await migrate(db, [integrationsMigrations]);
    await addIntegration(INTEGRATION);
    const store = ruleStore(db.forSchema<RuleTables>(schema), INTEGRATION);
    await store.begin({ status: '1' });
    await store.begin({ status: '2' });
    expect(await Promise.all([store.nextRevision(1, 'ann', now), store.nextRevision(1, 'bob', now)])).toContain(false);
    expect(await store.nextRevision(undefined, 'cem', now)).toBe(true);
    await store.saveSettings({ general: { status: '3' } });
    expect(await store.settings()).toMatchObject({
      revision: 3,
      saved_by: 'cem',
      saved_at: now,
      general: { status: '3' },
      templates: null,
    });
  });
});
