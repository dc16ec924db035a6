import type { Mappings } from './mappings/index.ts';
import type { Memberships } from './memberships/index.ts';
import type { Integrations } from './psa/index.ts';
import type { Sources } from './sources/index.ts';
import type { RuleBook } from './ticketing/index.ts';

export interface ReloadParts {
  integrations: Pick<Integrations, 'list'>;
  sources: Pick<Sources, 'rows'>;
  memberships: Pick<Memberships, 'all'>;
  mappings: Pick<Mappings, 'all'>;
  rules: Pick<RuleBook, 'byReason'>;
  /** Acts on what was saved for these integrations; doing so twice does no harm. */
  apply(integrationIds: string[]): Promise<void>;
}

/**
 * Heeds settings that another process of this installation saved. Decisions read them each time; what a save sets off
 * besides (failed tickets are tried again, open consoles show it) happens in the process that saved, and here.
 */
export const settingsReload = ({ integrations, sources, memberships, mappings, rules, apply }: ReloadParts) => {
  let heeded: Map<string, string> | null = null;

  /** What is saved for each integration, without what changes by itself. */
  const read = async (): Promise<Map<string, string>> => {
    const [all, servers, members, mapped] = [
      await integrations.list(),
      (await sources.rows()).map((row) => [row.id, row.name, row.url, row.user_name, row.password_sealed, row.enabled]),
      await memberships.all(),
      await mappings.all(),
    ];
    const stamps = new Map<string, string>();
    for (const { id, name, enabled, settings, secretsSet } of all) {
      const own = [
        [name, enabled, settings, secretsSet],
        servers,
        members.filter((each) => each.integrationId === id),
        mapped
          .filter((row) => row.integration_id === id)
          .map((row) => [row.source_id, row.tenant_id, row.account_id].join(' '))
          .sort(),
        [...(await rules.byReason(id)).values()],
      ];
      stamps.set(id, JSON.stringify(own));
    }
    return stamps;
  };

  return {
    /** Compares with what was heeded last; the first time there is nothing to compare with. */
    async check(): Promise<void> {
      const saved = await read();
      const before = heeded;
      heeded = saved;
      if (before === null) return;
      const changed = [...saved].filter(([id, stamp]) => before.get(id) !== stamp).map(([id]) => id);
      const removed = [...before.keys()].some((id) => !saved.has(id));
      if (changed.length > 0 || removed) await apply(changed);
    },
  };
};
