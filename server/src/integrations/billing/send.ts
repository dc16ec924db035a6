import { setTimeout as pause } from 'node:timers/promises';
import { type Integrations, type PsaBilling, PsaBusy, PsaError, PsaOutcomeUnknown } from '../psa/index.ts';
import type { AdjustmentRow, AdjustmentStore } from './store-adjustments.ts';
import { dayOf, unitsOfService, unitsOn } from './units.ts';

const SECOND_MS = 1_000;
/** After an unknown outcome the PSA gets this long to finish storing before its units are believed. */
const SETTLE_SECONDS = 60;
/** Seconds before each further try. */
const AGAIN_SECONDS = [60, 300, 1_800, 3_600, 3_600, 3_600];
/** What was just stored may be shown a little later. */
const LOOKS_SECONDS = [0, 1, 3, 10];

const quoted = (error: PsaError): string =>
  error.answer && !error.message.includes(error.answer)
    ? `${error.message} It answered: ${error.answer}`
    : error.message;

export interface SendParts {
  adjustments: AdjustmentStore;
  integrations: Pick<Integrations, 'reportFailure' | 'reportSuccess'>;
  clock: () => Date;
  /** Multiplies every pause; 1 outside tests. */
  pauseScale: number;
}

/** What is to be done in one contract. The caller holds it: nobody else writes to it. */
export interface ContractWork {
  integrationId: string;
  contractId: string;
  billing: PsaBilling;
  lines: readonly AdjustmentRow[];
  /** False when somebody else has taken the contract meanwhile: nothing may be written then. */
  stillHeld(): Promise<boolean>;
  signal: AbortSignal;
}

/**
 * Carries out changes of one contract and settles those whose outcome is not known. The PSA keeps no key of ours, so
 * the units are read before each change and after each doubt, and the number that they show decides:
 * as wanted, it is done; as before, it is sent again; anything else, somebody else changed it and it is worked out anew.
 */
export const sender = ({ adjustments, integrations, clock, pauseScale }: SendParts) => {
  const later = (seconds: number): Date => new Date(clock().getTime() + seconds * SECOND_MS * pauseScale);

  const read = async ({ billing, contractId }: ContractWork, line: AdjustmentRow): Promise<number> =>
    unitsOn(unitsOfService(await billing.units(contractId), line.service_id), line.effective_on);

  const elsewhere = (line: AdjustmentRow, have: number): string =>
    `The contract has ${have} units now instead of ${line.had}: somebody else changed it, so the next run works it out anew`;

  const settle = async (work: ContractWork, line: AdjustmentRow): Promise<void> => {
    const now = clock();
    const have = await read(work, line);
    const from = ['sent', 'unknown'] as const;
    if (have === line.wanted) {
      const explanation = `The contract has ${have} units, as wanted: the answer was lost, the change was not`;
      await adjustments.step(line.id, { from, to: 'confirmed', explanation, change: { problem: null } }, now);
    } else if (have === line.had && line.attempts > AGAIN_SECONDS.length) {
      const explanation = `After ${line.attempts} tries the contract still has ${have} units. The last answer: ${line.problem ?? 'none'}`;
      await adjustments.step(line.id, { from, to: 'failed', explanation, change: { problem: explanation } }, now);
    } else if (have === line.had) {
      const explanation = `The contract still has ${have} units: the change did not arrive, so it is sent again`;
      await adjustments.step(line.id, { from, to: 'planned', explanation, change: { not_before: now } }, now);
    } else {
      await adjustments.step(line.id, { from, to: 'superseded', explanation: elsewhere(line, have) }, now);
    }
  };

  const failed = async (work: ContractWork, line: AdjustmentRow, error: PsaError): Promise<void> => {
    const now = clock();
    const problem = quoted(error);
    const whole = await integrations.reportFailure(work.integrationId, error);
    if (error instanceof PsaOutcomeUnknown) {
      const explanation = `${problem} Whether it was stored is not known; the units of the contract will tell`;
      await adjustments.step(
        line.id,
        { from: ['sent'], to: 'unknown', explanation, change: { problem, not_before: later(SETTLE_SECONDS) } },
        now,
      );
      return;
    }
    const attempt = line.attempts + 1;
    const seconds = error instanceof PsaBusy ? error.retryAfterSeconds : AGAIN_SECONDS[attempt - 1];
    if (whole === null && (!error.retryable || seconds === undefined)) {
      await adjustments.step(line.id, { from: ['sent'], to: 'failed', explanation: problem, change: { problem } }, now);
      return;
    }
    const not_before = whole instanceof Date ? whole : later(seconds ?? SETTLE_SECONDS);
    await adjustments.step(
      line.id,
      { from: ['sent'], to: 'planned', explanation: `Put off: ${problem}`, change: { problem, not_before } },
      now,
    );
  };

  /** Says so when the PSA stored a change and does not show it. It is not sent again: that would be a second one. */
  const look = async (work: ContractWork, line: AdjustmentRow): Promise<void> => {
    let shown = line.had;
    for (const seconds of LOOKS_SECONDS) {
      await pause(seconds * SECOND_MS * pauseScale);
      shown = await read(work, line);
      if (shown === line.wanted) return;
    }
    const problem = `The PSA took it and shows ${shown} units instead of ${line.wanted}: look at the contract`;
    await adjustments.step(
      line.id,
      { from: ['confirmed'], to: 'confirmed', explanation: problem, change: { problem } },
      clock(),
    );
  };

  /** @returns false when the PSA cannot take more just now */
  const send = async (work: ContractWork, line: AdjustmentRow): Promise<boolean> => {
    const { billing, contractId, integrationId } = work;
    const have = await read(work, line);
    if (have !== line.had) {
      const isDone = have === line.wanted;
      const explanation = isDone ? `The contract has ${have} units already` : elsewhere(line, have);
      await adjustments.step(
        line.id,
        { from: ['planned'], to: isDone ? 'confirmed' : 'superseded', explanation, change: { problem: null } },
        clock(),
      );
      return true;
    }
    // A process that was held up for long may have lost the contract to another one.
    if (!(await work.stillHeld())) return false;
    const claimed = await adjustments.step(
      line.id,
      {
        from: ['planned'],
        to: 'sent',
        explanation: `Sent: ${line.had} to ${line.wanted} units from ${line.effective_on}`,
        change: { not_before: later(SETTLE_SECONDS), isAttempt: true },
      },
      clock(),
    );
    if (!claimed) return true;
    let adjustmentId: string;
    try {
      ({ adjustmentId } = await billing.adjust({
        contractId,
        serviceId: line.service_id,
        unitChange: line.wanted - line.had,
        effectiveOn: line.effective_on,
        key: line.id,
      }));
    } catch (error) {
      if (!(error instanceof PsaError)) throw error;
      await failed(work, line, error);
      return error instanceof PsaOutcomeUnknown || !error.retryable;
    }
    const explanation = `The PSA stored it as ${adjustmentId}`;
    await adjustments.step(
      line.id,
      { from: ['sent'], to: 'confirmed', explanation, change: { psa_id: adjustmentId, problem: null } },
      clock(),
    );
    await integrations.reportSuccess(integrationId);
    await look(work, line);
    return true;
  };

  /** Settles what is in doubt, then sends what is planned, one after the other. */
  return async (work: ContractWork): Promise<void> => {
    const due = (line: AdjustmentRow): boolean => line.not_before <= clock();
    for (const line of work.lines.filter(({ state }) => state === 'sent' || state === 'unknown')) {
      if (work.signal.aborted) return;
      if (due(line)) await settle(work, line);
    }
    const ids = work.lines.map(({ id }) => id);
    const planned = (await adjustments.findAll(ids))
      .filter(({ state }) => state === 'planned')
      .sort((a, b) =>
        a.effective_on < b.effective_on ? -1 : a.effective_on > b.effective_on ? 1 : a.id < b.id ? -1 : 1,
      );
    if (planned.length === 0) return;
    const contract = await work.billing.contract(work.contractId);
    const today = dayOf(clock());
    for (const line of planned) {
      if (work.signal.aborted) return;
      if (!due(line)) continue;
      if (!contract?.isActive || contract.endsOn < today || contract.endsOn < line.effective_on) {
        const explanation = contract
          ? `The contract ${contract.name} takes no change any more: it ended on ${contract.endsOn} or is not active`
          : 'The PSA has no such contract any more';
        await adjustments.step(
          line.id,
          { from: ['planned'], to: 'failed', explanation, change: { problem: explanation } },
          clock(),
        );
        continue;
      }
      if (!(await send(work, line))) return;
    }
  };
};
export type Send = ReturnType<typeof sender>;
