import type { Mappings, Planned } from './mappings/index.ts';
import { mappingStore } from './mappings/index.ts';
import type { Memberships, TenantRef } from './memberships/index.ts';
import type { Sources } from './sources/index.ts';
import { leaveToPeople, takeBack, type Unit } from './ticketing/index.ts';

const placeOf = ({ sourceId, sourceTenantId }: Planned): TenantRef => ({ sourceId, tenantId: sourceTenantId });

/**
 * Saves planned mappings with everything that follows from them: tenants join the integration, and tickets of a mapping
 * that ends are left to people, and followed again when it comes back soon. All of it or nothing.
 */
export const mappingSaves =
  ({
    mappings,
    memberships,
    sources,
    inOneTransaction,
    onSaved,
    clock,
  }: {
    mappings: Mappings;
    memberships: Memberships;
    sources: Sources;
    inOneTransaction(work: (unit: Unit) => Promise<void>): Promise<void>;
    onSaved(): void;
    clock: () => Date;
  }) =>
  /** @throws Conflict when somebody else was faster; nothing was saved then */
  async (integrationId: string, planned: readonly Planned[]): Promise<void> => {
    const changes = planned.filter(({ what }) => what !== 'same');
    if (changes.length === 0) return;
    const begun = changes.filter(({ what }) => what === 'map' || what === 'move').map(placeOf);
    const members = new Set((await memberships.of(integrationId)).map((ref) => `${ref.sourceId} ${ref.tenantId}`));
    // Whoever maps a tenant wants it in the integration.
    const joining = begun.filter((ref) => !members.has(`${ref.sourceId} ${ref.tenantId}`));
    if (joining.length > 0) await memberships.put(integrationId, joining, []);
    try {
      await inOneTransaction(async (unit) => {
        const store = mappingStore(unit.transaction as unknown as Parameters<typeof mappingStore>[0]);
        const ended = changes
          .filter(({ what }) => what === 'end' || what === 'move')
          .map((change) => ({ integrationId, ...placeOf(change) }));
        if (ended.length > 0) await leaveToPeople(unit, ended, 'The mapping ended', clock());
        await mappings.save(integrationId, changes, store);
        const again = changes.flatMap((change) =>
          (change.what === 'map' || change.what === 'move') && change.to
            ? [{ ...placeOf(change), accountId: change.to.id }]
            : [],
        );
        await takeBack(unit, integrationId, again, clock());
      });
    } catch (error) {
      if (joining.length > 0) await memberships.put(integrationId, [], joining);
      throw error;
    }
    // A tenant that is integrated anew begins as at the first contact.
    const known = new Set(begun.map(({ sourceId, tenantId }) => `${sourceId} ${tenantId}`));
    for (const row of await sources.tenants()) {
      const isNew = row.event_cursor === null && row.last_read_at === null && row.problem === null;
      if (!isNew && known.has(`${row.source_id} ${row.tenant_id}`)) {
        await sources.forgetCursor(row.source_id, row.tenant_id);
      }
    }
    onSaved();
  };
