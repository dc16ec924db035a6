import type { AgentCommand, CommandKind } from '@gatehouse/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';

export type CommandState = 'waiting' | 'taken' | 'running' | 'completed' | 'failed' | 'expired';

/** The tables that this module owns: no other module reads or writes them. */
export interface CommandTables {
  command: {
    id: string;
    device_id: string;
    kind: CommandKind;
    display_name: string;
    details: Pick<AgentCommand, 'scan' | 'quarantine'>;
    created_at: Date;
    expires_at: Date;
    given_by: string;
    state: CommandState;
    completed_percent: number | null;
    changed_at: Date;
    result: string | null;
  };
}
type CommandRow = Selectable<CommandTables['command']>;

export interface NewCommand {
  id: string;
  kind: CommandKind;
  displayName: string;
  details: Pick<AgentCommand, 'scan' | 'quarantine'>;
  now: Date;
  expiresAt: Date;
  givenBy: string;
}

const toMessage = (row: CommandRow): AgentCommand => ({
  id: row.id,
  kind: row.kind,
  displayName: row.display_name,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  ...row.details,
});

/** Commands of one device. */
export const commandStore = (db: Kysely<CommandTables>, deviceId: string) => ({
  add: async (command: NewCommand): Promise<void> => {
    await db
      .insertInto('command')
      .values({
        id: command.id,
        device_id: deviceId,
        kind: command.kind,
        display_name: command.displayName,
        details: json(command.details),
        created_at: command.now,
        expires_at: command.expiresAt,
        given_by: command.givenBy,
        state: 'waiting',
        changed_at: command.now,
      })
      .execute();
  },

  /** What the agent has not taken yet and may still start, oldest first. */
  waiting: async (now: Date): Promise<AgentCommand[]> =>
    (
      await db
        .selectFrom('command')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where('state', '=', 'waiting')
        .where('expires_at', '>', now)
        .orderBy('created_at')
        .limit(50)
        .execute()
    ).map(toMessage),

  take: async (ids: readonly string[], now: Date): Promise<void> => {
    await db
      .updateTable('command')
      .set({ state: 'taken', changed_at: now })
      .where('device_id', '=', deviceId)
      .where('id', 'in', [...ids])
      .where('state', '=', 'waiting')
      .execute();
  },

  /**
   * What the agent's task-state event says. A finished command stays finished, so that an event that comes late or
   * twice changes nothing.
   */
  report: async (
    id: string,
    report: { state: CommandState; completedPercent: number | null; result: string | null; at: Date },
  ) => {
    await db
      .updateTable('command')
      .set({
        state: report.state,
        completed_percent: report.completedPercent,
        result: report.result,
        changed_at: report.at,
      })
      .where('device_id', '=', deviceId)
      .where('id', '=', sql<string>`${id}::uuid`)
      .where('state', 'not in', ['completed', 'failed'])
      .execute();
  },

  /** Newest first, for the device's page. A command that was never taken shows as expired when its time is over. */
  latest: async (now: Date, limit = 20) =>
    (
      await db
        .selectFrom('command')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute()
    ).map((row) => ({
      ...toMessage(row),
      state: row.state === 'waiting' && row.expires_at <= now ? ('expired' as const) : row.state,
      completedPercent: row.completed_percent,
      changedAt: row.changed_at.toISOString(),
      result: row.result,
      givenBy: row.given_by,
    })),

  removeAll: async (): Promise<void> => {
    await db.deleteFrom('command').where('device_id', '=', deviceId).execute();
  },
});
export type CommandStore = ReturnType<typeof commandStore>;
