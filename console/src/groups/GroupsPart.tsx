import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { Group } from '@gatehouse/contract';
import { useState } from 'react';
import { Loaded, useText } from '../platform/index.ts';
import { GroupActsPart } from './GroupActsPart.tsx';
import { type GroupAct, GroupTreeView } from './GroupTreeView.tsx';
import { groupMessages } from './messages.ts';
import { useGroups } from './useGroups.ts';

/** The tree of groups of a tenant and what can be done with it. */
export const GroupsPart = ({ tenantId, framed = false }: { tenantId: string; framed?: boolean }) => {
  const text = useText(groupMessages);
  const { groups, ...calls } = useGroups(tenantId);
  const [dialog, setDialog] = useState<{ act: GroupAct; group: Group } | null>(null);
  const treeOf = (items: Group[]) => (
    <GroupTreeView label={text('groups')} groups={items} onAct={(act, group) => setDialog({ act, group })} />
  );
  return (
    <Loaded of={groups}>
      {({ items }) => (
        <>
          {framed ? (
            <Container
              header={
                <Header variant="h2" description={text('hierarchyHint')} counter={`(${items.length})`}>
                  {text('groups')}
                </Header>
              }
            >
              {treeOf(items)}
            </Container>
          ) : (
            treeOf(items)
          )}
          {dialog && <GroupActsPart {...dialog} groups={items} calls={calls} onClose={() => setDialog(null)} />}
        </>
      )}
    </Loaded>
  );
};
