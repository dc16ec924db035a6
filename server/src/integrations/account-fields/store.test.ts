import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { integrationsMigrations } from '../store-migrations.ts';
import { emptied } from './fields.ts';
import { type AccountFieldStore, accountFieldStore } from './store.ts';

const integration = '019a0000-0000-7000-8000-000000000001';
const at = (minutes: number) => new Date(Date.UTC(2026, 2, 5, 9, minutes));
const wish = (name: string) => ({
  accountId: '175',
  wanted: { ...emptied, 'Kaspersky virtual server': name },
  isMapped: true,
});
const ending = { accountId: '175', wanted: emptied, isMapped: false };

describeOnBothEngines('the outbox of account fields', (engine) => {
  let db: Database;
  let store: AccountFieldStore;
  const onlyRow = async () => (await store.list(integration))[0];
  const dueRow = async (minutes: number) => {
    const [row] = await store.due(integration, at(minutes), 10);
    if (!row) throw new Error('nothing is due');
    return row;
  };

  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [integrationsMigrations]);
    store = accountFieldStore(db.forSchema('integrations'));
  });
  beforeEach(async () => {
    await db.executeSql('truncate integrations.integration cascade');
    await db.executeSql(
      `insert into integrations.integration
         (id, kind, name, enabled, settings, secrets_sealed, state, created_at, changed_at)
       values ('${integration}', 'autotask', 'Ours', true, '{}', '{}', 'working', now(), now())`,
    );
  });

  it('keeps the last wish of an account only, and begins it anew', async () => {
    await store.plan(integration, [wish('Alder')], at(0));
    await store.failed(await dueRow(0), 'refused', null);
    expect(await onlyRow()).toMatchObject({ state: 'failed', attempts: 1, problem: 'refused' });
    await store.plan(integration, [wish('Alder & Sons')], at(1));
    expect(await store.list(integration)).toHaveLength(1);
    expect(await onlyRow()).toMatchObject({ state: 'planned', attempts: 0, problem: null });
  });

  it('does not take an older wish that was written for the newer one', async () => {
    await store.plan(integration, [wish('Alder')], at(0));
    const old = await dueRow(0);
    await store.plan(integration, [wish('Birch')], at(1));
    await store.done(old, at(2));
    expect((await onlyRow())?.state).toBe('planned');
    await store.failed(old, 'refused', null);
    expect((await onlyRow())?.state).toBe('planned');
    await store.done(await dueRow(2), at(3));
    expect(await onlyRow()).toMatchObject({ state: 'done', done_at: at(3) });
  });

  it('forgets an account whose fields were emptied, unless it was mapped again meanwhile', async () => {
    await store.plan(integration, [ending], at(0));
    const old = await dueRow(0);
    await store.plan(integration, [wish('Birch')], at(1));
    await store.done(old, at(2));
    expect(await store.list(integration)).toHaveLength(1);
    await store.plan(integration, [ending], at(3));
    await store.done(await dueRow(3), at(4));
    expect(await store.list(integration)).toEqual([]);
  });

  it('waits as long as it is told, and everything can be wished once more', async () => {
    await store.plan(integration, [wish('Alder')], at(0));
    await store.failed(await dueRow(0), 'busy', at(10));
    expect(await store.due(integration, at(9), 10)).toEqual([]);
    expect(await store.nextDueAt(integration)).toEqual(at(10));
    expect(await store.planAll(integration, at(5))).toBe(1);
    expect((await dueRow(5)).account_id).toBe('175');
  });

  it('goes with its integration', async () => {
    await store.plan(integration, [wish('Alder')], at(0));
    await db.executeSql('delete from integrations.integration');
    expect(await store.list(integration)).toEqual([]);
  });
});
