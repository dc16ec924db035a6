import type { LinkState, SecondaryServerSettings, SecondarySnapshot } from '@gatehouse/contract';
import type { Generated, Kysely, Selectable } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface SecondaryServerTables {
  /** Who this server is among servers; made once, goes with the database. */
  server_identity: { one: Generated<boolean>; instance_id: string };
  secondary_server: {
    id: string;
    /** KLSRVH_SRV_ID. */
    number: Generated<number>;
    settings: SecondaryServerSettings;
    password_sealed: string;
    created_at: Date;
    instance_id: string | null;
    /** Instance ids of the servers below it, at any depth, as far as it tells. */
    below: Generated<string[]>;
    link_state: Generated<LinkState>;
    link_since: Date;
    problem: { code: string; message: string } | null;
    /** Failed tries in a row. */
    failures: Generated<number>;
    last_tried_at: Date | null;
    next_try_at: Date | null;
    read_at: Date | null;
    snapshot: SecondarySnapshot | null;
  };
  /** The server above this one, at most one. */
  primary_server: {
    one: Generated<boolean>;
    instance_id: string;
    name: string;
    /** Instance ids of the servers above it, nearest first. */
    above: string[];
    since: Date;
    last_heard_at: Date;
    /** It means to come again within this time. */
    round_seconds: number;
    connected: boolean;
  };
}
export type SecondaryRow = Selectable<SecondaryServerTables['secondary_server']>;
export type PrimaryRow = Omit<Selectable<SecondaryServerTables['primary_server']>, 'one'>;

/** What a try to read a secondary server came to. */
export type Reading = {
  triedAt: Date;
  nextTryAt: Date;
} & (
  | { instanceId: string | null; below: readonly string[]; snapshot: SecondarySnapshot }
  | { state: 'unreachable' | 'refused'; problem: { code: string; message: string } }
);

const nameTaken = (error: unknown, name: string): unknown => {
  const { constraint } = error as { constraint?: string };
  if (constraint === 'secondary_server_name') {
    return new Conflict('secondary-server.name-taken', `There is a secondary server with the name “${name}” already`);
  }
  if (constraint === 'secondary_server_instance') {
    return new Conflict('secondary-server.known', 'This server is attached already, under another address or name');
  }
  return error;
};

/** Servers below and above this one, and who this one is. */
export const secondaryServerStore = (db: Kysely<SecondaryServerTables>) => ({
  /** Makes the identity when there is none yet. */
  identity: async (newId: string): Promise<string> => {
    await db
      .insertInto('server_identity')
      .values({ instance_id: newId })
      .onConflict((conflict) => conflict.column('one').doNothing())
      .execute();
    return (await db.selectFrom('server_identity').select('instance_id').executeTakeFirstOrThrow()).instance_id;
  },

  list: (): Promise<SecondaryRow[]> => db.selectFrom('secondary_server').selectAll().orderBy('number').execute(),

  /** @throws NotFound */
  get: async (id: string): Promise<SecondaryRow> => {
    const row = await db.selectFrom('secondary_server').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('secondary server', id);
    return row;
  },

  /** Those whose time for another try has come. */
  dueIds: async (now: Date): Promise<string[]> =>
    (
      await db
        .selectFrom('secondary_server')
        .select('id')
        .where((e) => e.or([e('next_try_at', 'is', null), e('next_try_at', '<=', now)]))
        .orderBy('next_try_at', (order) => order.asc().nullsFirst())
        .execute()
    ).map(({ id }) => id),

  /** @throws Conflict when its name is taken, or it is attached already */
  add: async (server: {
    id: string;
    settings: SecondaryServerSettings;
    passwordSealed: string;
    instanceId: string | null;
    now: Date;
  }): Promise<void> => {
    try {
      await db
        .insertInto('secondary_server')
        .values({
          id: server.id,
          settings: json(server.settings),
          password_sealed: server.passwordSealed,
          instance_id: server.instanceId,
          created_at: server.now,
          link_since: server.now,
        })
        .execute();
    } catch (error) {
      throw nameTaken(error, server.settings.name);
    }
  },

  /** It is tried again at once. @throws Conflict when its name is taken */
  change: async (id: string, settings: SecondaryServerSettings, passwordSealed: string | null): Promise<void> => {
    try {
      await db
        .updateTable('secondary_server')
        .set({
          settings: json(settings),
          ...(passwordSealed === null ? {} : { password_sealed: passwordSealed }),
          next_try_at: null,
          failures: 0,
        })
        .where('id', '=', id)
        .execute();
    } catch (error) {
      throw nameTaken(error, settings.name);
    }
  },

  remove: async (id: string): Promise<void> => {
    await db.deleteFrom('secondary_server').where('id', '=', id).execute();
  },

  /**
   * Keeps what a try came to; what was read earlier stays when it failed. A try that began before the last one is old
   * news and changes nothing.
   *
   * @returns how the link was before, or null when nothing was changed
   * @throws Conflict when another secondary has the same instance id
   */
  saveReading: async (id: string, reading: Reading): Promise<LinkState | null> => {
    const row = await db
      .selectFrom('secondary_server')
      .select(['link_state', 'last_tried_at', 'failures'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row || (row.last_tried_at && row.last_tried_at > reading.triedAt)) return null;
    const state = 'snapshot' in reading ? ('connected' as const) : reading.state;
    try {
      await db
        .updateTable('secondary_server')
        .set({
          link_state: state,
          ...(state === row.link_state ? {} : { link_since: reading.triedAt }),
          last_tried_at: reading.triedAt,
          next_try_at: reading.nextTryAt,
          ...('snapshot' in reading
            ? {
                problem: null,
                failures: 0,
                instance_id: reading.instanceId,
                below: json([...reading.below]),
                read_at: reading.triedAt,
                snapshot: json(reading.snapshot),
              }
            : { problem: json(reading.problem), failures: row.failures + 1 }),
        })
        .where('id', '=', id)
        .execute();
    } catch (error) {
      throw nameTaken(error, '');
    }
    return row.link_state;
  },

  primary: async (): Promise<PrimaryRow | null> =>
    (await db
      .selectFrom('primary_server')
      .select(['instance_id', 'name', 'above', 'since', 'last_heard_at', 'round_seconds', 'connected'])
      .executeTakeFirst()) ?? null,

  /** In the transaction that decides about it: two servers that announce themselves at once take turns. */
  lockPrimary: async (): Promise<PrimaryRow | null> => {
    await db.selectFrom('server_identity').selectAll().forUpdate().execute();
    return (
      (await db
        .selectFrom('primary_server')
        .select(['instance_id', 'name', 'above', 'since', 'last_heard_at', 'round_seconds', 'connected'])
        .executeTakeFirst()) ?? null
    );
  },

  savePrimary: async (primary: PrimaryRow): Promise<void> => {
    const values = { ...primary, above: json(primary.above) };
    await db
      .insertInto('primary_server')
      .values(values)
      .onConflict((conflict) => conflict.column('one').doUpdateSet(values))
      .execute();
  },

  forgetPrimary: async (): Promise<void> => {
    await db.deleteFrom('primary_server').execute();
  },
});
export type SecondaryServerStore = ReturnType<typeof secondaryServerStore>;
