import type { IntegrationTenant } from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { Actor } from '../../platform/http/index.ts';
import type { Integrations } from '../psa/index.ts';
import { maySee, type Sources } from '../sources/index.ts';
import type { MembershipRow, MembershipStore } from './store.ts';

/** A tenant of a source. */
export interface TenantRef {
  sourceId: string;
  tenantId: string;
}

const keyOf = ({ sourceId, tenantId }: TenantRef): string => `${sourceId} ${tenantId}`;
const refOf = (row: MembershipRow): TenantRef => ({ sourceId: row.source_id, tenantId: row.tenant_id });
const rowKey = ({ sourceId, tenantId }: TenantRef) => ({ source_id: sourceId, tenant_id: tenantId });
const unique = (refs: TenantRef[]): TenantRef[] => [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
const NAMED = 3;

/** Which tenants an integration may work with. A tenant is in one integration or in none. */
export const memberships = ({
  store,
  sources,
  integrations,
  clock,
}: {
  store: MembershipStore;
  sources: Pick<Sources, 'rows' | 'tenants' | 'tenant'>;
  integrations: Pick<Integrations, 'get' | 'list'>;
  clock: () => Date;
}) => {
  const elsewhere = async (taken: MembershipRow[]): Promise<Conflict> => {
    const names = new Map((await integrations.list()).map(({ id, name }) => [id, name]));
    const tenants = new Map(
      (await sources.tenants()).map((row) => [keyOf({ sourceId: row.source_id, tenantId: row.tenant_id }), row.name]),
    );
    const shown = taken
      .slice(0, NAMED)
      .map((row) => `${tenants.get(keyOf(refOf(row))) ?? row.tenant_id} in "${names.get(row.integration_id) ?? '?'}"`);
    const more = taken.length > NAMED ? ` and ${taken.length - NAMED} more` : '';
    return new Conflict(
      'membership.elsewhere',
      `A virtual server belongs to one integration only: ${shown.join(', ')}${more}. Remove it there first`,
    );
  };

  /** @throws NotFound when no source knows one of them */
  const requireKnown = async (refs: TenantRef[]): Promise<void> => {
    const known = new Set(
      (await sources.tenants()).map((row) => keyOf({ sourceId: row.source_id, tenantId: row.tenant_id })),
    );
    const stranger = refs.find((ref) => !known.has(keyOf(ref)));
    if (stranger) throw new NotFound('tenant', stranger.tenantId);
  };

  return {
    /** The members of an integration, in the order in which they were added. */
    of: async (integrationId: string): Promise<TenantRef[]> => (await store.listOf(integrationId)).map(refOf),

    /** The integration that a tenant belongs to, or null. */
    integrationOf: async (sourceId: string, tenantId: string): Promise<string | null> =>
      (await store.find(sourceId, tenantId))?.integration_id ?? null,

    /** Every membership, with its integration. */
    all: async (): Promise<(TenantRef & { integrationId: string })[]> =>
      (await store.list()).map((row) => ({ ...refOf(row), integrationId: row.integration_id })),

    /**
     * Whether a change could be made, before its consequences are drawn. Changes nothing.
     * @throws NotFound, Conflict
     */
    async check(integrationId: string, adds: TenantRef[]): Promise<void> {
      await integrations.get(integrationId);
      await requireKnown(adds);
      const wanted = new Set(adds.map(keyOf));
      const taken = (await store.list()).filter(
        (row) => row.integration_id !== integrationId && wanted.has(keyOf(refOf(row))),
      );
      if (taken.length > 0) throw await elsewhere(taken);
    },

    /**
     * Adds and removes members, all of it or nothing. What is a member already, or is none, stays so. A tenant in both
     * lists stays a member. Mappings of those that are removed are to be ended before, by who calls this.
     * @throws NotFound, Conflict
     */
    async put(
      integrationId: string,
      adds: TenantRef[],
      removes: TenantRef[],
    ): Promise<{ added: number; removed: number }> {
      await integrations.get(integrationId);
      await requireKnown(adds);
      const kept = new Set(adds.map(keyOf));
      const { added, removed, taken } = await store.change(integrationId, {
        add: unique(adds).map(rowKey),
        remove: unique(removes)
          .filter((ref) => !kept.has(keyOf(ref)))
          .map(rowKey),
        at: clock(),
      });
      if (taken.length > 0) throw await elsewhere(taken);
      return { added, removed };
    },

    /**
     * The members and those that are free, by name; those of other integrations are only counted.
     * @param accountOf name of the account that a member is mapped to
     */
    async list(
      integrationId: string,
      actor: Pick<Actor, 'tenantIds'>,
      { text, limit }: { text: string; limit: number },
      accountOf: (ref: TenantRef) => string | null,
    ): Promise<{ items: IntegrationTenant[]; total: number; members: number; elsewhere: number }> {
      await integrations.get(integrationId);
      const source = new Map((await sources.rows()).map((row) => [row.id, row]));
      const owner = new Map((await store.list()).map((row) => [keyOf(refOf(row)), row.integration_id]));
      const part = text.trim().toLocaleLowerCase();
      const items: IntegrationTenant[] = [];
      const counts = { total: 0, members: 0, elsewhere: 0 };
      for (const row of await sources.tenants()) {
        const from = source.get(row.source_id);
        if (!from || !maySee(actor, { isLocal: from.is_local, uid: row.uid })) continue;
        const ref = { sourceId: row.source_id, tenantId: row.tenant_id };
        const owned = owner.get(keyOf(ref));
        if (owned !== undefined && owned !== integrationId) {
          counts.elsewhere += 1;
          continue;
        }
        const isMember = owned === integrationId;
        if (isMember) counts.members += 1;
        // What the source no longer lists can only be removed.
        if (!isMember && !row.present) continue;
        if (!row.name.toLocaleLowerCase().includes(part)) continue;
        counts.total += 1;
        if (items.length >= limit) continue;
        items.push({
          sourceId: row.source_id,
          sourceName: from.name,
          sourceTenantId: row.tenant_id,
          sourceTenantName: row.name,
          isMember,
          accountName: isMember ? accountOf(ref) : null,
          isListed: row.present,
        });
      }
      return { items, ...counts };
    },
  };
};
export type Memberships = ReturnType<typeof memberships>;
