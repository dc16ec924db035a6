import { getTicketGuards, getTicketReconciliation, listMaintenanceGroups, putTicketGuards } from '@gatehouse/contract';
import { NotFound } from '../../../platform/errors/index.ts';
import { type Http, route } from '../../../platform/http/index.ts';
import type { Integrations } from '../../psa/index.ts';
import { mustSeeAll, type Sources } from '../../sources/index.ts';
import type { ReconciliationStore } from '../store-reconciliation.ts';
import type { GuardBook } from './guard-book.ts';

const CHOICE_MS = 20_000;

export const guardRoutes = (
  http: Http,
  {
    guards,
    integrations,
    sources,
    reconciliations,
    onChange,
  }: {
    guards: GuardBook;
    integrations: Pick<Integrations, 'get'>;
    sources: Sources;
    reconciliations: ReconciliationStore;
    onChange(): void;
  },
): void => {
  route(http, getTicketGuards, async ({ params, actor }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    return guards.shown(params.integrationId);
  });

  route(http, putTicketGuards, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    const before = await guards.of(params.integrationId);
    await guards.save(params.integrationId, body.guards, body.revision);
    audit({ before, after: body.guards });
    onChange();
    return guards.shown(params.integrationId);
  });

  route(http, listMaintenanceGroups, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    const tenant = await sources.tenant(query.sourceId, query.sourceTenantId);
    const readable = (await sources.readable(AbortSignal.timeout(CHOICE_MS))).find(
      ({ sourceId }) => sourceId === query.sourceId,
    );
    if (!tenant || !readable) throw new NotFound('tenant', query.sourceTenantId);
    const { tenant_id: tenantId, name, uid } = tenant;
    const groups = await readable.source.inTenant({ tenantId, name, uid }, (reading) => reading.groups());
    return { paths: groups.map(({ path }) => path).sort((a, b) => a.localeCompare(b)) };
  });

  route(http, getTicketReconciliation, async ({ params, actor }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    const last = await reconciliations.last(params.integrationId);
    const none = { unknown: [], reopenedByPeople: [], doubled: [], found: [], closedThere: 0 };
    return { at: last?.at.toISOString() ?? null, ...none, ...last?.found };
  });
};
