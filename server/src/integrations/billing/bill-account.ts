import { HOUR_MS } from '../../platform/clock/index.ts';
import { AppError } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Log } from '../../platform/log/index.ts';
import { type Connection, type Integrations, PsaBusy, PsaError } from '../psa/index.ts';
import type { BillingAccount, BillingAccounts } from './accounts.ts';
import type { Propose } from './propose.ts';
import type { ContractWork, Send } from './send.ts';
import type { AdjustmentRow, AdjustmentStore } from './store-adjustments.ts';
import type { BillingContractStore } from './store-contracts.ts';
import type { AccountRunRow, BillingPlace, Outcome, RunStore } from './store-runs.ts';

const SECOND_MS = 1_000;
/** Whoever writes to a contract gives a sign of life more often than this; else another process may take it. */
const LEASE_SECONDS = 120;
const SIGN_OF_LIFE_MS = 30_000;
const SOON_SECONDS = 60;
/** A server that cannot be read is tried again after this long, and given up for this run after that long. */
const AGAIN_SECONDS = 600;
const PATIENCE_MS = 6 * HOUR_MS;
const NO_RUN = '00000000-0000-0000-0000-000000000000';

export interface BillAccountParts {
  accounts: BillingAccounts;
  integrations: Pick<Integrations, 'ready' | 'reportFailure' | 'reportSuccess'>;
  adjustments: AdjustmentStore;
  contracts: BillingContractStore;
  runs: RunStore;
  propose: Propose;
  send: Send;
  onChange(): void;
  clock: () => Date;
  /** Multiplies every pause; 1 outside tests. */
  pauseScale: number;
  log: Log;
}

/**
 * All that is to be done for one account: settle what is in doubt, send what was planned or approved, and when a run
 * asks for it, read licences and units and work out what has to change. Safe to run again at any point and in two
 * places at once: a contract has one writer at a time.
 */
export const accountBilling = ({
  accounts,
  integrations,
  adjustments,
  contracts,
  runs,
  propose,
  send,
  onChange,
  clock,
  pauseScale,
  log,
}: BillAccountParts) => {
  const later = (seconds: number): Date => new Date(clock().getTime() + seconds * SECOND_MS * pauseScale);
  const lease = (): Date => new Date(clock().getTime() + LEASE_SECONDS * SECOND_MS);

  /** @returns `busy` when another process writes to the contract */
  const holding = async <T>(
    integrationId: string,
    contractId: string,
    work: (stillHeld: () => Promise<boolean>) => Promise<T>,
  ): Promise<T | 'busy'> => {
    const me = newId(clock());
    if (!(await contracts.take(integrationId, contractId, me, clock(), lease()))) return 'busy';
    const keep = (): Promise<boolean> => contracts.keep(integrationId, contractId, me, lease());
    let beat: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      // A sign of life that is not written costs at most the contract, which is asked about before each write.
      beat = keep().catch(() => {});
    }, SIGN_OF_LIFE_MS);
    try {
      return await work(keep);
    } finally {
      clearInterval(timer);
      await beat;
      await contracts.leave(integrationId, contractId, me);
    }
  };

  const leave = async (rows: readonly AdjustmentRow[], explanation: string): Promise<void> => {
    for (const row of rows) {
      await adjustments.step(row.id, { from: ['waiting', 'planned'], to: 'superseded', explanation }, clock());
    }
  };

  /** Lines of a contract that the account is billed to no longer: what was sent is settled, the rest is left. */
  const leaveFormer = async (
    connection: Connection,
    lines: readonly AdjustmentRow[],
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { billing } = connection.connector;
    if (!billing) return true;
    for (const contractId of new Set(lines.map((line) => line.contract_id))) {
      const ofContract = lines.filter((line) => line.contract_id === contractId);
      const done = await holding(connection.integrationId, contractId, async (stillHeld) => {
        await leave(ofContract, 'The account is billed to this contract no longer');
        const doubtful = ofContract.filter(({ state }) => state === 'sent' || state === 'unknown');
        const work: ContractWork = {
          integrationId: connection.integrationId,
          contractId,
          billing,
          lines: doubtful,
          stillHeld,
          signal,
        };
        await send(work);
      });
      if (done === 'busy') return false;
    }
    return true;
  };

  /** @returns how it went, or null when it has to be taken up again later */
  const work = async (
    connection: Connection,
    account: BillingAccount,
    asked: { runId: string; asksFirst: boolean } | null,
    signal: AbortSignal,
  ): Promise<Outcome | null> => {
    const held = (explanation: string): Outcome => ({ state: 'held', explanation, devices: null, notBilled: null });
    const { billing } = connection.connector;
    const open = await adjustments.openOf(account);
    if (!billing) return held('This PSA takes no billing');
    const former = open.filter((line) => line.contract_id !== account.contractId || !account.isBilled);
    if (former.length > 0 && !(await leaveFormer(connection, former, signal))) return null;
    if (!account.isBilled) return held('Billing was switched off for this account');
    if (account.problem !== null) return held(account.problem);
    const { contractId } = account;
    if (contractId === null) return held('No contract was chosen for this account: choose one under Accounts');

    const done = await holding(account.integrationId, contractId, async (stillHeld): Promise<Outcome | null> => {
      const sendOpen = async (): Promise<AdjustmentRow[]> => {
        const lines = await adjustments.openOf(account);
        await send({ integrationId: account.integrationId, contractId, billing, lines, stillHeld, signal });
        return adjustments.openOf(account);
      };
      const left = await sendOpen();
      if (!asked || signal.aborted) return null;
      // What is still under way would be counted twice, or not at all.
      if (left.some(({ state }) => state !== 'waiting')) return null;
      const outcome = await propose({ account: { ...account, contractId }, billing, ...asked, signal });
      await sendOpen();
      return outcome;
    });
    return done === 'busy' ? null : done;
  };

  /** When the account has to be taken up again; null when nothing is left to do. */
  const comeAgain = async (place: BillingPlace): Promise<Date | null> => {
    const open = (await adjustments.openOf(place)).filter(({ state }) => state !== 'waiting');
    const waits = (await runs.waitingOf(place)).length > 0;
    const times = [
      ...open.map(({ not_before }) => not_before.getTime()),
      ...(waits ? [later(SOON_SECONDS).getTime()] : []),
    ];
    return times.length === 0 ? null : new Date(Math.max(Math.min(...times), later(1).getTime()));
  };

  const lastRun = async (asked: readonly AccountRunRow[]): Promise<{ id: string; isYoung: boolean } | null> => {
    const run = await runs.find(asked.at(-1)?.run_id ?? NO_RUN);
    return run ? { id: run.id, isYoung: clock().getTime() - run.started_at.getTime() < PATIENCE_MS } : null;
  };

  return async (place: BillingPlace, signal: AbortSignal): Promise<Date | null> => {
    const asked = await runs.waitingOf(place);
    const runIds = asked.map(({ run_id }) => run_id);
    const end = async (outcome: Outcome): Promise<void> => {
      if (runIds.length > 0) await runs.end(place, runIds, outcome, clock());
    };
    const account = await accounts.find(place);
    if (!account) {
      await leave(await adjustments.openOf(place), 'The tenant is mapped to this account no longer');
      await end({ state: 'held', explanation: 'The tenant is mapped no longer', devices: null, notBilled: null });
      onChange();
      return null;
    }
    const connection = (await integrations.ready()).find((each) => each.integrationId === place.integrationId);
    if (!connection) {
      await runs.explain(place, 'Waits until the connection to the PSA works again');
      return null; // the next sweep finds it
    }
    const last = await lastRun(asked);
    try {
      const wish = last ? { runId: last.id, asksFirst: asked.some(({ asks_first }) => asks_first) } : null;
      const outcome = await work(connection, account, wish, signal);
      if (outcome) {
        await end(outcome);
        await integrations.reportSuccess(place.integrationId);
      } else if (asked.length > 0) {
        await runs.explain(place, 'Waits until an earlier change of the contract has come to its end');
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error instanceof PsaError) {
        const whole = await integrations.reportFailure(place.integrationId, error);
        if (whole !== null || error instanceof PsaBusy || error.retryable) {
          await runs.explain(place, `Waits for the PSA: ${error.message}`);
          if (whole === 'stopped') return null;
          return whole ?? later(error instanceof PsaBusy ? error.retryAfterSeconds : SOON_SECONDS);
        }
      }
      log.warn({ account: account.accountName, code: error.code }, error.message);
      const isOfPsa = error instanceof PsaError;
      if (error.retryable && !isOfPsa && last?.isYoung) {
        await runs.explain(place, `Tried again, since nothing is known just now: ${error.message}`);
        return later(AGAIN_SECONDS);
      }
      // What cannot be read is not known: nothing is billed, and above all nothing is billed as none.
      const why = isOfPsa ? '' : ', since the use of licences is not known';
      await end({
        state: 'failed',
        explanation: `Nothing was changed${why}: ${error.message}`,
        devices: null,
        notBilled: null,
      });
    } finally {
      onChange();
    }
    return comeAgain(place);
  };
};
export type BillAccount = ReturnType<typeof accountBilling>;
