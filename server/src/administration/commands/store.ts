import type { AgentCommand, CommandKind, CommandState } from '@gatehouse/contract';
import type { Generated, Kysely, Selectable } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { CommandDetails, CommandRequest } from './command.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface CommandTables {
  command: {
    id: string;
    device_id: string;
    /** When it was given; '' where only one device is concerned. */
    device_name: Generated<string>;
    kind: CommandKind;
    display_name: string;
    /** Of a run: empty, see `command_order`. */
    details: CommandDetails;
    created_at: Date;
    expires_at: Date;
    /** Not given to the device before. */
    available_at: Date;
    given_by: string;
    state: CommandState;
    completed_percent: number | null;
    changed_at: Date;
    taken_at: Date | null;
    started_at: Date | null;
    finished_at: Date | null;
    result: string | null;
    run_id: string | null;
    task_id: string | null;
    request: CommandRequest | null;
    refers_to: string | null;
  };
  /** What all commands of a run have in common, under the run's id. */
  command_order: { id: string; details: CommandDetails };
  command_step: { id: Generated<number>; command_id: string; at: Date; state: CommandState; text: string };
  command_output: { command_id: string; at: Date; output: string; is_cut: boolean };
}
export type CommandRow = Selectable<CommandTables['command']>;

export interface NewCommand {
  id: string;
  kind: CommandKind;
  displayName: string;
  details: CommandDetails;
  now: Date;
  expiresAt: Date;
  givenBy: string;
}

export const toMessage = (row: CommandRow): AgentCommand => ({
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
        available_at: command.now,
        expires_at: command.expiresAt,
        given_by: command.givenBy,
        state: 'waiting',
        changed_at: command.now,
      })
      .execute();
  },

  /**
   * Newest first, for the device's page, without the requests to cancel, pause and resume. A command that was never
   * taken shows as expired when its time is over.
   */
  latest: async (now: Date, limit = 20) =>
    (
      await db
        .selectFrom('command')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where('refers_to', 'is', null)
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
      runId: row.run_id,
    })),

  removeAll: async (): Promise<void> => {
    await db.deleteFrom('command').where('device_id', '=', deviceId).execute();
  },
});
export type CommandStore = ReturnType<typeof commandStore>;
