import {
  cancelRehearsal,
  exportRehearsalLines,
  getRehearsal,
  listRehearsalLines,
  listRehearsals,
  startRehearsal,
} from '@gatehouse/contract';
import { csvLine } from '../../../platform/csv/index.ts';
import { fileRoute, type Http, route } from '../../../platform/http/index.ts';
import { mustSeeAll } from '../../sources/index.ts';
import type { Rehearsals } from './rehearse.ts';
import { resultOf, shownLine, shownRehearsal } from './result.ts';
import type { RehearsalStore } from './store-rehearsals.ts';

const FILE_PAGE = 1_000;
const COLUMNS = ['Time', 'Client', 'Device', 'Decision', 'Rule', 'Ticket', 'Guard', 'Reason'];

export const rehearsalRoutes = (
  http: Http,
  { rehearsals, store }: { rehearsals: Rehearsals; store: RehearsalStore },
): void => {
  route(http, startRehearsal, async ({ params, body, actor }) => {
    mustSeeAll(actor);
    return shownRehearsal(await rehearsals.start(params.integrationId, body, actor.name));
  });

  route(http, listRehearsals, async ({ params, actor }) => {
    mustSeeAll(actor);
    return { items: (await rehearsals.list(params.integrationId)).map(shownRehearsal) };
  });

  route(http, getRehearsal, async ({ params, actor }) => {
    mustSeeAll(actor);
    return resultOf(store, await rehearsals.find(params.integrationId, params.rehearsalId));
  });

  route(http, listRehearsalLines, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    const { id } = await rehearsals.find(params.integrationId, params.rehearsalId);
    const { decision, limit } = query;
    const after = query.after === undefined ? null : Number(query.after);
    const rows = await store.lines(id, { decision, after, limit: limit + 1 });
    const items = rows.slice(0, limit).map(shownLine);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });

  fileRoute(http, exportRehearsalLines, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    const { id, started_at } = await rehearsals.find(params.integrationId, params.rehearsalId);
    const chunks = async function* () {
      yield `\ufeff${csvLine(COLUMNS)}`;
      for (let after: number | null = null; ; ) {
        const rows = await store.lines(id, { decision: query.decision, after, limit: FILE_PAGE });
        for (const row of rows) {
          const { at, decision, tenant_name, device_name, rule, ticket, guard, why } = row;
          yield csvLine([at.toISOString(), tenant_name, device_name, decision, rule, ticket, guard, why]);
        }
        after = Number(rows.at(-1)?.id ?? 0);
        if (rows.length < FILE_PAGE) return;
      }
    };
    const day = started_at.toISOString().slice(0, 10);
    return { name: `rehearsal-${day}.csv`, type: 'text/csv; charset=utf-8', chunks: chunks() };
  });

  route(http, cancelRehearsal, async ({ params, actor }) => {
    mustSeeAll(actor);
    return shownRehearsal(await rehearsals.cancel(params.integrationId, params.rehearsalId));
  });
};
