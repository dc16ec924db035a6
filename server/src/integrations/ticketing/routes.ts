import {
  type Decision as DecisionView,
  getIntegrationsOverview,
  listDecisions,
  listTicketRules,
  listTickets,
  previewTicket,
  putTicketRules,
  readTicketBacklog,
  type TicketSettings,
  type Ticket as TicketView,
} from '@gatehouse/contract';
import { InvalidInput } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll, type Sources } from '../sources/index.ts';
import { type overview, visibleTenants } from './overview.ts';
import type { previewOf } from './preview.ts';
import type { readBacklog } from './read-backlog.ts';
import type { Reason } from './reasons.ts';
import type { RuleBook, SettingsWish } from './rule-book.ts';
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
  guard: row.guard,
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
    backlogOf,
    preview,
  }: {
    tickets: TicketStore;
    decisions: DecisionStore;
    rules: RuleBook;
    sources: Sources;
    readOverview: ReturnType<typeof overview>;
    saveRules(integrationId: string, wish: SettingsWish, by: string): Promise<{ switchedOn: Reason[] }>;
    backlogOf: ReturnType<typeof readBacklog>;
    preview: ReturnType<typeof previewOf>;
  },
): void => {
  route(http, listTicketRules, ({ params }) => rules.settings(params.integrationId));

  route(http, putTicketRules, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const named = new Set<string>([...(body.rules ?? []).map(({ reason }) => reason), ...(body.removed ?? [])]);
    const told = (settings: TicketSettings) => ({
      revision: settings.revision,
      ...(body.general ? { general: settings.general.fields } : {}),
      ...(body.templates ? { templates: settings.templates } : {}),
      rules: settings.items.filter(({ reason }) => named.has(reason)),
    });
    const before = told(await rules.settings(params.integrationId));
    const { switchedOn } = await saveRules(params.integrationId, body, actor.name);
    const settings = await rules.settings(params.integrationId);
    audit({
      before,
      after: { ...told(settings), ...(switchedOn.length > 0 ? { switchedOn, backlog: body.backlog } : {}) },
    });
    return settings;
  });

  route(http, readTicketBacklog, ({ params, body, actor }) => {
    mustSeeAll(actor);
    return backlogOf(params.integrationId, body.switchedOn as Reason[]);
  });

  route(http, previewTicket, ({ params, body, actor }) => {
    mustSeeAll(actor);
    return preview(params.integrationId, body);
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
        guards: query.guard,
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
