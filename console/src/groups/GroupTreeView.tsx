import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TreeView from '@cloudscape-design/components/tree-view';
import type { Group } from '@gatehouse/contract';
import { useMemo, useState } from 'react';
import { AppLink, paths, useAddress, useGo, useMay, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { CountsView } from './CountsView.tsx';
import { groupMessages } from './messages.ts';
import { openAtFirst, treeOf } from './tree.ts';

export type GroupAct = 'add' | 'change' | 'delete';

/** The tree of one client's groups; each counts the devices in it and below it. */
export const GroupTreeView = ({
  label,
  groups,
  onAct,
}: {
  label: string;
  groups: Group[];
  onAct(act: GroupAct, group: Group): void;
}) => {
  const text = useText(groupMessages);
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  const tree = useMemo(() => treeOf(groups), [groups]);
  const [open, setOpen] = useState(() => openAtFirst(groups));
  const mayWrite = may('groups:write');
  return (
    <TreeView
      ariaLabel={label}
      items={tree.roots.filter(({ kind }) => kind !== 'super')}
      getItemId={({ id }) => String(id)}
      getItemChildren={({ id }) => [...tree.childrenOf(id)]}
      expandedItems={open}
      onItemToggle={({ detail }) =>
        setOpen((all) => (detail.expanded ? [...all, detail.id] : all.filter((id) => id !== detail.id)))
      }
      i18nStrings={{
        expandButtonLabel: ({ name }) => text('expand', { name }),
        collapseButtonLabel: ({ name }) => text('collapse', { name }),
      }}
      renderItem={(group) => ({
        icon: undefined,
        content: <AppLink to={paths.group(group.tenantId, group.id)}>{group.name}</AppLink>,
        secondaryContent: <CountsView counts={group.devicesBelow} below={tree.childrenOf(group.id).length > 0} />,
        announcementLabel: group.name,
        actions: (
          <ButtonDropdown
            variant="inline-icon"
            ariaLabel={text('groupActions', { name: group.name })}
            expandToViewport
            items={[
              ...(mayWrite && group.kind !== 'unassigned' ? [{ id: 'add', text: text('addGroup') }] : []),
              ...(mayWrite && group.kind === 'group'
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
  );
};
