import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import TreeView from '@cloudscape-design/components/tree-view';
import type { Group } from '@gatehouse/contract';
import { useState } from 'react';
import { AppLink, paths, useAddress, useGo, useMay, useText, withQuery } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { CountsView } from './CountsView.tsx';
import { tenantMessages } from './messages.ts';

export type GroupAct = 'add' | 'change' | 'delete';

export const GroupTreeView = ({ groups, onAct }: { groups: Group[]; onAct(act: GroupAct, group: Group): void }) => {
  const text = useText(tenantMessages);
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  const [closed, setClosed] = useState<string[]>([]);
  const childrenOf = (group: Group) => groups.filter(({ parentId }) => parentId === group.id);
  // Parents come before children, but a group whose parent is not shown still has to be seen.
  const roots = groups.filter(({ parentId }) => !groups.some(({ id }) => id === parentId));
  return (
    <Container
      header={
        <Header variant="h2" description={text('groupsHint')} counter={`(${groups.length})`}>
          {text('groups')}
        </Header>
      }
    >
      <TreeView
        ariaLabel={text('groups')}
        items={roots}
        getItemId={({ id }) => String(id)}
        getItemChildren={childrenOf}
        expandedItems={groups.map(({ id }) => String(id)).filter((id) => !closed.includes(id))}
        onItemToggle={({ detail }) =>
          setClosed((all) => (detail.expanded ? all.filter((id) => id !== detail.id) : [...all, detail.id]))
        }
        i18nStrings={{
          expandButtonLabel: ({ name }) => text('expand', { name }),
          collapseButtonLabel: ({ name }) => text('collapse', { name }),
        }}
        renderItem={(group) => ({
          icon: undefined,
          content: (
            <AppLink to={withQuery(paths.devices, { tenant: group.tenantId, groupId: String(group.id) })}>
              {group.name}
            </AppLink>
          ),
          secondaryContent: <CountsView counts={group.devices} />,
          announcementLabel: group.name,
          actions: (
            <ButtonDropdown
              variant="inline-icon"
              ariaLabel={text('groupActions', { name: group.name })}
              expandToViewport
              items={[
                ...(may('devices:write') ? [{ id: 'add', text: text('addGroup') }] : []),
                ...(may('devices:write') && group.kind === 'group'
                  ? [
                      { id: 'change', text: text('renameGroup') },
                      { id: 'delete', text: text('deleteGroup') },
                    ]
                  : []),
                { id: 'history', text: text('revisionHistory') },
              ]}
              onItemClick={({ detail }) =>
                detail.id === 'history'
                  ? go(address(historyPath({ kind: 'group', id: String(group.id) })))
                  : onAct(detail.id as GroupAct, group)
              }
            />
          ),
        })}
      />
    </Container>
  );
};
