import {
  getShadowRun,
  listShadowDifferences,
  listShadowLines,
  makeShadowRunReal,
  startShadowRun,
  stopShadowRun,
  type TicketSettings,
} from '@gatehouse/contract';
import { type Http, route } from '../../../platform/http/index.ts';
import { mustSeeAll } from '../../sources/index.ts';
import { shownLine } from '../rehearsal/result.ts';
import type { RuleBook } from '../rule-book.ts';
import { comparisonOf, shownDifference, shownRun } from './result.ts';
import type { ShadowRuns } from './shadow-runs.ts';
import type { ComparisonStore } from './store-comparison.ts';
import type { ShadowRunRow, ShadowStore } from './store-shadows.ts';

const splitCursor = (after: string): { at: Date; key: string } => {
  const end = after.indexOf('_');
  return { at: new Date(after.slice(0, end)), key: after.slice(end + 1) };
};

export const shadowRoutes = (
  http: Http,
  {
    runs,
    store,
    comparisons,
    rules,
    clock,
  }: { runs: ShadowRuns; store: ShadowStore; comparisons: ComparisonStore; rules: RuleBook; clock: () => Date },
): void => {
  const shown = async (integrationId: string, run: ShadowRunRow) =>
    shownRun(run, (await rules.settings(integrationId)).revision, await comparisons.countPlaces(run.id));

  route(http, getShadowRun, async ({ params: { integrationId }, actor }) => {
    mustSeeAll(actor);
    const run = await runs.last(integrationId);
    return comparisonOf(comparisons, run, {
      settings: await rules.settings(integrationId),
      realRules: await rules.byReason(integrationId),
      now: clock(),
    });
  });

  route(http, startShadowRun, async ({ params: { integrationId }, body, actor, audit }) => {
    mustSeeAll(actor);
    const run = await runs.start(integrationId, body, actor.name);
    audit({ after: { rules: run.wish.rules, removed: run.wish.removed, endsAt: run.ends_at.toISOString() } });
    return shown(integrationId, run);
  });

  route(http, stopShadowRun, async ({ params: { integrationId }, actor }) => {
    mustSeeAll(actor);
    return shown(integrationId, await runs.stop(integrationId, actor.name));
  });

  route(http, makeShadowRunReal, async ({ params: { integrationId }, body, actor, audit }) => {
    mustSeeAll(actor);
    const wish = await runs.wishOf(integrationId);
    const named = new Set<string>([...wish.rules.map(({ reason }) => reason), ...wish.removed]);
    const told = ({ revision, items }: TicketSettings) => ({
      revision,
      rules: items.filter(({ reason }) => named.has(reason)),
    });
    const before = told(await rules.settings(integrationId));
    const { switchedOn } = await runs.makeReal(integrationId, body.backlog, actor.name);
    const after = told(await rules.settings(integrationId));
    audit({ before, after: { ...after, ...(switchedOn.length > 0 ? { switchedOn, backlog: body.backlog } : {}) } });
    return shown(integrationId, await runs.must(integrationId));
  });

  route(http, listShadowLines, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    const run = await runs.last(params.integrationId);
    if (!run) return { items: [], next: null };
    const after = query.after === undefined ? null : Number(query.after);
    const rows = await store.lines(run.id, { decision: query.decision, after, limit: query.limit + 1 });
    const items = rows.slice(0, query.limit).map(shownLine);
    return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  });

  route(http, listShadowDifferences, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    const run = await runs.last(params.integrationId);
    if (!run) return { items: [], next: null };
    const { kind, limit } = query;
    const after = query.after === undefined ? null : splitCursor(query.after);
    const rows = await comparisons.differences(run, { kind, after, limit: limit + 1 });
    const realRules = await rules.byReason(params.integrationId);
    const items = [];
    for (const row of rows.slice(0, limit)) items.push(await shownDifference(comparisons, run, row, realRules));
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? `${last.at}_${last.id}` : null };
  });
};
