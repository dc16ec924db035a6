import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../platform/db/index.ts';
import type { AuditLine } from '../platform/http/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { anActor, startTestHttp } from '../testing/http.ts';
import { type AuditTrail, createAuditTrail } from './audit.ts';
import { auditRoutes } from './routes.ts';
import { auditMigrations } from './store-migrations.ts';

const tenantA = '019a0000-0000-7000-8000-00000000000a';
const tenantB = '019a0000-0000-7000-8000-00000000000b';
const at = new Date('2026-03-04T05:06:07.000Z');

const aLine = (words: Partial<AuditLine> = {}): AuditLine => ({
  actor: 'ann',
  actorKind: 'user',
  actorId: 'u1',
  action: 'loaf.baked',
  target: '/api/loaves',
  tenantId: null,
  address: '10.0.0.1',
  outcome: 'done',
  before: null,
  after: { loaves: [1, { two: 'drei' }] },
  requestId: 'r1',
  ...words,
});

describeOnBothEngines('the audit trail', (engine) => {
  let db: Database;
  let audit: AuditTrail;
  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [auditMigrations]);
    audit = createAuditTrail({ db, now: () => at });
  });
  beforeEach(() => db.executeSql('truncate audit.line'));
  const all = { tenantIds: null };

  it('gives back what was recorded', async () => {
    await audit.record(aLine({ tenantId: tenantA }));
    const { items } = await audit.list(all, { limit: 10 });
    const { actorId: _, ...shown } = aLine({ tenantId: tenantA });
    expect(items).toEqual([{ ...shown, id: expect.any(Number), at: at.toISOString() }]);
  });

  it('can be read page by page without losing or repeating a line, while new ones come', async () => {
    for (let count = 0; count < 7; count += 1) await audit.record(aLine({ target: `/${count}` }));
    const targets: string[] = [];
    let after: string | undefined;
    do {
      const page = await audit.list(all, { after, limit: 3 });
      targets.push(...page.items.map(({ target }) => target));
      after = page.next ?? undefined;
      await audit.record(aLine({ target: '/new' }));
    } while (after !== undefined);
    expect(targets).toEqual(['/6', '/5', '/4', '/3', '/2', '/1', '/0']);
  });

  it('can be filtered by action and by who', async () => {
    await audit.record(aLine({ action: 'a.a' }));
    await audit.record(aLine({ action: 'b.b', actor: 'bob' }));
    await audit.recordByServer({ action: 'a.a', target: 'server' });
    const actions = async (filter: object) => (await audit.list({ ...all, ...filter }, { limit: 9 })).items.length;
    expect([
      await actions({ action: 'a.a' }),
      await actions({ actor: 'bob' }),
      await actions({ action: 'none' }),
    ]).toEqual([2, 1, 0]);
  });

  it('refuses to be changed or shortened, even by the server itself', async () => {
    await audit.record(aLine());
    await expect(sql`update audit.line set actor = 'nobody'`.execute(db.kysely)).rejects.toThrow(/never changed/);
    await expect(sql`delete from audit.line`.execute(db.kysely)).rejects.toThrow(/never changed/);
    expect((await audit.list(all, { limit: 1 })).items[0]?.actor).toBe('ann');
  });

  it('does not keep what was sent in bulk', async () => {
    await audit.record(aLine({ after: 'x'.repeat(30_000) }));
    expect((await audit.list(all, { limit: 1 })).items[0]?.after).toEqual({
      leftOut: expect.stringContaining('30002'),
    });
  });

  it('shows people their own tenants only, over HTTP', async () => {
    await audit.record(aLine({ tenantId: tenantA, target: '/a' }));
    await audit.record(aLine({ tenantId: tenantB, target: '/b' }));
    await audit.record(aLine({ target: '/server' }));
    let tenantIds: string[] | null = null;
    const server = await startTestHttp((http) => auditRoutes(http, { audit }), {
      authenticators: [{ name: 'test', authenticate: async () => anActor({ permissions: ['audit:read'], tenantIds }) }],
    });
    try {
      const targets = async () =>
        (await server.call('GET', '/api/audit')).body.items.map(({ target }: { target: string }) => target);
      expect(await targets()).toEqual(['/server', '/b', '/a']);
      tenantIds = [tenantA];
      expect(await targets()).toEqual(['/a']);
      tenantIds = [];
      expect(await targets()).toEqual([]);
      const bad = await server.call('GET', '/api/audit?after=1;drop');
      expect([bad.status, bad.body.issues[0].where]).toEqual([400, 'query.after']);
    } finally {
      await server.stop();
    }
  });
});
