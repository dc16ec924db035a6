import { Conflict, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import type { AdjustmentRow, AdjustmentStore } from './store-adjustments.ts';
import { placeKey } from './store-adjustments.ts';
import type { BillingContractStore } from './store-contracts.ts';
import type { BillingPlace } from './store-runs.ts';

const placeOf = (row: AdjustmentRow): BillingPlace => ({
  integrationId: row.integration_id,
  sourceId: row.source_id,
  tenantId: row.tenant_id,
});

/** What a person decides about changes that wait. */
export const approvals = ({
  adjustments,
  contracts,
  enqueue,
  clock,
}: {
  adjustments: AdjustmentStore;
  contracts: Pick<BillingContractStore, 'markApproved'>;
  enqueue(place: BillingPlace): Promise<void>;
  clock: () => Date;
}) => ({
  /** All of them or none. @throws NotFound, InvalidInput, Conflict when one of them waits no longer */
  async decide(
    { approve, reject, reason }: { approve: string[]; reject: string[]; reason?: string | undefined },
    who: string,
  ): Promise<{ approved: number; rejected: number }> {
    const wanted = [...new Set([...approve, ...reject])];
    const both = approve.find((id) => reject.includes(id));
    if (both !== undefined) {
      throw new InvalidInput('A change cannot be approved and rejected at once', [
        { where: 'body.reject', what: `${both} is approved in the same call` },
      ]);
    }
    const rows = new Map((await adjustments.findAll(wanted)).map((row) => [row.id, row]));
    const stranger = wanted.find((id) => !rows.has(id));
    if (stranger !== undefined) throw new NotFound('adjustment', stranger);
    const now = clock();
    const decided = { decided_by: who, decided_at: now };
    const late = await adjustments.stepAll(
      wanted.map((id) =>
        approve.includes(id)
          ? {
              id,
              step: {
                from: ['waiting'],
                to: 'planned',
                explanation: `${who} approved it`,
                actor: who,
                change: { ...decided, not_before: now },
              },
            }
          : {
              id,
              step: {
                from: ['waiting'],
                to: 'rejected',
                explanation: `${who} rejected it: ${reason}`,
                actor: who,
                change: { ...decided, reason: reason ?? null },
              },
            },
      ),
      now,
    );
    if (late.length > 0) {
      const named = late.map((id) => rows.get(id)).map((row) => `${row?.account_name}, ${row?.service_name}`);
      throw new Conflict(
        'billing.line-changed',
        `Nothing was decided, since these no longer wait: ${named.join('; ')}. Look at the list again`,
      );
    }
    const approved = approve.flatMap((id) => rows.get(id) ?? []);
    for (const row of approved) await contracts.markApproved(row.integration_id, row.contract_id, now);
    for (const place of new Map(approved.map((row) => [placeKey(placeOf(row)), placeOf(row)])).values()) {
      await enqueue(place);
    }
    return { approved: new Set(approve).size, rejected: new Set(reject).size };
  },

  /** Takes a rejection back. @throws NotFound, Conflict */
  async reopen(id: string, who: string): Promise<AdjustmentRow> {
    const row = await adjustments.find(id);
    if (!row) throw new NotFound('adjustment', id);
    if (row.state !== 'rejected') {
      throw new Conflict('billing.not-rejected', 'Only a change that was rejected can be taken up again');
    }
    const open = (await adjustments.openOf(placeOf(row))).some(
      (other) => other.contract_id === row.contract_id && other.service_id === row.service_id,
    );
    if (open) {
      throw new Conflict('billing.newer-change', 'There is a newer change of this service: decide about that one');
    }
    const explanation = `${who} took the rejection back: it waits for approval again`;
    const change = { decided_by: null, decided_at: null, reason: null };
    if (
      !(await adjustments.step(id, { from: ['rejected'], to: 'waiting', explanation, actor: who, change }, clock()))
    ) {
      throw new Conflict('billing.line-changed', 'Somebody else decided about it just now: look again');
    }
    return (await adjustments.find(id)) as AdjustmentRow;
  },
});
export type Approvals = ReturnType<typeof approvals>;
