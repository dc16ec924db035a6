import { type Kysely, sql } from 'kysely';
import type { Reason } from '../reasons.ts';
import { type Place, placeColumns } from '../store-waiting.ts';
import type { JoiningDevice, RecentlyClosed, RecentlyOpened, Storm } from './guard-facts.ts';

/** A table that this module owns. */
export interface MemberTables {
  /** Devices that one ticket speaks for. */
  ticket_member: {
    ticket_id: string;
    device_id: string;
    device_name: string;
    /** Of an event; null for statuses. */
    event_id: number | null;
    joined_at: Date;
    /** Null while the device has it still. */
    gone_at: Date | null;
  };
}

/** What the guards ask of tickets. */
export interface GuardedTicketTables {
  ticket: {
    id: string;
    integration_id: string;
    source_id: string;
    tenant_id: string;
    device_id: string;
    subject: string;
    reason: Reason;
    state: Storm['state'];
    opened_at: Date;
    closed_at: Date | null;
    closed_by: string | null;
    left_to_person_at: Date | null;
    over_at: Date | null;
    reopened: number;
  };
}

const STORMS = 'storm:%';

/** Tickets for many devices, and the recent past that storms and flapping are told by. */
export const stormStore = (db: Kysely<MemberTables & GuardedTicketTables>) => {
  const inPlace = (place: Place) => {
    const { integration_id, source_id, tenant_id } = placeColumns(place);
    return db
      .selectFrom('ticket')
      .where('integration_id', '=', integration_id)
      .where('source_id', '=', source_id)
      .where('tenant_id', '=', tenant_id);
  };

  return {
    /** Status tickets that we closed since then and whose reason has not come back. */
    async listRecentlyClosed(place: Place, since: Date): Promise<RecentlyClosed[]> {
      const rows = await inPlace(place)
        .select(['id', 'device_id', 'subject', 'closed_at'])
        .where('closed_by', '=', 'us')
        .where('closed_at', '>=', since)
        .where('over_at', 'is not', null)
        .where('subject', 'like', 'status:%')
        .orderBy('closed_at')
        .execute();
      return rows.flatMap(({ id, device_id, subject, closed_at }) =>
        closed_at ? [{ ticketId: id, deviceId: device_id, subject, closedAt: closed_at }] : [],
      );
    },

    /** Tickets of single devices that were opened since then, whatever became of them. */
    async listRecentlyOpened(place: Place, since: Date): Promise<(RecentlyOpened & { at: Date })[]> {
      const rows = await inPlace(place)
        .select(['device_id', 'subject', 'opened_at'])
        .where('opened_at', '>=', since)
        .where('subject', 'not like', STORMS)
        .execute();
      return rows.map(({ device_id, subject, opened_at }) => ({ deviceId: device_id, subject, at: opened_at }));
    },

    /** Storms whose reason is not over. */
    async listStorms(place: Place): Promise<Storm[]> {
      const rows = await inPlace(place)
        .select(['id', 'subject', 'reason', 'state', 'opened_at', 'left_to_person_at'])
        .where('over_at', 'is', null)
        .where('subject', 'like', STORMS)
        .execute();
      if (rows.length === 0) return [];
      const members = await db
        .selectFrom('ticket_member')
        .selectAll()
        .where(
          'ticket_id',
          'in',
          rows.map(({ id }) => id),
        )
        .orderBy('joined_at')
        .orderBy('device_id')
        .execute();
      return rows.map((row) => {
        const own = members.filter(({ ticket_id }) => ticket_id === row.id);
        return {
          ticketId: row.id,
          subject: row.subject.slice('storm:'.length),
          reason: row.reason,
          state: row.state,
          isLeftToPerson: row.left_to_person_at !== null,
          joinedAt: own.at(-1)?.joined_at ?? row.opened_at,
          members: own.map(({ device_id, device_name, gone_at }) => ({
            deviceId: device_id,
            deviceName: device_name,
            goneAt: gone_at,
          })),
        };
      });
    },

    /** A device that was well meanwhile is a member again. */
    async addMembers(ticketId: string, members: JoiningDevice[], now: Date): Promise<void> {
      for (const { deviceId, deviceName, eventId } of members) {
        const row = { device_name: deviceName, event_id: eventId, joined_at: now, gone_at: null };
        await db
          .insertInto('ticket_member')
          .values({ ticket_id: ticketId, device_id: deviceId, ...row })
          .onConflict((conflict) => conflict.columns(['ticket_id', 'device_id']).doUpdateSet(row))
          .execute();
      }
    },

    async markGone(ticketId: string, deviceIds: string[], now: Date): Promise<void> {
      if (deviceIds.length === 0) return;
      await db
        .updateTable('ticket_member')
        .set({ gone_at: now })
        .where('ticket_id', '=', ticketId)
        .where('device_id', 'in', deviceIds)
        .execute();
    },

    /** @returns false when its subject has another ticket by now */
    async reopenOnce(ticketId: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('ticket')
        .set({
          state: 'opening',
          closed_at: null,
          closed_by: null,
          over_at: null,
          left_to_person_at: null,
          reopened: sql<number>`reopened + 1`,
        })
        .where('id', '=', ticketId)
        .where('state', '=', 'closed')
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('ticket as other')
                .select('other.id')
                .whereRef('other.integration_id', '=', 'ticket.integration_id')
                .whereRef('other.source_id', '=', 'ticket.source_id')
                .whereRef('other.tenant_id', '=', 'ticket.tenant_id')
                .whereRef('other.device_id', '=', 'ticket.device_id')
                .whereRef('other.subject', '=', 'ticket.subject')
                .whereRef('other.id', '<>', 'ticket.id')
                .where('other.over_at', 'is', null),
            ),
          ),
        )
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
};
