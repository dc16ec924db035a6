import { Loaded } from '../platform/index.ts';
import { StatusSettingsPart } from '../statuses/index.ts';
import { useGroups } from './useTenants.ts';

/** The device statuses of a group; without a choice, of the tenant's Managed devices. */
export const StatusSettingsTab = ({
  tenantId,
  group,
  onGroup,
}: {
  tenantId: string;
  group: number | undefined;
  onGroup(groupId: number): void;
}) => {
  const { groups } = useGroups(tenantId);
  return (
    <Loaded of={groups}>
      {({ items }) => {
        const chosen = items.find(({ id }) => id === group) ?? items.find(({ kind }) => kind === 'managed') ?? items[0];
        return (
          chosen && (
            <StatusSettingsPart
              tenantId={tenantId}
              groupId={chosen.id}
              hasParent={chosen.parentId !== null}
              groups={items.map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
              onGroup={onGroup}
            />
          )
        );
      }}
    </Loaded>
  );
};
