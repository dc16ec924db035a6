import {
  compareRevisions,
  describeRevision,
  getRevision,
  listRevisions,
  type ObjectKind,
  objectKinds,
  previewRollBack,
  rollBack,
  type Revision as ShownRevision,
} from '@gatehouse/contract';
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import { difference, type Json } from './difference.ts';
import { type LabelOf, shownChanges } from './in-words.ts';
import { kinds } from './kinds.ts';
import type { ObjectState, Revision } from './revision.ts';
import { isWhole, type RevisionStore, type Viewer } from './store.ts';

export interface RollBackResult {
  /** The object's newest revision before. */
  lastNumber: number;
  before: ObjectState;
  after: ObjectState;
  /** Null when nothing differs. */
  revisionId: number | null;
}

export interface RevisionParts {
  revisionsOf: (scope: TenantScope, viewer: Viewer) => RevisionStore;
  /** Kinds of objects that can be rolled back. */
  canRollBack: (kind: ObjectKind) => boolean;
  /** Brings an object back in one transaction. @param isTrial only finds out what would be changed */
  rollBack: (
    revision: Revision,
    doer: Doer,
    how: { isTrial: boolean; lastNumber: number | null },
  ) => Promise<RollBackResult>;
  labelOf: LabelOf;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

const placeOf = (after: string | undefined): number | null => {
  if (after === undefined) return null;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  const issue = { where: 'query.after', what: 'Must be the `next` of the page before' };
  throw new InvalidInput('query.after is not the place of a page', [issue]);
};

export const revisionRoutes = (http: Http, parts: RevisionParts): void => {
  const revisionsOf = (actor: Actor): RevisionStore =>
    parts.revisionsOf(scopeOf(actor), {
      id: actor.id,
      isHousekeeper: actor.tenantIds === null && actor.permissions.has('users:write'),
    });
  const mayRead = (actor: Actor, kind: ObjectKind) => actor.permissions.has(kinds[kind].read);
  const mayWrite = (actor: Actor, kind: ObjectKind) => actor.permissions.has(kinds[kind].write);

  /** What keeps an object from being rolled back to a revision. */
  const obstacle = (revision: Revision): Conflict | null => {
    if (!parts.canRollBack(revision.object.kind)) {
      return new Conflict(
        'revision.no-roll-back',
        'Objects of this kind cannot be rolled back; change the object itself',
      );
    }
    if (revision.state === null) {
      return new Conflict('revision.deleted', 'This revision is the deletion of the object; choose an earlier one');
    }
    if (!isWhole(revision.state)) {
      return new Conflict('revision.secret', 'This revision has secrets, which are not kept; change the object itself');
    }
    return null;
  };

  const shown = (revision: Revision, actor: Actor): ShownRevision => ({
    id: String(revision.id),
    kind: revision.object.kind,
    objectId: revision.object.id,
    objectName: revision.object.name,
    tenantId: revision.object.tenantId,
    number: revision.number,
    at: revision.at.toISOString(),
    actor: revision.actor,
    actorKind: revision.actorKind,
    address: revision.address,
    action: revision.action,
    description: revision.description,
    rolledBackTo: revision.rolledBackTo,
    isLast: revision.isLast,
    canDescribe: mayWrite(actor, revision.object.kind),
    canRollBack: !revision.isLast && obstacle(revision) === null && mayWrite(actor, revision.object.kind),
  });

  /** @throws NotFound for what the caller may not see, too */
  const readable = async (actor: Actor, id: string): Promise<Revision> => {
    const revision = await revisionsOf(actor).get(Number(id));
    if (!mayRead(actor, revision.object.kind)) throw new NotFound('revision', id);
    return revision;
  };
  const writable = async (actor: Actor, id: string): Promise<Revision> => {
    const revision = await readable(actor, id);
    const { write } = kinds[revision.object.kind];
    if (mayWrite(actor, revision.object.kind)) return revision;
    throw new Forbidden(`This needs the right ${write}, which ${actor.name} does not have`);
  };
  const restorable = async (actor: Actor, id: string): Promise<Revision> => {
    const revision = await writable(actor, id);
    const problem = obstacle(revision);
    if (problem) throw problem;
    return revision;
  };

  const changesBetween = (kind: ObjectKind, before: Json, after: Json) =>
    shownChanges(difference(before, after), kind, parts.labelOf);

  route(http, listRevisions, async ({ actor, query }) => {
    const { kind, objectId, tenantId, actor: doer, limit } = query;
    if (objectId !== undefined && kind === undefined) {
      throw new InvalidInput('An object is named by its kind and its id', [
        { where: 'query.kind', what: 'is missing; ids are told apart in one kind only' },
      ]);
    }
    if (kind !== undefined && !mayRead(actor, kind)) {
      throw new Forbidden(`This needs the right ${kinds[kind].read}, which ${actor.name} does not have`);
    }
    if (tenantId !== undefined && !inScope(scopeOf(actor), tenantId)) throw new NotFound('tenant', tenantId);
    const revisions = await revisionsOf(actor).list(
      {
        kinds: kind === undefined ? objectKinds.filter((each) => mayRead(actor, each)) : [kind],
        ...(objectId === undefined ? {} : { objectId }),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(doer === undefined ? {} : { actor: doer }),
      },
      { beforeId: placeOf(query.after), limit: limit + 1 },
    );
    const items = revisions.slice(0, limit);
    return {
      items: items.map((revision) => shown(revision, actor)),
      next: revisions.length > limit ? String(items.at(-1)?.id) : null,
    };
  });

  route(http, getRevision, async ({ actor, params }) => {
    const revision = await readable(actor, params.revisionId);
    const before = await revisionsOf(actor).stateBefore(revision);
    const { state: after, object } = revision;
    return {
      revision: shown(revision, actor),
      before,
      after,
      changes: changesBetween(object.kind, before ?? {}, after ?? {}),
    };
  });

  route(http, compareRevisions, async ({ actor, query }) => {
    const left = await readable(actor, query.left);
    const right = await readable(actor, query.right);
    if (left.object.kind !== right.object.kind) {
      throw new InvalidInput('Only objects of one kind can be compared', [
        { where: 'query.right', what: `must be a revision of the kind ${left.object.kind}` },
      ]);
    }
    return {
      left: shown(left, actor),
      right: shown(right, actor),
      changes: changesBetween(left.object.kind, left.state ?? {}, right.state ?? {}),
    };
  });

  route(http, describeRevision, async ({ actor, params, body, audit }) => {
    const before = await writable(actor, params.revisionId);
    await revisionsOf(actor).describe(before.id, body.description);
    audit({ before: { description: before.description }, tenantId: before.object.tenantId });
    return shown({ ...before, description: body.description }, actor);
  });

  route(http, previewRollBack, async ({ actor, params, request }) => {
    const revision = await restorable(actor, params.revisionId);
    const { lastNumber, before, after } = await parts.rollBack(revision, doerOf({ actor, request }), {
      isTrial: true,
      lastNumber: null,
    });
    return { lastNumber, changes: changesBetween(revision.object.kind, before, after) };
  });

  route(http, rollBack, async ({ actor, params, body, request, audit }) => {
    const revision = await restorable(actor, params.revisionId);
    const { object, number } = revision;
    const { before, after, revisionId } = await parts.rollBack(revision, doerOf({ actor, request }), {
      isTrial: false,
      lastNumber: body.lastNumber,
    });
    if (revisionId === null) {
      throw new Conflict(
        'revision.no-difference',
        `“${object.name}” is as it was in revision ${number}; nothing was done`,
      );
    }
    audit({
      tenantId: object.tenantId,
      before: { ...object, state: before },
      after: { ...object, state: after, rolledBackTo: number },
    });
    return shown(await revisionsOf(actor).get(revisionId), actor);
  });
};
