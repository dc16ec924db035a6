import type { Kysely, Transaction } from 'kysely';
import { json } from '../../platform/db/index.ts';

export interface Problem {
  code: string;
  message: string;
  /** ISO, UTC. */
  at: string;
}

export type IntegrationState = 'working' | 'waiting' | 'failing' | 'stopped';

/** The table that this module owns. */
export interface PsaTables {
  integration: {
    id: string;
    kind: string;
    name: string;
    enabled: boolean;
    /** What is no secret. */
    settings: Record<string, unknown>;
    /** Sealed secrets by name of the setting. */
    secrets_sealed: Record<string, string>;
    state: IntegrationState;
    problem: Problem | null;
    /** Nothing is sent before; null when nothing holds it up. */
    resume_at: Date | null;
    /** Failures one after another, for the length of the next pause. */
    failures: number;
    /** When the failures that last until now began. */
    failing_since: Date | null;
    /** A call went well then; written at most once a minute. */
    last_success_at: Date | null;
    created_at: Date;
    changed_at: Date;
  };
}

/** What is written in the transaction that removes an integration. */
export type RemovedAlongside = (transaction: Transaction<PsaTables>) => Promise<void>;

export type IntegrationRow = PsaTables['integration'];

/** Connections to PSAs. */
export const integrationStore = (db: Kysely<PsaTables>) => ({
  list: (): Promise<IntegrationRow[]> =>
    db.selectFrom('integration').selectAll().orderBy('created_at').orderBy('id').execute(),

  find: (id: string): Promise<IntegrationRow | undefined> =>
    db.selectFrom('integration').selectAll().where('id', '=', id).executeTakeFirst(),

  async add(row: IntegrationRow): Promise<void> {
    await db
      .insertInto('integration')
      .values({
        ...row,
        settings: json(row.settings),
        secrets_sealed: json(row.secrets_sealed),
        problem: row.problem && json(row.problem),
      })
      .execute();
  },

  async change(
    id: string,
    change: Pick<IntegrationRow, 'name' | 'enabled' | 'settings' | 'secrets_sealed' | 'changed_at'>,
  ): Promise<void> {
    await db
      .updateTable('integration')
      .set({ ...change, settings: json(change.settings), secrets_sealed: json(change.secrets_sealed) })
      .where('id', '=', id)
      .execute();
  },

  /** What the last call to the PSA meant for the connection. */
  async setState(
    id: string,
    {
      state,
      problem,
      resumeAt,
      failures,
    }: { state: IntegrationState; problem: Problem | null; resumeAt: Date | null; failures: number },
  ): Promise<void> {
    await db
      .updateTable('integration')
      .set((set) => ({
        state,
        problem: problem && json(problem),
        resume_at: resumeAt,
        failures,
        failing_since: problem && set.fn.coalesce('failing_since', set.val(new Date(problem.at))),
      }))
      .where('id', '=', id)
      .execute();
  },

  async markSuccess(id: string, at: Date): Promise<void> {
    await db.updateTable('integration').set({ last_success_at: at }).where('id', '=', id).execute();
  },

  remove: (id: string, alongside: RemovedAlongside): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('integration').where('id', '=', id).execute();
      await alongside(transaction);
    }),
});
export type IntegrationStore = ReturnType<typeof integrationStore>;
