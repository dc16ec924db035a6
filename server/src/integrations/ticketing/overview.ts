import type { getIntegrationsOverview, ReplyIn } from '@gatehouse/contract';
import type { Actor } from '../../platform/http/index.ts';
import type { Mappings } from '../mappings/index.ts';
import { accountProblem } from '../mappings/index.ts';
import type { Integrations } from '../psa/index.ts';
import { maySee, type Sources } from '../sources/index.ts';
import type { RuleBook } from './rule-book.ts';
import type { TicketFilter, TicketStore } from './store-tickets.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;

/** The tenants that a person may see, as a filter; undefined for all. */
export const visibleTenants = async (
  sources: Sources,
  actor: Pick<Actor, 'tenantIds'>,
): Promise<TicketFilter['tenants']> => {
  if (actor.tenantIds === null) return undefined;
  const isLocal = new Map((await sources.rows()).map((row) => [row.id, row.is_local]));
  return (await sources.tenants())
    .filter((tenant) => maySee(actor, { isLocal: isLocal.get(tenant.source_id) ?? false, uid: tenant.uid }))
    .map(({ source_id, tenant_id }) => ({ sourceId: source_id, tenantId: tenant_id }));
};

/** Numbers for the first page, and what holds things up. Somebody limited to tenants sees theirs only. */
export const overview =
  ({
    tickets,
    sources,
    integrations,
    mappings,
    rules,
    clock,
  }: {
    tickets: TicketStore;
    sources: Sources;
    integrations: Integrations;
    mappings: Mappings;
    rules: RuleBook;
    clock: () => Date;
  }) =>
  async (actor: Pick<Actor, 'tenantIds'>): Promise<ReplyIn<typeof getIntegrationsOverview>> => {
    const visible = await visibleTenants(sources, actor);
    const isVisible = (sourceId: string, tenantId: string) =>
      visible === undefined || visible.some((each) => each.sourceId === sourceId && each.tenantId === tenantId);
    const now = clock();
    const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
    const days = Array.from({ length: DAYS }, (_, at) => new Date(today - (DAYS - 1 - at) * DAY_MS));
    const counted = new Map((await tickets.countByDay(days[0] ?? now, visible)).map((day) => [day.day, day]));
    const states = await tickets.countByState(visible);
    const all = await integrations.list();
    const mapped = (await mappings.all()).filter((row) => isVisible(row.source_id, row.tenant_id));
    const tenants = (await sources.tenants()).filter((row) => row.present && isVisible(row.source_id, row.tenant_id));

    const problems = [
      ...all.flatMap(({ name, problem }) =>
        problem ? [{ what: name, message: problem.message, since: problem.at }] : [],
      ),
      ...(visible === undefined ? await sources.list() : []).flatMap(({ name, problem }) =>
        problem ? [{ what: name, message: problem.message, since: problem.at }] : [],
      ),
      ...mapped.flatMap((row) => {
        const message = accountProblem(row);
        return message ? [{ what: row.account_name, message, since: row.checked_at.toISOString() }] : [];
      }),
      ...(states['failed']
        ? [
            {
              what: 'Tickets',
              message: `${states['failed']} could not be opened or closed: see the list of failed tickets`,
              since: now.toISOString(),
            },
          ]
        : []),
    ];
    return {
      openTickets: (states['open'] ?? 0) + (states['opening'] ?? 0) + (states['closing'] ?? 0),
      ticketDays: days.map((date) => {
        const day = date.toISOString().slice(0, 10);
        return counted.get(day) ?? { day, opened: 0, closed: 0 };
      }),
      mappedTenants: mapped.length,
      tenants: tenants.length,
      rulesOn: await rules.countOn(all.map(({ id }) => id)),
      problems,
    };
  };
