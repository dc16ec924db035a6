import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { accountsMigrations } from './accounts/index.ts';
import { administrationMigrations } from './administration/index.ts';
import { auditMigrations } from './audit/index.ts';
import { integrationsMigrations } from './integrations/index.ts';
import { migrate } from './platform/db/index.ts';
import { describeOnBothEngines } from './testing/engines.ts';

const page = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');
const sets = [accountsMigrations, administrationMigrations, auditMigrations, integrationsMigrations];

describeOnBothEngines('docs/data.md', (engine) => {
  it('names every table that data is kept in, and none that is not there', async () => {
    const db = await engine.open();
    await migrate(db, sets);
    const { rows } = await db.executeSql(
      `select table_schema as "schema", table_name as "name" from information_schema.tables
       where table_schema = any($1) and table_name not like '%migration%' order by 1, 2`,
      [sets.map(({ schema }) => schema)],
    );
    const there = rows.map(({ schema, name }) => `${schema}.${name}`);
    const named = [...page.matchAll(/^\| `(\w+)`.*$/gm)].flatMap(([row, schema]) =>
      [...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => `${schema}.${name}`),
    );
    expect(named.toSorted()).toEqual(there.toSorted());
  });
});
