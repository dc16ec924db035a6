import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { integrationsMigrations } from '../store-migrations.ts';
import type { ReportItem } from './psa-items.ts';
import { type ReportingStore, reportingStore } from './store.ts';
import { keptItem } from './store-items.ts';

const integration = '019a0000-0000-7000-8000-000000000001';
const source = '019a0000-0000-7000-8000-000000000002';
const at = (minutes: number) => new Date(Date.UTC(2026, 2, 5, 9, minutes));
const item = (count: number): ReportItem => ({
  key: 'ksi:svc:1:7',
  accountId: '175',
  kind: 'Kaspersky report',
  title: 'Service report',
  values: { 'Kaspersky managed computers': count, 'Kaspersky report period': '7 days', empty: null },
});
const put = (count: number) => ({ put: [item(count)], retire: [] });

describeOnBothEngines('what is kept of reports', (engine) => {
  let db: Database;
  let store: ReportingStore;
  const onlyItem = async () => (await store.items(integration))[0];
  const dueItem = async (minutes: number) => {
    const [row] = await store.dueItems(integration, at(minutes), 10);
    if (!row) throw new Error('nothing is due');
    return row;
  };

  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [integrationsMigrations]);
    store = reportingStore(db.forSchema('integrations'));
  });
  beforeEach(async () => {
    await db.executeSql('truncate integrations.integration, integrations.source cascade');
    await db.executeSql(
      `insert into integrations.integration
         (id, kind, name, enabled, settings, secrets_sealed, state, created_at, changed_at)
       values ('${integration}', 'autotask', 'Ours', true, '{}', '{}', 'working', now(), now())`,
    );
    await db.executeSql(
      `insert into integrations.source (id, kind, name, url, user_name, password_sealed, is_local, enabled, created_at)
       values ('${source}', 'administration-server', 'Main', 'https://localhost', 'u', 'p', true, true, now())`,
    );
  });

  it('an item comes back as it was wished', async () => {
    await store.planItems(integration, put(3), at(0));
    const row = await dueItem(0);
    const { key, accountId, title, values } = item(3);
    expect(keptItem(row)).toEqual({ key, accountId, title, values, isWanted: true });
    await store.itemDone(row, '300001', at(1));
    expect(await onlyItem()).toMatchObject({ state: 'done', item_id: '300001', done_at: at(1) });
    expect(await store.nextItemAt(integration)).toBeNull();
  });

  it('an older wish that was carried out does not stand for the newer one', async () => {
    await store.planItems(integration, put(3), at(0));
    const old = await dueItem(0);
    await store.planItems(integration, put(4), at(1));
    await store.itemDone(old, '300001', at(2));
    await store.itemFailed(old, 'refused', null);
    expect(await onlyItem()).toMatchObject({ state: 'planned', attempts: 0, problem: null });
    expect((await dueItem(2)).field_values['Kaspersky managed computers']).toBe(4);
  });

  it('an item that is no longer wanted waits to be switched off, and keeps its values', async () => {
    await store.planItems(integration, put(3), at(0));
    const row = await dueItem(0);
    await store.itemDone(row, '300001', at(0));
    await store.planItems(integration, { put: [], retire: [keptItem(row)] }, at(1));
    expect(await dueItem(1)).toMatchObject({ is_wanted: false, item_id: '300001', field_values: item(3).values });
  });

  it('failures wait for their time, or for a person, and are told by their reason', async () => {
    await store.planItems(integration, put(3), at(0));
    await store.itemFailed(await dueItem(0), 'busy', at(10));
    expect(await store.dueItems(integration, at(9), 10)).toEqual([]);
    await store.itemFailed(await dueItem(10), 'refused', null);
    expect(await store.itemsByState(integration)).toEqual({
      done: 0,
      waiting: 0,
      problems: [{ problem: 'refused', count: 1 }],
    });
    await store.planFailedItemsAgain(integration, at(11));
    expect((await dueItem(11)).attempts).toBe(0);
  });

  it('a reading that failed keeps the figures of the one before', async () => {
    const licenses = [
      {
        licenseId: 'A-1',
        application: 'Endpoint',
        periodDays: null,
        expiresOn: null,
        limit: null,
        devices: 3,
        information: '',
        support: '',
      },
    ];
    const reading = { sourceId: source, tenantId: '1', readAt: at(0), licenses, devices: null, tickets: null };
    await store.saveReading({ ...reading, accountId: null });
    await store.saveProblem(source, '1', 'not reachable');
    expect(await store.readings(source)).toMatchObject([{ licenses, devices: null, problem: 'not reachable' }]);
    await store.saveReading({ ...reading, accountId: '175', devices: { managed: 1, protected: 1, problem: 0 } });
    expect(await store.readings()).toMatchObject([{ account_id: '175', problem: null, devices: { managed: 1 } }]);
  });

  it('reports are written into the PSA unless somebody says otherwise', async () => {
    expect(await store.settings(integration)).toEqual({ enabled: true, productId: null });
    await store.saveSettings(integration, { enabled: false, productId: '201' }, at(0));
    await store.saveSettings(integration, { enabled: false, productId: '202' }, at(1));
    expect(await store.settings(integration)).toEqual({ enabled: false, productId: '202' });
  });
});
