import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import { migrate } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/ids/index.ts';
import { createLog } from '../../../platform/log/index.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import type { SourceDevice, SourceEvent } from '../../sources/index.ts';
import { integrationsMigrations } from '../../store-migrations.ts';
import { consider, type News, type TenantDesk } from '../consider.ts';
import { plainGuards } from '../guards/settings.ts';
import type { StoredRule } from '../rules.ts';
import { inOneTransaction, type TicketingTables } from '../store-unit.ts';
import { defaultTemplates } from '../templates.ts';
import { shadowBeside } from './beside.ts';
import { type ComparedTables, comparisonStore } from './store-comparison.ts';
import { type ShadowTables, shadowStore } from './store-shadows.ts';

const MINUTE_MS = 60_000;
const HISTORIES = 15;
const START = new Date('2026-03-02T00:00:00Z');
const sourceId = '019a0000-0000-7000-8000-000000000001';
const integrationId = '019a0000-0000-7000-8000-000000000002';
const deviceIds = ['host-1', 'host-2', 'host-3'] as const;

const rule = (reason: StoredRule['reason']): StoredRule => ({
  reason,
  enabled: true,
  fields: { priority: reason.includes('critical') ? '1' : '2', queue: '8' },
  due_hours: 12,
  lifetime_days: reason.startsWith('status:') ? null : 1,
  auto_close: reason.startsWith('status:') ? true : null,
});
const rules = [
  rule('event:critical'),
  rule('status:critical:databasesOutdated'),
  rule('status:warning:databasesOutdated'),
  rule('status:critical:activeThreats'),
];

/** What one reading finds, and what a person does before it. */
const reading = fc.record({
  minutes: fc.constantFrom(1, 5, 20, 90),
  devices: fc.array(
    fc.record({
      level: fc.constantFrom('ok' as const, 'warning' as const, 'critical' as const),
      signals: fc.subarray(['databasesOutdated' as const, 'activeThreats' as const]),
      visible: fc.boolean(),
    }),
    { minLength: deviceIds.length, maxLength: deviceIds.length },
  ),
  finds: fc.array(fc.nat(deviceIds.length - 1), { maxLength: 2 }),
  personCloses: fc.option(fc.nat(5)),
  /** The server dies before the first write is kept, and reads the same again. */
  dies: fc.boolean(),
});
const history = fc.record({
  readings: fc.array(reading, { minLength: 4, maxLength: 14 }),
  /** The reading before which the run starts. */
  startAt: fc.nat(3),
  guards: fc.record({
    creationDelayMinutes: fc.constantFrom(0, 10),
    flapMinutes: fc.constantFrom(0, 60),
    storm: fc.constantFrom(null, { devices: 1, minutes: 10 }),
    reopenAfterHours: fc.constantFrom(null, 1),
  }),
});

describeOnBothEngines('a shadow run', (engine) => {
  let db: Database;
  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [integrationsMigrations]);
  });
  afterAll(() => db.close());

  const reset = async () => {
    await db.executeSql(
      `truncate integrations.source, integrations.integration, integrations.ticket, integrations.delivery, integrations.decision cascade`,
    );
    await db.executeSql(
      `insert into integrations.source (id, kind, name, url, user_name, password_sealed, is_local, enabled, created_at)
       values ($1, 'administration-server', 'Ours', 'https://127.0.0.1', 'a', '', true, true, now())`,
      [sourceId],
    );
    await db.executeSql(
      `insert into integrations.source_tenant (source_id, tenant_id, name, present) values ($1, '1', 'Alder Joinery', true)`,
      [sourceId],
    );
    await db.executeSql(
      `insert into integrations.integration
         (id, kind, name, enabled, settings, secrets_sealed, state, created_at, changed_at)
       values ($1, 'autotask', 'Our PSA', true, '{}', '{}', 'ok', now(), now())`,
      [integrationId],
    );
    await db.executeSql(
      `insert into integrations.mapping
         (source_id, tenant_id, integration_id, account_id, account_name, account_active, checked_at)
       values ($1, '1', $2, '175', 'Alder', true, now())`,
      [sourceId, integrationId],
    );
  };

  /** A PSA that does at once what it is told. */
  const psaDoes = async (now: Date): Promise<void> => {
    await db.executeSql(
      `update integrations.ticket set state = 'open', psa_ticket_id = id::text where state = 'opening'`,
    );
    await db.executeSql(
      `update integrations.ticket set state = 'closed', closed_at = $1, over_at = $1, closed_by = 'us' where state = 'closing'`,
      [now],
    );
  };
  const personCloses = async (which: number, now: Date): Promise<void> => {
    await db.executeSql(
      `update integrations.ticket set state = 'closed', closed_by = 'person', closed_at = $1,
         over_at = case when subject like '%status:%' then null else $1::timestamptz end
       where id = (select id from integrations.ticket where state = 'open' order by opened_at, id offset $2 limit 1)`,
      [now, which],
    );
  };

  it('with the same rules as the real ones never differs, whatever happens, whenever it starts, and however often the server dies', async () => {
    let decided = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ readings, startAt, guards }) => {
        await reset();
        const shadows = shadowStore(db.forSchema<ShadowTables>('integrations'));
        let isDying = false;
        const decideOn = consider(
          inOneTransaction(db.forSchema<TicketingTables>('integrations')),
          async () => {
            if (isDying) throw new Error('killed');
          },
          shadowBeside({ log: createLog({ level: 'silent' }) }),
        );
        const desk: TenantDesk = {
          integrationId,
          sourceId,
          tenantId: '1',
          tenantName: 'Alder Joinery',
          account: { id: '175', name: 'Alder', problem: null },
          rules: new Map(rules.map((each) => [each.reason, each])),
          roles: { priority: 'priority', closedStatus: 'closedStatus' } as TenantDesk['roles'],
          wording: {
            templates: defaultTemplates,
            lengths: { title: 200, description: 2_000 },
            devicePage: () => '',
          } as unknown as TenantDesk['wording'],
          guards: { ...plainGuards, ...guards },
        };
        const hears = async (news: News, at: Date, dies: boolean): Promise<void> => {
          isDying = dies;
          if (dies) await decideOn(desk, news, at).catch(() => {});
          isDying = false;
          await decideOn(desk, news, at);
        };
        let now = START;
        let eventId = 0;
        for (const [at, { minutes, devices, finds, personCloses: which, dies }] of readings.entries()) {
          now = new Date(now.getTime() + minutes * MINUTE_MS);
          if (at === startAt) {
            await shadows.begin({
              id: newId(now),
              integration_id: integrationId,
              state: 'running',
              started_by: 'ann',
              started_at: now,
              ends_at: new Date(now.getTime() + 30 * 86_400_000),
              ended_at: null,
              ended_by: null,
              problem: null,
              revision: 1,
              rules,
              wish: { rules: [], removed: [] },
            });
          }
          if (which !== null) await personCloses(which, now);
          const seen = devices.map(
            (device, nth): SourceDevice => ({
              ...device,
              deviceId: deviceIds[nth] ?? '',
              name: deviceIds[nth] ?? '',
              lastVisibleAt: null,
              applicationStatus: null,
            }),
          );
          const events = finds.map((nth): SourceEvent => {
            eventId += 1;
            return {
              eventId,
              type: 'GNRL_EV_VIRUS_FOUND',
              typeName: 'Malicious object detected',
              severity: 'critical',
              deviceId: deviceIds[nth] ?? '',
              deviceName: deviceIds[nth] ?? '',
              happenedAt: now,
              storedAt: now,
              description: '',
              threat: 'eicar',
              object: '',
              product: '',
            };
          });
          const groupPaths = new Map<string, string>();
          const whole: News = { statuses: { known: true, devices: seen }, events: [], cursor: null, groupPaths };
          await hears(whole, now, dies);
          if (events.length > 0) {
            await hears({ statuses: { known: false }, events, cursor: eventId, groupPaths }, now, dies);
          }
          await psaDoes(now);
        }
        const run = await shadows.last(integrationId);
        if (!run) throw new Error('the run is gone');
        const compared = comparisonStore(db.forSchema<ComparedTables>('integrations'));
        expect(run).toMatchObject({ state: 'running', problem: null });
        expect(await compared.differences(run, { kind: undefined, after: null, limit: 50 })).toEqual([]);
        const { shadow, real } = await compared.countOpen(run);
        expect(shadow).toBe(real);
        const opened = (await shadows.lines(run.id, { decision: 'open', after: null, limit: 200 })).map(
          ({ ticket }) => ticket,
        );
        expect(opened).toHaveLength(new Set(opened).size);
        decided += (await compared.countShadow(run)).length;
      }),
      { numRuns: HISTORIES },
    );
    expect(decided).toBeGreaterThan(0);
  }, 120_000);
});
