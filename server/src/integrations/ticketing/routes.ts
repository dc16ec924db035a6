import {
  type Decision as DecisionView,
  getIntegrationsOverview,
  listDecisions,
  listTicketRules,
  listTickets,
  putTicketRules,
  type Ticket as TicketView,
} from '@gatehouse/contract';
import { InvalidInput } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll, type Sources } from '../sources/index.ts';
import { type overview, visibleTenants } from './overview.ts';
import type { RuleBook } from './rule-book.ts';
import type { DecisionRow, DecisionStore } from './store-decisions.ts';
import type { TicketRow, TicketStore } from './store-tickets.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const badPage = () =>
  new InvalidInput('"after" is not the "next" of a page', [
    { where: 'query.after', what: 'the "next" of the page before' },
  ]);

const shownTicket = (row: TicketRow): TicketView => ({
  id: row.id,
  integrationId: row.integration_id,
  reason: row.reason,
  title: row.title,
  tenantName: row.tenant_name,
  accountName: row.account_name,
  deviceId: row.device_id || null,
  deviceName: row.device_name,
  state: row.state,
  psaTicketId: row.psa_ticket_id,
  psaTicketNumber: row.psa_number,
  psaUrl: row.psa_url,
  openedAt: row.opened_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  problem: row.problem,
});

const shownDecision = (row: DecisionRow, ticket: TicketRow | undefined): DecisionView => ({
  id: String(row.id),
  at: row.at.toISOString(),
  integrationId: row.integration_id,
  decision: row.decision,
  reason: row.reason,
  tenantName: row.tenant_name,
  deviceId: row.device_id || null,
  deviceName: row.device_name,
  ticketId: row.ticket_id,
  psaTicketNumber: ticket?.psa_number ?? null,
  psaUrl: ticket?.psa_url ?? null,
  explanation: row.explanation,
  severity: row.severity,
});

/** A page and whether there is another: one row more than asked for is read. */
const paged = <Row extends { id: unknown }>(rows: Row[], limit: number): { items: Row[]; next: string | null } => {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null };
};

/** @param saveRules saves and tries again what had failed for the rules' sake */
export const ticketingRoutes = (
  http: Http,
  {
    tickets,
    decisions,
    rules,
    sources,
    readOverview,
    saveRules,
  }: {
    tickets: TicketStore;
    decisions: DecisionStore;
    rules: RuleBook;
    sources: Sources;
    readOverview: ReturnType<typeof overview>;
    saveRules: RuleBook['save'];
  },
): void => {
  route(http, listTicketRules, async ({ params }) => {
    const defaults = await rules.defaults(params.integrationId);
    return { items: await rules.list(params.integrationId), ...(defaults.length > 0 && { defaults }) };
  });

  route(http, putTicketRules, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const named = new Set<string>(body.rules.map(({ reason }) => reason));
    const before = (await rules.list(params.integrationId)).filter(({ reason }) => named.has(reason));
    await saveRules(params.integrationId, body.rules);
    const items = await rules.list(params.integrationId);
    audit({ before, after: items.filter(({ reason }) => named.has(reason)) });
    return { items };
  });

  route(http, listTickets, async ({ query, actor }) => {
    if (query.after !== undefined && !UUID.test(query.after)) throw badPage();
    const rows = await tickets.page(
      {
        integrationId: query.integrationId,
        deviceId: query.deviceId,
        states: query.state,
        tenants: await visibleTenants(sources, actor),
      },
      { limit: query.limit + 1, after: query.after ?? null },
    );
    const { items, next } = paged(rows, query.limit);
    return { items: items.map(shownTicket), next };
  });

  route(http, listDecisions, async ({ query, actor }) => {
    if (query.after !== undefined && !/^\d{1,15}$/.test(query.after)) throw badPage();
    const rows = await decisions.page(
      {
        integrationId: query.integrationId,
        deviceId: query.deviceId,
        ticketId: query.ticketId,
        decisions: query.decision,
        tenants: await visibleTenants(sources, actor),
      },
      { limit: query.limit + 1, after: query.after === undefined ? null : Number(query.after) },
    );
    const { items, next } = paged(rows, query.limit);
    const about = await tickets.findAll(items.flatMap(({ ticket_id }) => (ticket_id === null ? [] : [ticket_id])));
    return { items: items.map((row) => shownDecision(row, about.get(row.ticket_id ?? ''))), next };
  });

  route(http, getIntegrationsOverview, ({ actor }) => readOverview(actor));
};
