import {
  dismissAccountChanges,
  exportMappings,
  importMappings,
  listMappings,
  type MappingPlanLine,
  type MappingWish,
  MOST_MAPPING_WISHES,
  previewMappings,
  putMapping,
  putMappings,
  suggestMappings,
} from '@gatehouse/contract';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { AccountBook } from './account-book.ts';
import { requireAllPossible, requirePossible } from './errors.ts';
import { type CsvIssue, mappingFile, readMappingFile } from './mapping-csv.ts';
import type { MappingList } from './mapping-list.ts';
import type { Mappings } from './mappings.ts';
import { keyOf, type Planned } from './plan.ts';

/** A file of names, each of its characters escaped in JSON. */
const IMPORT_BYTES = 8 * 1024 * 1024;
const WISHES_BYTES = 2 * 1024 * 1024;

const lineOf = ({ before: _, billing: __, ...line }: Planned): MappingPlanLine => line;

const columnOf: Record<NonNullable<MappingPlanLine['problem']>['field'], string> = {
  tenant: 'Virtual server',
  account: 'Account',
  billing: 'Account',
  contract: 'Account',
};

/** What an audit line says of changes: what was and what is, for those that are different. */
const auditOf = (planned: readonly Planned[]) => {
  const changed = planned.filter(({ what }) => what !== 'same');
  const told = (side: 'from' | 'to') =>
    changed.map(({ sourceId, sourceTenantId, sourceTenantName, before, billing, ...line }) => ({
      sourceId,
      sourceTenantId,
      sourceTenantName,
      account: line[side],
      billing:
        side === 'to'
          ? billing
          : before && { enabled: before.billing_enabled, contract: before.contract_name ?? before.contract_id },
    }));
  return { before: told('from'), after: told('to') };
};

/** @param save spans modules: tickets of a mapping that ends are no longer followed. Refuses lines with a problem */
export const mappingRoutes = (
  http: Http,
  {
    mappings,
    list,
    book,
    save,
    onChange,
    clock,
  }: {
    mappings: Mappings;
    list: MappingList;
    book: AccountBook;
    save(integrationId: string, planned: readonly Planned[]): Promise<void>;
    onChange(): void;
    clock: () => Date;
  },
): void => {
  route(http, listMappings, ({ params, query, actor }) =>
    list.page(params.integrationId, actor, { ...query, text: query.text ?? '' }),
  );

  route(http, putMapping, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const { integrationId, ...tenant } = params;
    const [planned] = await mappings.plan(integrationId, [{ ...tenant, ...body }], { fresh: true });
    if (planned) {
      requirePossible(planned);
      await save(integrationId, [planned]);
      audit({ before: planned.from, after: planned.to });
    }
    return { items: await list.everything(integrationId, actor) };
  });

  route(
    http,
    previewMappings,
    async ({ params, body, actor }) => {
      mustSeeAll(actor);
      const planned = await mappings.plan(params.integrationId, body.changes, { fresh: false });
      return { lines: planned.map(lineOf) };
    },
    { bodyLimitBytes: WISHES_BYTES },
  );

  route(
    http,
    putMappings,
    async ({ params, body, actor, audit }) => {
      mustSeeAll(actor);
      const { integrationId } = params;
      const planned = await mappings.plan(integrationId, body.changes, { fresh: true });
      requireAllPossible(planned);
      await save(integrationId, planned);
      audit(auditOf(planned));
      const asked = new Set(body.changes.map(keyOf));
      return {
        changed: planned.filter(({ what }) => what !== 'same').length,
        items: (await list.everything(integrationId, actor)).filter((mapping) => asked.has(keyOf(mapping))),
      };
    },
    { bodyLimitBytes: WISHES_BYTES },
  );

  route(http, suggestMappings, ({ params, query, actor }) => {
    mustSeeAll(actor);
    return list.suggestions(params.integrationId, actor, query.minScore);
  });

  fileRoute(http, exportMappings, async ({ params, actor }) => {
    mustSeeAll(actor);
    const rows = await list.members(params.integrationId, actor);
    const chunks = async function* () {
      yield* mappingFile(rows);
    };
    const day = clock().toISOString().slice(0, 10);
    return { name: `mappings-${day}.csv`, type: 'text/csv; charset=utf-8', chunks: chunks() };
  });

  route(
    http,
    importMappings,
    async ({ params, body, actor, audit }) => {
      mustSeeAll(actor);
      const { integrationId } = params;
      const tenants = await list.everything(integrationId, actor);
      const read = readMappingFile(body.csv, { tenants, accounts: await book.all(integrationId) });
      const issues: CsvIssue[] = [...read.issues];
      if (read.wishes.length > MOST_MAPPING_WISHES) {
        const what = `One file may name ${MOST_MAPPING_WISHES} accounts at most; this one names ${read.wishes.length}`;
        issues.push({ line: 1, column: null, what });
      }
      const wishes: MappingWish[] = read.wishes.map(({ line: _, ...wish }) => wish);
      const planned =
        wishes.length === 0 || wishes.length > MOST_MAPPING_WISHES
          ? []
          : await mappings.plan(integrationId, wishes, { fresh: body.apply });
      const lines = planned.map((each, at) => ({ ...lineOf(each), line: read.wishes[at]?.line ?? 0 }));
      for (const { line, problem } of lines) {
        if (problem) issues.push({ line, column: columnOf[problem.field], what: problem.message });
      }
      issues.sort((a, b) => a.line - b.line);
      const applied = body.apply && issues.length === 0;
      if (applied) await save(integrationId, planned);
      audit(applied ? auditOf(planned) : { after: { applied, lines: lines.length, issues: issues.length } });
      return { applied, lines, leftAlone: read.leftAlone, issues };
    },
    { bodyLimitBytes: IMPORT_BYTES },
  );

  route(http, dismissAccountChanges, async ({ params, body, actor }) => {
    mustSeeAll(actor);
    const dismissed = await mappings.dismiss(params.integrationId, body.tenants);
    onChange();
    return { dismissed };
  });
};
