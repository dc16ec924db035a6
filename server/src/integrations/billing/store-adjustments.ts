import { createHash } from 'node:crypto';
import type { AdjustmentState, BillingCategory } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { BillingPlace } from './store-runs.ts';

/** One device of an evidence: id, name, application, key, category. */
export type EvidenceDevice = [
  id: string,
  name: string,
  application: string,
  serialNumber: string,
  category: BillingCategory | null,
];

/** Tables that this module owns. */
export interface AdjustmentTables {
  adjustment: {
    id: string;
    integration_id: string;
    run_id: string;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    account_id: string;
    account_name: string;
    contract_id: string;
    contract_name: string;
    service_id: string;
    service_name: string;
    parts: { application: string; category: BillingCategory | null; devices: number }[];
    evidence_id: string;
    /** When the licences were read that it rests on. */
    read_at: Date;
    had: number;
    wanted: number;
    effective_on: string;
    state: AdjustmentState;
    why: string;
    /** Why a person has to approve it. */
    asks: string | null;
    problem: string | null;
    attempts: Generated<number>;
    /** Nothing is done about it before. */
    not_before: Date;
    psa_id: string | null;
    planned_at: Date;
    decided_by: string | null;
    decided_at: Date | null;
    reason: string | null;
    ended_at: Date | null;
  };
  /** What happened to an adjustment: lines are added, never changed. */
  adjustment_step: {
    id: Generated<number>;
    adjustment_id: string;
    at: Date;
    state: AdjustmentState;
    explanation: string;
    actor: string | null;
  };
  /** Lists of devices; the same list is kept once. */
  billing_evidence: { id: string; hash: string; devices: EvidenceDevice[]; created_at: Date };
}
export type AdjustmentRow = Selectable<AdjustmentTables['adjustment']>;
export type StepRow = Selectable<AdjustmentTables['adjustment_step']>;

export type NewAdjustment = Omit<
  AdjustmentRow,
  'evidence_id' | 'attempts' | 'not_before' | 'psa_id' | 'problem' | 'decided_by' | 'decided_at' | 'reason' | 'ended_at'
> & { devices: EvidenceDevice[] };

/** One step of an adjustment: from one of these states to the next, and what else it changes. */
export interface Step {
  from: readonly AdjustmentState[];
  to: AdjustmentState;
  explanation: string;
  actor?: string | null;
  change?: Partial<
    Pick<AdjustmentRow, 'problem' | 'not_before' | 'psa_id' | 'decided_by' | 'decided_at' | 'reason' | 'why'>
  > & { isAttempt?: boolean };
}

export const openStates: readonly AdjustmentState[] = ['waiting', 'planned', 'sent', 'unknown'];
const endStates: readonly AdjustmentState[] = ['confirmed', 'failed', 'rejected', 'superseded'];

/** Changes of contracts: the outbox of billing and its journal in one. */
export const adjustmentStore = (db: Kysely<AdjustmentTables>) => {
  const keepEvidence = async (on: Kysely<AdjustmentTables>, devices: EvidenceDevice[], now: Date): Promise<string> => {
    const hash = createHash('sha256').update(JSON.stringify(devices)).digest('hex');
    await on
      .insertInto('billing_evidence')
      .values({ id: newId(now), hash, devices: json(devices), created_at: now })
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
    return (await on.selectFrom('billing_evidence').select('id').where('hash', '=', hash).executeTakeFirstOrThrow()).id;
  };

  const step = async (
    on: Kysely<AdjustmentTables>,
    id: string,
    { from, to, explanation, actor = null, change: { isAttempt = false, ...change } = {} }: Step,
    now: Date,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await on
      .updateTable('adjustment')
      .set({
        ...change,
        state: to,
        ended_at: endStates.includes(to) ? now : null,
        ...(isAttempt ? { attempts: sql<number>`attempts + 1` } : {}),
      })
      .where('id', '=', id)
      .where('state', 'in', from)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return false;
    await on
      .insertInto('adjustment_step')
      .values({ adjustment_id: id, at: now, state: to, explanation, actor })
      .execute();
    return true;
  };

  return {
    /** @returns false when a change of this service from this day on is under way already */
    async plan({ devices, ...line }: NewAdjustment, now: Date): Promise<boolean> {
      return db.transaction().execute(async (transaction) => {
        const evidence_id = await keepEvidence(transaction, devices, now);
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('adjustment')
          .values({
            ...line,
            parts: json(line.parts),
            evidence_id,
            not_before: now,
            psa_id: null,
            problem: null,
            decided_by: null,
            decided_at: null,
            reason: null,
            ended_at: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await transaction
          .insertInto('adjustment_step')
          .values({
            adjustment_id: line.id,
            at: now,
            state: line.state,
            explanation: line.asks === null ? line.why : `${line.why}. Waits for approval: ${line.asks}`,
            actor: null,
          })
          .execute();
        return true;
      });
    },

    /** The same change, found again: it rests on what was read last. */
    async refresh(
      id: string,
      {
        runId,
        parts,
        devices,
        readAt,
      }: { runId: string; parts: AdjustmentRow['parts']; devices: EvidenceDevice[]; readAt: Date },
      now: Date,
    ): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        const evidence_id = await keepEvidence(transaction, devices, now);
        await transaction
          .updateTable('adjustment')
          .set({ run_id: runId, parts: json(parts), evidence_id, read_at: readAt })
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .execute();
      });
    },

    /** @returns false when it is in none of the states it would leave: somebody was faster */
    step: (id: string, change: Step, now: Date): Promise<boolean> =>
      db.transaction().execute((transaction) => step(transaction, id, change, now)),

    /** Several at once: all of them or none. @returns the ids that could not; empty when all were done */
    async stepAll(steps: readonly { id: string; step: Step }[], now: Date): Promise<string[]> {
      class NotAll extends Error {}
      const late: string[] = [];
      try {
        await db.transaction().execute(async (transaction) => {
          // In one order, so that two people who decide at once do not wait for each other for ever.
          for (const each of steps.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
            if (!(await step(transaction, each.id, each.step, now))) late.push(each.id);
          }
          if (late.length > 0) throw new NotAll();
        });
      } catch (error) {
        if (!(error instanceof NotAll)) throw error;
      }
      return late;
    },

    find: (id: string): Promise<AdjustmentRow | undefined> =>
      db.selectFrom('adjustment').selectAll().where('id', '=', id).executeTakeFirst(),

    findAll: (ids: readonly string[]): Promise<AdjustmentRow[]> =>
      ids.length === 0 ? Promise.resolve([]) : db.selectFrom('adjustment').selectAll().where('id', 'in', ids).execute(),

    /** What is not over, the oldest first. */
    openOf: ({ integrationId, sourceId, tenantId }: BillingPlace): Promise<AdjustmentRow[]> =>
      db
        .selectFrom('adjustment')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .where('state', 'in', openStates)
        .orderBy('planned_at')
        .orderBy('id')
        .execute(),

    /** What was rejected since the last change of each service that was carried out. */
    async rejectedOf(integrationId: string, contractId: string): Promise<AdjustmentRow[]> {
      const rows = await db
        .selectFrom('adjustment')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('contract_id', '=', contractId)
        .where('state', 'in', ['rejected', 'confirmed'])
        .orderBy('ended_at', 'desc')
        .limit(500)
        .execute();
      const settled = new Set<string>();
      return rows.filter((row) => {
        if (row.state === 'confirmed') settled.add(row.service_id);
        return row.state === 'rejected' && !settled.has(row.service_id);
      });
    },

    /** Accounts with something to be done now, each once. */
    async duePlaces(now: Date): Promise<BillingPlace[]> {
      const rows = await db
        .selectFrom('adjustment')
        .select(['integration_id', 'source_id', 'tenant_id'])
        .distinct()
        .where('state', 'in', ['planned', 'sent', 'unknown'])
        .where('not_before', '<=', now)
        .execute();
      return rows.map((row) => ({
        integrationId: row.integration_id,
        sourceId: row.source_id,
        tenantId: row.tenant_id,
      }));
    },

    /** Changes that are to be written and are not proved to be, and since when. */
    async queueOf(integrationId: string): Promise<{ waiting: number; oldestAt: Date | null }> {
      const row = await db
        .selectFrom('adjustment')
        .select([sql<number>`count(*)`.as('waiting'), sql<Date | null>`min(planned_at)`.as('oldest_at')])
        .where('integration_id', '=', integrationId)
        .where('state', 'in', ['planned', 'sent', 'unknown'])
        .executeTakeFirstOrThrow();
      return { waiting: Number(row.waiting), oldestAt: row.oldest_at };
    },

    /** Accounts and contracts with changes that wait for a person. */
    async waitingContracts(): Promise<(BillingPlace & { contractId: string })[]> {
      const rows = await db
        .selectFrom('adjustment')
        .select(['integration_id', 'source_id', 'tenant_id', 'contract_id'])
        .distinct()
        .where('state', '=', 'waiting')
        .execute();
      return rows.map((row) => ({
        integrationId: row.integration_id,
        sourceId: row.source_id,
        tenantId: row.tenant_id,
        contractId: row.contract_id,
      }));
    },
  };
};
export type AdjustmentStore = ReturnType<typeof adjustmentStore>;

/** One text for one account. */
export const placeKey = ({ integrationId, sourceId, tenantId }: BillingPlace): string =>
  `${integrationId}:${sourceId}:${tenantId}`;
