import type { AccountMapping, MappingShow, MappingSuggestion } from '@gatehouse/contract';
import type { Actor } from '../../platform/http/index.ts';
import type { Memberships } from '../memberships/index.ts';
import type { Integrations } from '../psa/index.ts';
import { maySee, type Sources } from '../sources/index.ts';
import type { AccountBook } from './account-book.ts';
import { fold } from './company-name.ts';
import { changesOf } from './drift.ts';
import { accountProblem } from './mappings.ts';
import { accountOf, rowKey } from './plan.ts';
import type { MappingRow, MappingStore } from './store.ts';
import { suggest } from './suggest.ts';

type Viewer = Pick<Actor, 'tenantIds'>;

export interface MappingQuery {
  scope: 'all' | 'integration';
  text: string;
  show: MappingShow;
  limit: number;
  offset: number;
}

const isShown: Record<MappingShow, (mapping: AccountMapping) => boolean> = {
  all: () => true,
  mapped: ({ account }) => account !== null,
  unmapped: ({ account }) => account === null,
  billed: ({ billing }) => billing.enabled,
  problems: ({ problem }) => problem !== null,
  changed: ({ changes }) => changes.length > 0,
};

const notBilled = { enabled: false, contract: null };

const billingShown = (row: MappingRow, today: string): AccountMapping['billing'] => ({
  enabled: row.billing_enabled,
  contract:
    row.contract_id === null
      ? null
      : {
          id: row.contract_id,
          name: row.contract_name ?? row.contract_id,
          endsOn: row.contract_ends_on,
          expired: row.contract_ends_on !== null && row.contract_ends_on < today,
          usable: row.contract_usable,
        },
});

/** Why nothing is billed although it is switched on, in words. */
const contractProblem = ({ enabled, contract }: AccountMapping['billing']): string | null => {
  if (!enabled || !contract) return null;
  if (contract.expired) return `The contract ${contract.name} ended on ${contract.endsOn}: nothing is billed to it`;
  if (!contract.usable) return `The contract ${contract.name} is inactive in the PSA, or gone: nothing is billed to it`;
  return null;
};

/** Mappings as people look at them: with names, problems, and what the PSA changed. */
export const mappingList = ({
  store,
  book,
  sources,
  integrations,
  memberships,
  clock,
}: {
  store: MappingStore;
  book: Pick<AccountBook, 'all'>;
  sources: Pick<Sources, 'rows' | 'tenants'>;
  integrations: Pick<Integrations, 'get' | 'list'>;
  memberships: Pick<Memberships, 'all'>;
  clock: () => Date;
}) => {
  /** Every tenant that the viewer may see, by name. */
  const everything = async (integrationId: string, viewer: Viewer): Promise<AccountMapping[]> => {
    const own = await integrations.get(integrationId);
    const names = new Map((await integrations.list()).map(({ id, name }) => [id, name]));
    const from = new Map((await sources.rows()).map((row) => [row.id, row]));
    const mapped = new Map((await store.list()).map((row) => [rowKey(row), row]));
    const owners = new Map(
      (await memberships.all()).map((each) => [`${each.sourceId} ${each.tenantId}`, each.integrationId]),
    );
    const today = clock().toISOString().slice(0, 10);
    const result: AccountMapping[] = [];
    for (const tenant of await sources.tenants()) {
      const source = from.get(tenant.source_id);
      if (!source || !maySee(viewer, { isLocal: source.is_local, uid: tenant.uid })) continue;
      const key = rowKey(tenant);
      const found = mapped.get(key);
      const owner = owners.get(key) ?? found?.integration_id;
      if (owner === undefined && !tenant.present) continue;
      const row = found?.integration_id === own.id ? found : undefined;
      const elsewhere = owner !== undefined && owner !== own.id ? (names.get(owner) ?? 'another integration') : null;
      const billing = row ? billingShown(row, today) : notBilled;
      const unlisted = tenant.present ? null : 'The source no longer lists this tenant; nothing is read from it';
      result.push({
        sourceId: source.id,
        sourceName: source.name,
        sourceTenantId: tenant.tenant_id,
        sourceTenantName: tenant.name,
        isMember: owner === own.id,
        account: row ? accountOf(row) : null,
        billing,
        changes: row ? changesOf(row) : [],
        problem:
          elsewhere !== null
            ? `Integrated in "${elsewhere}" already`
            : row
              ? (accountProblem(row) ?? unlisted ?? tenant.problem ?? contractProblem(billing))
              : owner === own.id
                ? unlisted
                : null,
      });
    }
    const order = new Intl.Collator('en', { numeric: true });
    return result.sort((a, b) => order.compare(a.sourceTenantName, b.sourceTenantName));
  };

  const members = async (integrationId: string, viewer: Viewer): Promise<AccountMapping[]> =>
    (await everything(integrationId, viewer)).filter(({ isMember }) => isMember);

  return {
    everything,
    members,

    async page(integrationId: string, viewer: Viewer, { scope, text, show, limit, offset }: MappingQuery) {
      const all = await (scope === 'all' ? everything : members)(integrationId, viewer);
      const part = fold(text);
      const isFound = ({ sourceTenantName, account }: AccountMapping): boolean =>
        part === '' || fold(sourceTenantName).includes(part) || (account !== null && fold(account.name).includes(part));
      const matching = all.filter((mapping) => isShown[show](mapping) && isFound(mapping));
      const count = (what: MappingShow): number => all.filter(isShown[what]).length;
      return {
        items: matching.slice(offset, offset + limit),
        total: matching.length,
        counts: {
          all: all.length,
          mapped: count('mapped'),
          billed: count('billed'),
          problems: count('problems'),
          changed: count('changed'),
        },
      };
    },

    /** For members without an account, the free and active accounts that are called alike. @throws PsaError */
    async suggestions(
      integrationId: string,
      viewer: Viewer,
      minScore: number,
    ): Promise<{ items: MappingSuggestion[]; unmapped: number }> {
      const unmapped = (await members(integrationId, viewer)).filter(({ account }) => account === null);
      const taken = new Set(
        (await store.list()).filter((row) => row.integration_id === integrationId).map((row) => row.account_id),
      );
      const free = (await book.all(integrationId)).filter(
        (account) => account.active && !taken.has(account.account_id),
      );
      const found = suggest(
        unmapped.map((mapping) => ({ name: mapping.sourceTenantName, mapping })),
        free,
        minScore,
      );
      return {
        unmapped: unmapped.length,
        items: found.map(({ tenant: { mapping }, account, score, alike, rival }) => ({
          sourceId: mapping.sourceId,
          sourceName: mapping.sourceName,
          sourceTenantId: mapping.sourceTenantId,
          sourceTenantName: mapping.sourceTenantName,
          account: { id: account.account_id, name: account.name, active: account.active },
          score,
          alike,
          rival,
        })),
      };
    },
  };
};
export type MappingList = ReturnType<typeof mappingList>;
