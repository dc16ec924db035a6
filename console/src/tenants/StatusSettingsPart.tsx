import { Loaded, useSay, useText } from '../platform/index.ts';
import { tenantMessages } from './messages.ts';
import { StatusSettingsView } from './StatusSettingsView.tsx';
import { useGroups, useStatusSettings } from './useTenants.ts';

/** The conditions of one group; without a choice, of the tenant's Managed devices. */
export const StatusSettingsPart = ({
  tenantId,
  group,
  onGroup,
}: {
  tenantId: string;
  group: number | undefined;
  onGroup(groupId: number): void;
}) => {
  const text = useText(tenantMessages);
  const say = useSay();
  const { groups } = useGroups(tenantId);
  const items = groups.data?.items ?? [];
  const groupId = (items.find(({ id }) => id === group) ?? items.find(({ kind }) => kind === 'managed') ?? items[0])
    ?.id;
  const { settings, put } = useStatusSettings(tenantId, groupId);
  return (
    <Loaded of={groups}>
      {() => (
        <Loaded of={settings}>
          {({ conditions }) => (
            <StatusSettingsView
              key={groupId}
              conditions={conditions}
              groups={items.map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
              groupId={String(groupId)}
              hasParent={items.some(({ id, parentId }) => id === groupId && parentId !== null)}
              isSaving={put.isPending}
              problem={put.error}
              onGroup={onGroup}
              onSave={async (changes, done) => {
                try {
                  for (const { condition, settings: next } of changes) {
                    await put.mutateAsync({ params: { tenantId, groupId, condition }, body: { settings: next } });
                  }
                } catch {
                  // `put.error` says it beside the table; what was typed stays.
                  return;
                }
                done();
                say({ type: 'success', content: text('saved') });
              }}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
};
