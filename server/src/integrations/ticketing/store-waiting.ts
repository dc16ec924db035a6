import { type Kysely, type SqlBool, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { SourceEvent } from '../sources/index.ts';

/** Tables that this module owns. */
export interface WaitingTables {
  held_back: {
    integration_id: string;
    source_id: string;
    tenant_id: string;
    device_id: string;
    subject: string;
    why: string;
    since: Date;
  };
  pending_event: {
    source_id: string;
    tenant_id: string;
    event_id: number;
    event: Record<string, unknown>;
  };
}
/** A tenant in an integration: what every decision is about. */
export interface Place {
  integrationId: string;
  sourceId: string;
  tenantId: string;
}

export const placeColumns = ({ integrationId, sourceId, tenantId }: Place) =>
  ({ integration_id: integrationId, source_id: sourceId, tenant_id: tenantId }) as const;

/** Everything of an integration, of a source or of both, or some places. */
export type Scope = Partial<Place> | readonly Place[];

const isMany = (scope: Scope): scope is readonly Place[] => Array.isArray(scope);

/** Whether a row is of that scope: one condition, however many places there are. */
export const inScope = (scope: Scope) => {
  if (isMany(scope)) {
    const list = (of: (place: Place) => string) => [...scope].map(of);
    return sql<SqlBool>`(integration_id, source_id, tenant_id) in (
      select * from unnest(
        ${list((place) => place.integrationId)}::uuid[],
        ${list((place) => place.sourceId)}::uuid[],
        ${list((place) => place.tenantId)}::text[]))`;
  }
  const { integrationId = null, sourceId = null, tenantId = null } = scope;
  const named = [
    ...(integrationId === null ? [] : [sql<SqlBool>`integration_id = ${integrationId}`]),
    ...(sourceId === null ? [] : [sql<SqlBool>`source_id = ${sourceId}`]),
    ...(tenantId === null ? [] : [sql<SqlBool>`tenant_id = ${tenantId}`]),
  ];
  return named.length === 0 ? sql<SqlBool>`true` : sql.join<SqlBool>(named, sql` and `);
};

/** What is held back and said once, and events that wait for their account. */
export const waitingStore = (db: Kysely<WaitingTables>) => {
  const at = placeColumns;
  return {
    listHeldBack: (place: Place) => {
      const { integration_id, source_id, tenant_id } = at(place);
      return db
        .selectFrom('held_back')
        .selectAll()
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .execute();
    },

    async holdBack(place: Place, held: { deviceId: string; subject: string; why: string; since: Date }): Promise<void> {
      const row = { ...at(place), device_id: held.deviceId, subject: held.subject, why: held.why, since: held.since };
      await db
        .insertInto('held_back')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['integration_id', 'source_id', 'tenant_id', 'device_id', 'subject'])
            .doUpdateSet({ why: held.why, since: held.since }),
        )
        .execute();
    },

    async releaseHeld(place: Place, { deviceId, subject }: { deviceId: string; subject: string }): Promise<void> {
      const { integration_id, source_id, tenant_id } = at(place);
      await db
        .deleteFrom('held_back')
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .execute();
    },

    async listPendingEvents(sourceId: string, tenantId: string): Promise<SourceEvent[]> {
      const rows = await db
        .selectFrom('pending_event')
        .select('event')
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .orderBy('event_id')
        .limit(10_000)
        .execute();
      return rows.map(({ event }) => {
        const { happenedAt, storedAt, ...rest } = event as unknown as SourceEvent & {
          happenedAt: string;
          storedAt: string | null;
        };
        return { ...rest, happenedAt: new Date(happenedAt), storedAt: storedAt === null ? null : new Date(storedAt) };
      });
    },

    async keepPendingEvents(sourceId: string, tenantId: string, events: SourceEvent[]): Promise<void> {
      for (const event of events) {
        await db
          .insertInto('pending_event')
          .values({
            source_id: sourceId,
            tenant_id: tenantId,
            event_id: event.eventId,
            event: json(event as unknown as Record<string, unknown>),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },

    async dropPendingEvents(sourceId: string, tenantId: string, eventIds: number[] | 'all'): Promise<void> {
      if (eventIds !== 'all' && eventIds.length === 0) return;
      await db
        .deleteFrom('pending_event')
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .$if(eventIds !== 'all', (query) => query.where('event_id', 'in', eventIds as number[]))
        .execute();
    },

    /** All that waits for the accounts of these places. */
    async dropPendingEventsOf(places: readonly Place[]): Promise<void> {
      if (places.length === 0) return;
      await db
        .deleteFrom('pending_event')
        .where(
          sql<SqlBool>`(source_id, tenant_id) in (
            select * from unnest(
              ${places.map(({ sourceId }) => sourceId)}::uuid[], ${places.map(({ tenantId }) => tenantId)}::text[]))`,
        )
        .execute();
    },
  };
};
