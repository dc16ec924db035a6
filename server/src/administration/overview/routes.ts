import { getAdministrationOverview } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import type { DeviceLists } from '../devices/index.ts';
import type { EngineStore } from '../events/index.ts';
import { conditionOf } from '../statuses/index.ts';
import { type GroupCounts, inScope, sumCounts, type TenantScope, type TenantStore } from '../tenants/index.ts';

export interface OverviewParts {
  listsOf: (scope: TenantScope) => DeviceLists;
  eventsOf: (scope: TenantScope) => EngineStore;
  tenantsOf: (scope: TenantScope) => TenantStore;
  countsOf: (scope: TenantScope) => Promise<GroupCounts[]>;
  clock: () => Date;
}

const HOUR_MS = 3_600_000;
const HOURS_SHOWN = 24;
const MOST_TENANTS = 10;

export const overviewRoutes = (http: Http, parts: OverviewParts): void => {
  route(http, getAdministrationOverview, async ({ actor, query }) => {
    const scope = actor.tenantIds ?? 'all';
    const wanted = query.tenantId?.filter((id) => inScope(scope, id));
    const lastHour = Math.floor(parts.clock().getTime() / HOUR_MS) * HOUR_MS;
    const from = new Date(lastHour - (HOURS_SHOWN - 1) * HOUR_MS);
    const [allCounts, conditionCounts, hours, tenants] = await Promise.all([
      parts.countsOf(scope),
      parts.listsOf(scope).countsByCondition(wanted),
      parts.eventsOf(scope).countsByHour(from, wanted),
      parts.tenantsOf(scope).list(),
    ]);
    const counts = wanted ? allCounts.filter((row) => wanted.includes(row.tenant_id)) : allCounts;

    const eventHours = Array.from({ length: HOURS_SHOWN }, (_, index) => {
      const hour = from.getTime() + index * HOUR_MS;
      const countOf = (severity: number) =>
        hours.find((row) => row.hourS * 1000 === hour && row.severity === severity)?.n ?? 0;
      return {
        hour: new Date(hour).toISOString(),
        info: countOf(1),
        warning: countOf(2),
        functionalFailure: countOf(3),
        critical: countOf(4),
      };
    });

    const tenantsWithProblems = tenants
      .map((tenant) => ({ tenant, sum: sumCounts(counts.filter((row) => row.tenant_id === tenant.id)) }))
      .filter(({ sum }) => sum.critical + sum.warning > 0)
      .sort((a, b) => b.sum.critical - a.sum.critical || b.sum.warning - a.sum.warning)
      .slice(0, MOST_TENANTS)
      .map(({ tenant, sum }) => ({
        tenantId: tenant.id,
        name: tenant.name,
        critical: sum.critical,
        warning: sum.warning,
      }));

    return {
      devices: sumCounts(counts),
      conditions: conditionCounts.map((row) => ({ ...row, title: conditionOf(row.condition)?.title ?? row.condition })),
      eventHours,
      tenantsWithProblems,
    };
  });
};
