import type { KscClient } from '@gatehouse/protocols/ksc-open-api';
import type { SourceGroup } from '../source.ts';

/** All groups of the virtual server that the client is logged in to, each with the names on the way to it. */
export const readGroups = async (client: KscClient, signal: AbortSignal | undefined): Promise<SourceGroup[]> => {
  const groups: SourceGroup[] = [];
  for await (const row of client.findGroups({ fields: ['id', 'name', 'grp_full_name'] }, { signal })) {
    const { id, name, grp_full_name: path } = row;
    // The server's own names end in a slash.
    const shown = typeof path === 'string' && path !== '' ? path.replace(/\/+$/, '') : name;
    if (typeof id === 'number' && typeof shown === 'string' && shown !== '') groups.push({ groupId: id, path: shown });
  }
  return groups;
};
