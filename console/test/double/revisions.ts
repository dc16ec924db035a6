import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

interface Kept {
  revision: contract.Revision;
  state: Record<string, unknown> | null;
}

const HOSTILE = '<img src=x onerror="document.title=1">';

/** Changes of the outermost fields: enough to be looked at. */
const changesOf = (
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): contract.StateChange[] =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].flatMap((field): contract.StateChange[] => {
    const [a, b] = [before?.[field], after?.[field]];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    if (a === undefined) return [{ what: 'added', path: [field], after: b }];
    if (b === undefined) return [{ what: 'removed', path: [field], before: a }];
    return [{ what: 'changed', path: [field], before: a, after: b }];
  });

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

const someHistory = (world: World): Kept[] => {
  const group = world.groups.find(({ kind }) => kind === 'managed');
  const tenant = world.tenants.find(({ id }) => id === group?.tenantId);
  if (!group || !tenant) return [];
  const make = (
    words: Pick<contract.Revision, 'kind' | 'objectId' | 'objectName'>,
    saves: (Partial<contract.Revision> & { state: Kept['state'] })[],
  ): Kept[] =>
    saves.map(({ state, ...save }, at) => ({
      state,
      revision: {
        id: '0',
        tenantId: tenant.id,
        ...words,
        number: at + 1,
        at: ago(40 - at),
        actor: 'ada',
        actorKind: 'user',
        address: '192.0.2.7',
        action: at === 0 ? 'added' : 'changed',
        description: '',
        rolledBackTo: null,
        isLast: at === saves.length - 1,
        canRollBack: at < saves.length - 1,
        canDescribe: true,
        ...save,
      },
    }));
  const level = (critical: number) => ({
    critical: { enabled: true, value: critical },
    warning: { enabled: true, value: 1 },
  });
  const all = [
    ...make({ kind: 'device-status-settings', objectId: String(group.id), objectName: group.name }, [
      { state: {}, action: 'initial', actor: 'gatehouse', actorKind: 'server', address: null },
      { state: { 'Databases are outdated': level(4) }, description: 'Agreed with the client' },
      { state: { 'Databases are outdated': level(9), [HOSTILE]: level(2) } },
    ]),
    ...make({ kind: 'tenant', objectId: tenant.id, objectName: HOSTILE }, [
      { state: { name: 'Before' } },
      { state: { name: HOSTILE }, actor: 'tom' },
    ]),
  ];
  return all.map((kept, at) => ({ ...kept, revision: { ...kept.revision, id: String(100 + at) } }));
};

/** Object history of the double. */
export const answerRevisions = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World): void => {
  const kept = kind === 'full' ? someHistory(world) : [];
  const find = (id: string): Kept => {
    const found = kept.find(({ revision }) => revision.id === id);
    if (!found) throw new Refusal(404, 'revision.not-found', `There is no revision ${id}`);
    return found;
  };
  const ofObject = ({ revision }: Kept) =>
    kept.filter(({ revision: each }) => each.kind === revision.kind && each.objectId === revision.objectId);
  const lastOf = (one: Kept): Kept => ofObject(one).find(({ revision }) => revision.isLast) ?? one;
  const beforeOf = (one: Kept) =>
    ofObject(one).find(({ revision }) => revision.number === one.revision.number - 1)?.state ?? null;

  on(contract.listRevisions, ({ query }) => {
    const all = kept
      .map(({ revision }) => revision)
      .filter((revision) => !query.kind || revision.kind === query.kind)
      .filter((revision) => !query.objectId || revision.objectId === query.objectId)
      .filter((revision) => !query.tenantId || revision.tenantId === query.tenantId)
      .filter((revision) => !query.actor || revision.actor === query.actor)
      .toSorted((a, b) => Number(b.id) - Number(a.id));
    const from = query.after === undefined ? 0 : Number(query.after);
    const end = from + query.limit;
    return { items: all.slice(from, end), next: end < all.length ? String(end) : null };
  });
  on(contract.getRevision, ({ params }) => {
    const one = find(params.revisionId);
    const before = beforeOf(one);
    return { revision: one.revision, before, after: one.state, changes: changesOf(before, one.state) };
  });
  on(contract.compareRevisions, ({ query }) => {
    const [left, right] = [find(query.left), find(query.right)];
    return { left: left.revision, right: right.revision, changes: changesOf(left.state, right.state) };
  });
  on(contract.describeRevision, ({ params, body }) => Object.assign(find(params.revisionId).revision, body));
  on(contract.previewRollBack, ({ params }) => {
    const one = find(params.revisionId);
    const last = lastOf(one);
    return { lastNumber: last.revision.number, changes: changesOf(last.state, one.state) };
  });
  on(contract.rollBack, ({ params, body }) => {
    const one = find(params.revisionId);
    const last = lastOf(one);
    if (body.lastNumber !== last.revision.number)
      throw new Refusal(409, 'revision.outdated', `“${one.revision.objectName}” was changed meanwhile`);
    Object.assign(last.revision, { isLast: false, canRollBack: true });
    const revision: contract.Revision = {
      ...last.revision,
      ...{ id: String(100 + kept.length), number: last.revision.number + 1, at: ago(0), action: 'changed' },
      ...{ rolledBackTo: one.revision.number, description: '', isLast: true, canRollBack: false },
    };
    kept.push({ revision, state: one.state });
    return revision;
  });
};
