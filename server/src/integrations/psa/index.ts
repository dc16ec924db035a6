/**
 * Where tickets go: the port that every PSA connector fills, the list of PSAs, and the connections to them with their
 * settings and state. Owns the table `integration`.
 */
export type { FieldDefault, FieldRoles, OpenedTicket, PsaKind, PsaTicket, RuleSection } from './connector.ts';
export type { AccountField, PsaAccountFields } from './connector-account-fields.ts';
export type { PsaBilling, PsaContract, PsaService, UnitRange } from './connector-billing.ts';
export type {
  ItemKind,
  ItemValue,
  PsaConfigurationItems,
  PsaProduct,
  WantedItem,
} from './connector-configuration-items.ts';
export { defaultChoices } from './default-choices.ts';
export {
  PsaAnswerUnreadable,
  PsaBusy,
  PsaError,
  PsaOutcomeUnknown,
  PsaReferenceInvalid,
  PsaTicketGone,
} from './errors.ts';
export { type Connection, type Integrations, integrations } from './integrations.ts';
export { psaKindOf } from './kinds.ts';
export type { WebProxy } from './proxy.ts';
export { psaRoutes } from './routes.ts';
export { integrationStore } from './store.ts';
export { psaMigrations } from './store-migrations.ts';
