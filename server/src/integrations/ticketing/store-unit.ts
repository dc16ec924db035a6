import type { Kysely, Transaction } from 'kysely';
import { type MappingTables, mappingStore } from '../mappings/index.ts';
import { type SourceStore, type SourceTables, sourceStore } from '../sources/index.ts';
import { type GuardStore, type GuardTables, guardStore } from './guards/store-guards.ts';
import { type ShadowStore, type ShadowTables, shadowStore } from './shadow/store-shadows.ts';
import { type BacklogStore, type BacklogTables, backlogStore } from './store-backlog.ts';
import { type DecisionStore, type DecisionTables, decisionStore } from './store-decisions.ts';
import { type ReconciliationStore, type ReconciliationTables, reconciliationStore } from './store-reconciliation.ts';
import type { RuleTables } from './store-rules.ts';
import { type TicketStore, type TicketTables, ticketStore } from './store-tickets.ts';
import type { Place } from './store-waiting.ts';

export type TicketingTables = TicketTables &
  DecisionTables &
  GuardTables &
  ReconciliationTables &
  Omit<RuleTables, 'ticket'> &
  BacklogTables &
  SourceTables &
  MappingTables;

/** What is written together: tickets, outbox, log lines and the cursor that says how far the events were read. */
export interface Unit {
  tickets: TicketStore;
  decisions: DecisionStore;
  backlog: BacklogStore;
  guards: GuardStore;
  reconciliations: ReconciliationStore;
  shadows: ShadowStore;
  moveCursor: SourceStore['moveCursor'];
  /** The mapping still stands: somebody may have ended it while its tenant was being read. */
  isMapped(place: Place, accountId: string): Promise<boolean>;
  /** For jobs that belong to it. */
  transaction: Transaction<TicketingTables>;
}

/** Everything in `work` is kept, or nothing. No call to the outside inside. */
export type InOneTransaction = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>;

export type TicketingDb = Kysely<TicketingTables>;

export const inOneTransaction =
  (db: TicketingDb): InOneTransaction =>
  (work) =>
    db.transaction().execute((transaction) =>
      work({
        tickets: ticketStore(transaction as unknown as Kysely<TicketTables>),
        decisions: decisionStore(transaction as unknown as Kysely<DecisionTables>),
        backlog: backlogStore(transaction as unknown as Kysely<BacklogTables>),
        guards: guardStore(transaction as unknown as Parameters<typeof guardStore>[0]),
        reconciliations: reconciliationStore(transaction as unknown as Kysely<ReconciliationTables>),
        shadows: shadowStore(transaction as unknown as Kysely<ShadowTables>),
        moveCursor: sourceStore(transaction as unknown as Kysely<SourceTables>).moveCursor,
        isMapped: async ({ integrationId, sourceId, tenantId }, accountId) => {
          const row = await mappingStore(transaction as unknown as Kysely<MappingTables>).find(sourceId, tenantId);
          return row?.integration_id === integrationId && row.account_id === accountId;
        },
        transaction,
      }),
    );
