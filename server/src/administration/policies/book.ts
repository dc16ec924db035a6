import { type AgentPolicy, ENDPOINT_AGENT } from '@gatehouse/contract';
import { agentPolicyOf, chainOf, holds, layersOf } from './effective.ts';
import type { PolicyDevice, SavedPolicy } from './policy.ts';

/** Another process may have changed policies; what it changed holds here after this at the latest. */
const REFRESH_MS = 5000;

interface Place {
  inForce: SavedPolicy[];
  /** Null: being away makes no difference. */
  away: SavedPolicy[] | null;
}

export interface BookGroup {
  id: number;
  path: string;
}

/** What is in force where, put together from all policies and groups. */
export interface OpenBook {
  version: number;
  /** Policies of our agent that are in force in a group, from the top down; of a group that is not known, none. */
  placeOf: (groupId: number) => Place;
  knows: (groupId: number) => boolean;
  /** Groups that were asked for and are not there. */
  missing: Set<number>;
  /** Null: no policy is in force. */
  policyOf: (device: PolicyDevice) => AgentPolicy | null;
}

const openBook = (version: number, policies: readonly SavedPolicy[], groups: readonly BookGroup[]): OpenBook => {
  const ofAgent = policies.filter(({ application }) => application === ENDPOINT_AGENT);
  const byGroup = Map.groupBy(ofAgent, ({ groupId }) => groupId);
  const paths = new Map(groups.map(({ id, path }) => [id, path]));
  const places = new Map<number, Place>();
  const made = new Map<string, AgentPolicy | null>();

  const placeOf = (groupId: number): Place => {
    const known = places.get(groupId);
    if (known) return known;
    const path = paths.get(groupId) ?? '';
    const place = { inForce: chainOf(byGroup, path) ?? [], away: chainOf(byGroup, path, true) };
    places.set(groupId, place);
    return place;
  };

  return {
    version,
    placeOf,
    knows: (groupId) => paths.has(groupId),
    missing: new Set(),
    policyOf: (device) => {
      const { inForce, away } = placeOf(device.groupId);
      const all = [...inForce, ...(away ?? [])];
      if (all.length === 0) return null;
      // Devices of a group for which the same profiles are active have the same policy: it is put together once.
      const active = all.flatMap(({ profiles }) => profiles.map((profile) => (holds(profile, device) ? '1' : '0')));
      const key = `${device.groupId} ${active.join('')}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const policy = agentPolicyOf(layersOf(inForce, device), away && layersOf(away, device));
      made.set(key, policy);
      return policy;
    },
  };
};

/** The book in memory, since every sync asks it; opened anew when something in it has changed, here or elsewhere. */
export const createPolicyBook = ({
  version,
  load,
  elapsedMs = () => performance.now(),
}: {
  /** A number that is another when policies or the tree of groups are. */
  version: () => Promise<number>;
  load: () => Promise<{ policies: readonly SavedPolicy[]; groups: readonly BookGroup[] }>;
  elapsedMs?: () => number;
}) => {
  let current: OpenBook | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let changes = 0;
  let opening: Promise<OpenBook> | null = null;

  const read = async (): Promise<OpenBook> => {
    for (;;) {
      const seen = changes;
      const startedAt = elapsedMs();
      // The version first: what is changed while the rest is read makes it too low, and the book is opened again.
      const found = await version();
      const book =
        current?.version === found ? current : await load().then((all) => openBook(found, all.policies, all.groups));
      if (seen !== changes) continue;
      book.missing.clear();
      current = book;
      lookedAt = startedAt;
      return book;
    }
  };

  const open = async (): Promise<OpenBook> => {
    if (current && elapsedMs() - lookedAt < REFRESH_MS) return current;
    opening ??= read().finally(() => {
      opening = null;
    });
    return opening;
  };
  const changed = (): void => {
    changes += 1;
    current = null;
  };

  return {
    open,
    /** With these groups in it, which may be newer than the book. */
    openFor: async (groupIds: Iterable<number>): Promise<OpenBook> => {
      const book = await open();
      const isUnknown = (id: number) => !book.knows(id) && !book.missing.has(id);
      const asked = [...groupIds];
      if (!asked.some(isUnknown)) return book;
      changed();
      const fresh = await open();
      for (const id of asked) if (!fresh.knows(id)) fresh.missing.add(id);
      return fresh;
    },
    /** Policies or groups are others: whoever asks from now on gets what is true now. */
    changed,
  };
};
export type PolicyBook = ReturnType<typeof createPolicyBook>;
