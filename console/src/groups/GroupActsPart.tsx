import type { Group } from '@gatehouse/contract';
import { useSay, useText } from '../platform/index.ts';
import { DeleteGroupView, GroupNameView } from './GroupDialogsView.tsx';
import type { GroupAct } from './GroupTreeView.tsx';
import { groupMessages } from './messages.ts';
import type { useGroups } from './useGroups.ts';

/** The dialog of an act upon a group, and the act. */
export const GroupActsPart = ({
  act,
  group,
  groups,
  calls,
  onDone,
  onClose,
}: {
  act: GroupAct;
  group: Group;
  groups: readonly Group[];
  calls: Pick<ReturnType<typeof useGroups>, 'add' | 'change' | 'remove'>;
  /** It was done; for the page of a group that is gone now. */
  onDone?: (act: GroupAct) => void;
  onClose(): void;
}) => {
  const text = useText(groupMessages);
  const say = useSay();
  const { add, change, remove } = calls;
  const params = { tenantId: group.tenantId, groupId: group.id };
  const close = () => {
    for (const each of [add, change, remove]) each.reset();
    onClose();
  };
  const done = (content: string) => ({
    onSuccess: () => {
      close();
      say({ type: 'success', content });
      onDone?.(act);
    },
  });
  if (act === 'delete') {
    return (
      <DeleteGroupView
        group={group}
        groups={groups}
        isBusy={remove.isPending}
        problem={remove.error}
        onCancel={close}
        onDelete={({ withSubgroups, moveDevicesTo }) =>
          remove.mutate(
            { params, query: { withSubgroups: withSubgroups ? 'true' : 'false', moveDevicesTo } },
            done(text('deleted', { name: group.name })),
          )
        }
      />
    );
  }
  const isNew = act === 'add';
  const call = isNew ? add : change;
  return (
    <GroupNameView
      group={isNew ? null : group}
      {...(isNew ? { below: group } : {})}
      groups={groups}
      isBusy={call.isPending}
      problem={call.error}
      onCancel={close}
      onSave={(name, parentId) =>
        isNew
          ? add.mutate(
              { params: { tenantId: group.tenantId }, body: { name, parentId: group.id } },
              done(text('saved')),
            )
          : change.mutate({ params, body: { name, parentId } }, done(text('saved')))
      }
    />
  );
};
