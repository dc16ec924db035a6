import type { Group } from '@gatehouse/contract';
import { useState } from 'react';
import { Loaded, useText } from '../platform/index.ts';
import { GroupActsPart } from './GroupActsPart.tsx';
import { type GroupAct, GroupTreeView } from './GroupTreeView.tsx';
import { groupMessages } from './messages.ts';
import { useGroups } from './useGroups.ts';

/** The tree of groups of a tenant and what can be done with it. */
export const GroupsPart = ({ tenantId }: { tenantId: string }) => {
  const text = useText(groupMessages);
  const { groups, ...calls } = useGroups(tenantId);
  const [dialog, setDialog] = useState<{ act: GroupAct; group: Group } | null>(null);
  return (
    <Loaded of={groups}>
      {({ items }) => (
        <>
          <GroupTreeView label={text('groups')} groups={items} onAct={(act, group) => setDialog({ act, group })} />
          {dialog && <GroupActsPart {...dialog} groups={items} calls={calls} onClose={() => setDialog(null)} />}
        </>
      )}
    </Loaded>
  );
};
