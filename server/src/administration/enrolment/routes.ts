import { addEnrolmentToken, type EnrolmentToken, listEnrolmentTokens, revokeEnrolmentToken } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { GroupStore } from '../groups/index.ts';
import { inScope } from '../tenants/index.ts';
import { hashOfKey, newEnrolmentSecret } from './keys.ts';
import type { EnrolmentStore, EnrolmentTokenRow } from './store.ts';

export interface EnrolmentParts {
  tokensOf: (tenantId: string) => EnrolmentStore;
  /** Keeps a new token. */
  add: (token: EnrolmentTokenRow, doer: Doer) => Promise<void>;
  /** @throws NotFound */
  revoke: (tenantId: string, tokenId: string, doer: Doer) => Promise<void>;
  groupsOf: (tenantId: string) => GroupStore;
  clock: () => Date;
}

const DAY_MS = 86_400_000;

const requireTenant = (actor: Actor, tenantId: string): void => {
  if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
};

const toReply = (row: EnrolmentTokenRow, groupNames: ReadonlyMap<number, string>): EnrolmentToken => ({
  id: row.id,
  tenantId: row.tenant_id,
  groupId: row.group_id,
  groupName: groupNames.get(row.group_id) ?? '',
  name: row.name,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  expiresAt: row.expires_at?.toISOString() ?? null,
  usesLeft: row.uses_left,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});

export const enrolmentRoutes = (http: Http, parts: EnrolmentParts): void => {
  const groupNames = async (tenantId: string) => {
    const groups = await parts.groupsOf(tenantId).list();
    if (groups.length === 0) throw new NotFound('tenant', tenantId);
    return new Map(groups.map((group) => [group.id, group.name]));
  };

  route(http, listEnrolmentTokens, async ({ actor, params }) => {
    requireTenant(actor, params.tenantId);
    const names = await groupNames(params.tenantId);
    return { items: (await parts.tokensOf(params.tenantId).list()).map((row) => toReply(row, names)) };
  });

  route(http, addEnrolmentToken, async ({ actor, params, body, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const names = await groupNames(params.tenantId);
    const groups = parts.groupsOf(params.tenantId);
    const group = body.groupId === undefined ? await groups.fixed('managed') : await groups.get(body.groupId);
    const now = parts.clock();
    const secret = newEnrolmentSecret();
    const row: EnrolmentTokenRow = {
      id: newId(now),
      tenant_id: params.tenantId,
      group_id: group.id,
      name: body.name,
      secret_hash: hashOfKey(secret),
      created_at: now,
      created_by: actor.name,
      expires_at: body.expiresInDays === null ? null : new Date(now.getTime() + body.expiresInDays * DAY_MS),
      uses_left: body.uses,
      last_used_at: null,
    };
    await parts.add(row, doerOf({ actor, request }));
    audit({
      after: { id: row.id, name: row.name, groupId: row.group_id, expiresAt: row.expires_at, uses: row.uses_left },
    });
    return { ...toReply(row, names), secret };
  });

  route(http, revokeEnrolmentToken, async ({ actor, params, request }) => {
    requireTenant(actor, params.tenantId);
    await parts.revoke(params.tenantId, params.tokenId, doerOf({ actor, request }));
    return {};
  });
};
