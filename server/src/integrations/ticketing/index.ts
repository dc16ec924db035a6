/**
 * From facts to tickets: rules, the decision, the outbox that carries it out, and the log of what was decided and why.
 * Owns the tables `ticket_rule`, `ticket`, `delivery`, `decision`, `held_back` and `pending_event`.
 */
export { carryOut } from './carry-out.ts';
export { consider, type TenantDesk } from './consider.ts';
export { follow } from './follow.ts';
export { leaveToPeople } from './leave.ts';
export { overview } from './overview.ts';
export { ticketingRoutes } from './routes.ts';
export { type RuleBook, ruleBook } from './rule-book.ts';
export { decisionStore } from './store-decisions.ts';
export { type TicketStore, ticketStore } from './store-tickets.ts';
export {
  inOneTransaction,
  type TicketingTables,
  type Unit,
} from './store-unit.ts';
export { tryFailedAgain } from './try-again.ts';
