/**
 * Where tickets go: the port that every PSA connector fills, the list of PSAs, and the connections to them with their
 * settings and state. Owns the table `integration`.
 */
export type {
  FieldDefault,
  FieldRoles,
  NewTicket,
  Note,
  OpenedTicket,
  PsaConnector,
  PsaKind,
  PsaTicket,
  RuleSection,
  TestStep,
} from './connector.ts';
export {
  PsaAnswerUnreadable,
  PsaBusy,
  PsaError,
  PsaLoginRefused,
  PsaOutcomeUnknown,
  PsaReferenceInvalid,
  PsaRefused,
  PsaRightMissing,
  PsaTicketGone,
  PsaTicketLocked,
  PsaUnavailable,
} from './errors.ts';
export { type Connection, type Integrations, integrations } from './integrations.ts';
export { psaKindOf, psaKinds } from './kinds.ts';
export { type IntegrationActions, psaRoutes } from './routes.ts';
export { integrationStore, type Problem, type PsaTables } from './store.ts';
