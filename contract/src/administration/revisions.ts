import { z } from 'zod';
import { Id, Moment, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Revisions';

/** Kinds of objects whose saves are kept as numbered revisions. */
export const objectKinds = [
  'group',
  'device-status-settings',
  'event-configuration',
  'tenant',
  'enrolment-token',
  'siem-target',
  'secondary-server',
  'license-key',
  'event-selection',
  'policy',
  'device-selection',
  'moving-rules',
  'network-visibility',
  'task',
  'user',
  'api-token',
] as const;
export const ObjectKind = z.enum(objectKinds);
export type ObjectKind = z.output<typeof ObjectKind>;

export const Revision = z
  .object({
    /** Grows with time; a decimal number in words. */
    id: z.string(),
    kind: ObjectKind,
    /** Of the object; for settings the id of the group that has them, or `server`. */
    objectId: z.string(),
    /** The object's name when it was saved. */
    objectName: z.string(),
    /** Null: an object of the whole server. */
    tenantId: Id.nullable(),
    /** Counts from 1 in each object. */
    number: z.number().int(),
    at: Moment,
    /** Who: a user's or token's name, or `gatehouse` for what the server did by itself. */
    actor: z.string(),
    actorKind: z.enum(['user', 'api-token', 'agent', 'server', 'anonymous']),
    /** From where. */
    address: z.string().nullable(),
    /** `initial`: how the object was when its history began. */
    action: z.enum(['initial', 'added', 'changed', 'deleted']),
    description: z.string(),
    /** The number of the revision that this one brought back. */
    rolledBackTo: z.number().int().nullable(),
    /** The newest of its object. */
    isLast: z.boolean(),
    /** Whether the caller can bring the object back to this revision. */
    canRollBack: z.boolean(),
    /** Whether the caller can write its description. */
    canDescribe: z.boolean(),
  })
  .meta({ id: 'Revision' });
export type Revision = z.output<typeof Revision>;

/** One place in which two states of objects differ. */
export const StateChange = z
  .object({
    what: z.enum(['added', 'removed', 'changed', 'order']),
    /** Where, in words from the outside in; empty for the object itself. */
    path: z.array(z.string()),
    /** Left out of what was added. */
    before: z.unknown().optional(),
    /** Left out of what was removed. */
    after: z.unknown().optional(),
  })
  .meta({ id: 'StateChange' });
export type StateChange = z.output<typeof StateChange>;

const RevisionPlace = z.object({ revisionId: z.string().regex(/^\d{1,15}$/, 'A decimal number') });

export const listRevisions = endpoint({
  method: 'GET',
  path: '/api/revisions',
  tag,
  summary: 'Revisions of an object, or of all objects that one may see, newest first',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    kind: ObjectKind.optional(),
    /** Only together with `kind`. */
    objectId: z.string().min(1).max(100).optional(),
    tenantId: Id.optional(),
    actor: z.string().max(200).optional(),
  }),
  reply: pageOf(Revision),
});

export const getRevision = endpoint({
  method: 'GET',
  path: '/api/revisions/:revisionId',
  tag,
  summary: 'One revision with the object’s state and what it changed; secrets are masked',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: RevisionPlace,
  reply: z.object({
    revision: Revision,
    /** Null: the object was not there. */
    before: z.unknown().nullable(),
    after: z.unknown().nullable(),
    changes: z.array(StateChange),
  }),
});

export const compareRevisions = endpoint({
  method: 'GET',
  path: '/api/revision-difference',
  tag,
  summary: 'How two revisions of one object, or of two objects of one kind, differ',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ left: RevisionPlace.shape.revisionId, right: RevisionPlace.shape.revisionId }),
  reply: z.object({ left: Revision, right: Revision, changes: z.array(StateChange) }),
});

export const describeRevision = endpoint({
  method: 'PATCH',
  path: '/api/revisions/:revisionId',
  tag,
  summary: 'Write down what a revision was for; nothing else of a revision can be changed',
  needs: 'events:read',
  audit: 'revision.described',
  params: RevisionPlace,
  body: z.object({ description: z.string().trim().max(500) }),
  reply: Revision,
});

export const previewRollBack = endpoint({
  method: 'GET',
  path: '/api/revisions/:revisionId/roll-back',
  tag,
  summary: 'What rolling an object back to a revision would change now',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: RevisionPlace,
  reply: z.object({
    /** The object’s newest revision; to be sent along when rolling back. */
    lastNumber: z.number().int(),
    changes: z.array(StateChange),
  }),
});

export const rollBack = endpoint({
  method: 'POST',
  path: '/api/revisions/:revisionId/roll-back',
  tag,
  summary: 'Bring an object back to a revision; that makes a new revision',
  needs: 'events:read',
  audit: 'object.rolled-back',
  params: RevisionPlace,
  body: z.object({
    /** The newest revision that the caller has seen: nobody rolls back over a change that he does not know of. */
    lastNumber: z.number().int().min(1),
  }),
  reply: Revision,
});
