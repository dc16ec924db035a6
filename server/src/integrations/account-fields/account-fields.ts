import { z } from 'zod';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Mappings } from '../mappings/index.ts';
import { type Integrations, PsaError } from '../psa/index.ts';
import type { Sources } from '../sources/index.ts';
import { accountFields as fields } from './fields.ts';
import { planAccounts } from './plan.ts';
import type { AccountFieldRow, AccountFieldStore } from './store.ts';

const HOUR_MS = 3_600_000;
/** Values in the PSA are looked at this often: people change and delete them. */
const LOOK_AGAIN_MS = 24 * HOUR_MS;
/** Pauses after failures of one account; the last one repeats. */
const PAUSES_MS = [60_000, 5 * 60_000, 30 * 60_000, HOUR_MS];
const AT_ONCE = 50;

export interface AccountFieldParts {
  store: AccountFieldStore;
  jobs: Jobs;
  integrations: Integrations;
  mappings: Pick<Mappings, 'all'>;
  sources: Pick<Sources, 'tenants'>;
  onChange(): void;
  clock: () => Date;
  log: Log;
}

/** How far the accounts of an integration are, for people. */
export interface AccountFieldState {
  /** False: the PSA has no fields of our own on accounts. */
  isSupported: boolean;
  fields: string[];
  done: number;
  waiting: number;
  /** What fails, by its reason in words. */
  problems: { problem: string; count: number }[];
}

/**
 * Keeps the fields on the accounts of every PSA as the mappings say. The mappings are the wish, the table is what was
 * made of it, and the difference is written; so a crash at any place loses nothing, and nothing is written for its own
 * sake. Values are read back by the connector and looked at again every day.
 */
export const accountFields = (part: AccountFieldParts) => {
  const { store, integrations, clock } = part;

  const putOff = async (row: AccountFieldRow, error: PsaError, resume: Date | 'stopped' | null): Promise<void> => {
    const now = clock();
    const pause = PAUSES_MS[Math.min(row.attempts, PAUSES_MS.length - 1)] ?? HOUR_MS;
    const later = resume instanceof Date && resume > now ? resume : new Date(now.getTime() + pause);
    await store.failed(row, error.message, error.retryable || resume !== null ? later : null);
  };

  const deliver = async (integrationId: string, signal: AbortSignal): Promise<Date | null> => {
    const connection = (await integrations.ready()).find((each) => each.integrationId === integrationId);
    const port = connection?.connector.accountFields;
    if (!connection || !port) return null;
    let isEnsured = false;
    /** What keeps one account from being written, before any is, keeps all of them. */
    const failAll = async (rows: AccountFieldRow[], error: PsaError): Promise<Date | null> => {
      const resume = await integrations.reportFailure(integrationId, error);
      part.log.warn({ integration: connection.name, accounts: rows.length, code: error.code }, error.message);
      for (const row of rows) await putOff(row, error, resume);
      part.onChange();
      return resume === 'stopped' ? null : (resume ?? store.nextDueAt(integrationId));
    };
    for (;;) {
      const due = await store.due(integrationId, clock(), AT_ONCE);
      if (due.length === 0) return store.nextDueAt(integrationId);
      for (const row of due) {
        if (signal.aborted) return null;
        try {
          // Once per run: whoever deleted or switched off a field gets it back, and a full database is told at once.
          if (!isEnsured) await port.ensure(fields);
          isEnsured = true;
          const how = await port.write(row.account_id, fields, row.wanted);
          if (how === 'account-gone' && row.is_mapped) {
            await store.failed(row, 'The PSA no longer has this account; map its tenant anew', null);
          } else {
            await store.done(row, clock());
          }
          await integrations.reportSuccess(integrationId);
        } catch (error) {
          if (!(error instanceof PsaError)) throw error;
          if (!isEnsured) return failAll(due, error);
          const resume = await integrations.reportFailure(integrationId, error);
          part.log.warn({ integration: connection.name, account: row.account_id, code: error.code }, error.message);
          await putOff(row, error, resume);
          if (resume === 'stopped') return null;
          if (resume instanceof Date) return resume;
        }
      }
      part.onChange();
    }
  };

  const job = part.jobs.define({
    name: 'integrations.account-fields',
    payload: z.object({ integrationId: z.uuid() }),
    // Failures of the PSA have their own times in the table; these are for our own.
    retry: { limit: 10, firstDelaySeconds: 2, maxDelaySeconds: 300 },
    concurrency: 1,
    run: async ({ integrationId }, { signal }) => {
      const next = await deliver(integrationId, signal);
      if (next) await job.enqueue({ integrationId }, { key: integrationId, startAfter: next });
    },
  });
  const soon = async (integrationId: string): Promise<void> => {
    await job.enqueue({ integrationId }, { key: integrationId });
  };

  return {
    /** Finds what has to be written since the last time and hands it to the jobs. Cheap when nothing changed. */
    async sync(): Promise<void> {
      const [all, tenants] = [await part.mappings.all(), await part.sources.tenants()];
      const names = new Map(tenants.map((tenant) => [`${tenant.source_id} ${tenant.tenant_id}`, tenant.name]));
      const now = clock();
      for (const { id, enabled } of await integrations.list()) {
        if (!enabled) continue;
        const mapped = all
          .filter((row) => row.integration_id === id && !row.account_gone)
          .flatMap(({ source_id, tenant_id, account_id }) => {
            const tenantName = names.get(`${source_id} ${tenant_id}`);
            const to = { kind: 'administration-server', tenantName: tenantName ?? '' } as const;
            return tenantName === undefined ? [] : [{ accountId: account_id, to }];
          });
        const kept = (await store.list(id)).map((row) => ({
          accountId: row.account_id,
          wanted: row.wanted,
          isMapped: row.is_mapped,
          doneAt: row.state === 'done' ? row.done_at : null,
        }));
        const planned = planAccounts(mapped, kept, new Date(now.getTime() - LOOK_AGAIN_MS));
        await store.plan(id, planned, now);
      }
      // Also what waited for a pause of the PSA to end.
      for (const { integrationId } of await integrations.ready()) {
        const next = await store.nextDueAt(integrationId);
        if (next !== null && next <= now) await soon(integrationId);
      }
    },

    /** Writes everything once more, fields included: after somebody saved the settings, or asked for it. */
    async restore(integrationId: string): Promise<void> {
      if ((await store.planAll(integrationId, clock())) > 0) await soon(integrationId);
    },

    async state(integrationId: string): Promise<AccountFieldState> {
      const { connector } = await integrations.connect(integrationId);
      const rows = await store.list(integrationId);
      return {
        isSupported: connector.accountFields !== undefined,
        fields: fields.map(({ name }) => name),
        done: rows.filter(({ state }) => state === 'done').length,
        waiting: rows.filter(({ state }) => state === 'planned').length,
        problems: [...Map.groupBy(rows, ({ problem }) => problem)].flatMap(([problem, { length }]) =>
          problem === null ? [] : [{ problem, count: length }],
        ),
      };
    },
  };
};
export type AccountFields = ReturnType<typeof accountFields>;
