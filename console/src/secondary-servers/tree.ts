import type { getServerHierarchy, ReplyOf, SecondaryServer, ServerLink, StatusCounts } from '@gatehouse/contract';

export type Hierarchy = ReplyOf<typeof getServerHierarchy>;

/** A line of the tree of servers. */
export interface ServerLine {
  id: string;
  /** Null: it stands at the top. */
  parentId: string | null;
  kind: 'self' | 'virtual' | 'own' | 'secondary' | 'further';
  name: string;
  /** Null: not known. */
  counts: StatusCounts | null;
  /** When the counts were read; null: now, of this server. */
  readAt: string | null;
  link: ServerLink | null;
  /** Of a secondary server. */
  server: SecondaryServer | null;
  /** Of a virtual server here. */
  tenantId: string | null;
}

/** This server and its virtual servers, then the secondary servers with what is below each of them. */
export const linesOf = ({ self, secondaries }: Hierarchy): ServerLine[] => {
  const line = (words: Partial<ServerLine> & Pick<ServerLine, 'id' | 'kind' | 'name'>): ServerLine => ({
    ...{ parentId: null, counts: null, readAt: null, link: null, server: null, tenantId: null },
    ...words,
  });
  return [
    line({ id: 'self', kind: 'self', name: self.name, counts: self.counts }),
    ...(self.virtualServers.length > 0
      ? [line({ id: 'self/own', parentId: 'self', kind: 'own', name: '', counts: self.ownCounts })]
      : []),
    ...self.virtualServers.map(({ tenantId, name, counts }) =>
      line({ id: `self/${tenantId}`, parentId: 'self', kind: 'virtual', name, counts, tenantId }),
    ),
    ...secondaries.flatMap((server) => {
      const { id, name, snapshot, link } = server;
      const { readAt } = link;
      return [
        line({ id, kind: 'secondary', name, counts: snapshot?.counts ?? null, readAt, link, server }),
        ...(snapshot?.virtualServers?.length
          ? [line({ id: `${id}/own`, parentId: id, kind: 'own', name: '', counts: snapshot.ownCounts, readAt })]
          : []),
        ...(snapshot?.virtualServers ?? []).map((virtual) =>
          line({
            id: `${id}/${virtual.virtualServerId}`,
            parentId: id,
            kind: 'virtual',
            name: virtual.name,
            counts: virtual.counts,
            readAt,
          }),
        ),
        ...(snapshot?.secondaries ?? []).map((further) =>
          line({ id: `${id}/below/${further}`, parentId: id, kind: 'further', name: further }),
        ),
      ];
    }),
  ];
};
