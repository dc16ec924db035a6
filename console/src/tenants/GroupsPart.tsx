import type { Group } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, Loaded, platformMessages, useSay, useText } from '../platform/index.ts';
import { type GroupAct, GroupTreeView } from './GroupTreeView.tsx';
import { tenantMessages } from './messages.ts';
import { NameDialogView } from './NameDialogView.tsx';
import { useGroups } from './useTenants.ts';

/** A group cannot go below itself, nor below what is below it. */
const possibleParents = (groups: Group[], group: Group): Group[] => {
  const below = new Set([group.id]);
  for (const each of groups) if (each.parentId !== null && below.has(each.parentId)) below.add(each.id);
  return groups.filter(({ id }) => !below.has(id));
};

/** The tree of groups of a tenant and what can be done with it. */
export const GroupsPart = ({ tenantId }: { tenantId: string }) => {
  const text = useText(tenantMessages);
  const words = useText(platformMessages);
  const say = useSay();
  const { groups, add, change, remove } = useGroups(tenantId);
  const [dialog, setDialog] = useState<{ act: GroupAct; group: Group } | null>(null);
  const done = {
    onSuccess: () => {
      setDialog(null);
      say({ type: 'success', content: text('saved') });
    },
  };
  return (
    <Loaded of={groups}>
      {({ items }) => (
        <>
          <GroupTreeView groups={items} onAct={(act, group) => setDialog({ act, group })} />
          {dialog?.act === 'add' && (
            <NameDialogView
              title={text('addGroupBelow', { name: dialog.group.name })}
              confirm={text('addGroup')}
              label={text('groupName')}
              isBusy={add.isPending}
              problem={add.error}
              onCancel={() => setDialog(null)}
              onSave={(name) => add.mutate({ params: { tenantId }, body: { name, parentId: dialog.group.id } }, done)}
            />
          )}
          {dialog?.act === 'change' && (
            <NameDialogView
              title={text('renameGroup')}
              confirm={words('save')}
              label={text('groupName')}
              initial={dialog.group.name}
              parents={possibleParents(items, dialog.group).map(({ id, fullName }) => ({
                value: String(id),
                label: fullName,
              }))}
              initialParent={dialog.group.parentId === null ? undefined : String(dialog.group.parentId)}
              isBusy={change.isPending}
              problem={change.error}
              onCancel={() => setDialog(null)}
              onSave={(name, parent) =>
                change.mutate(
                  {
                    params: { tenantId, groupId: dialog.group.id },
                    body: { name, parentId: parent === undefined ? undefined : Number(parent) },
                  },
                  done,
                )
              }
            />
          )}
          {dialog?.act === 'delete' && (
            <AskFirst
              title={text('deleteGroup')}
              confirm={text('deleteGroup')}
              isBusy={remove.isPending}
              problem={remove.error}
              onCancel={() => setDialog(null)}
              onConfirm={() => remove.mutate({ params: { tenantId, groupId: dialog.group.id } }, done)}
            >
              <p>{text('deleteGroupAsk', { name: dialog.group.name })}</p>
            </AskFirst>
          )}
        </>
      )}
    </Loaded>
  );
};
