/**
 * From facts to tickets: rules, the decision, the outbox that carries it out, and the log of what was decided and why.
 * Owns the tables `ticket_rule`, `ticket_settings`, `ticket`, `delivery`, `decision`, `held_back`, `pending_event`,
 * `backlog_wish`, `backlog_ignored`, `ticket_guard`, `ticket_member`, `waiting_condition`, `reconciliation`,
 * `rehearsal`, `rehearsal_line`, `shadow_run`, `shadow_place`, `shadow_ticket` and `shadow_line`.
 */
export { carryOut } from './carry-out.ts';
export { consider, type TenantDesk } from './consider.ts';
export { follow } from './follow.ts';
export { type GuardBook, guardBook } from './guards/guard-book.ts';
export { needsGroups } from './guards/maintenance.ts';
export { guardRoutes } from './guards/routes.ts';
export { guardStore } from './guards/store-guards.ts';
export { guardMigrations } from './guards/store-migrations.ts';
export { leaveToPeople } from './leave.ts';
export { overview } from './overview.ts';
export { previewOf } from './preview.ts';
export { readBacklog } from './read-backlog.ts';
export { reconcile } from './reconcile.ts';
export { rehearsals } from './rehearsal/rehearse.ts';
export { rehearsalRoutes } from './rehearsal/routes.ts';
export { rehearsalMigrations } from './rehearsal/store-migrations.ts';
export { rehearsalStore } from './rehearsal/store-rehearsals.ts';
export { ticketingRoutes } from './routes.ts';
export { type RuleBook, ruleBook } from './rule-book.ts';
export { shadowBeside } from './shadow/beside.ts';
export { shadowRoutes } from './shadow/routes.ts';
export { shadowRuns } from './shadow/shadow-runs.ts';
export { comparisonStore } from './shadow/store-comparison.ts';
export { shadowMigrations } from './shadow/store-migrations.ts';
export { shadowStore } from './shadow/store-shadows.ts';
export { decisionStore } from './store-decisions.ts';
export { reconciliationStore } from './store-reconciliation.ts';
export { type ReportCountStore, type ReportCounts, reportCountStore } from './store-report-counts.ts';
export { ruleMigrations } from './store-rule-migrations.ts';
export { type TicketStore, ticketStore } from './store-tickets.ts';
export {
  inOneTransaction,
  type TicketingTables,
  type Unit,
} from './store-unit.ts';
export { takeBack } from './take-back.ts';
export { tryFailedAgain } from './try-again.ts';
export { devicePages } from './wording.ts';
