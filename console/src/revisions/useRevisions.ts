import {
  compareRevisions,
  describeRevision,
  getRevision,
  getStatusSettings,
  listAudit,
  listEvents,
  listGroups,
  listRevisions,
  listTenants,
  objectKinds,
  previewRollBack,
  rollBack,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlNumber, urlOneOf, urlText, useTenantScope } from '../platform/index.ts';

export const RevisionSearch = z.object({
  ...listState,
  kind: urlOneOf(objectKinds),
  /** Only this object of the kind. */
  object: urlText,
  /** The revision of the object that is shown, as an event names it; `selected` comes first. */
  number: urlNumber,
  actor: urlText,
  /** The revision that the chosen one is compared with; none: the one before it. */
  with: urlText,
});
export type RevisionSearch = z.output<typeof RevisionSearch>;

/** An event names its revision by number, which may be some pages down. */
const LIMIT_BY_NUMBER = 200;

export const useRevisions = ({ limit, after, kind, object, actor, number }: RevisionSearch) => {
  const tenantId = useTenantScope();
  const objectId = kind === undefined ? undefined : object;
  return useAsk(
    listRevisions,
    {
      query: {
        limit: limit ?? (number === undefined ? undefined : LIMIT_BY_NUMBER),
        after,
        kind,
        objectId,
        actor,
        // An object is of one tenant, or of none.
        tenantId: objectId === undefined ? tenantId : undefined,
      },
    },
    { keep: true, topics: ['tenants', 'devices'] },
  );
};

/** One revision, with what it changed; or how it differs from another. */
export const useRevision = (id: string, other: string | undefined) => ({
  one: useAsk(getRevision, { params: { revisionId: id } }, { enabled: other === undefined }),
  difference: useAsk(compareRevisions, { query: { left: other ?? '0', right: id } }, { enabled: other !== undefined }),
  describe: useTell(describeRevision, { changes: [listRevisions, getRevision] }),
});

export const useRollBack = (id: string) => ({
  preview: useAsk(previewRollBack, { params: { revisionId: id } }),
  rollBack: useTell(rollBack, {
    changes: [listRevisions, getRevision, listGroups, getStatusSettings, listTenants, listEvents, listAudit],
  }),
});
