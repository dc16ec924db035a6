import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { GroupSettings } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import { GroupDevicesPart } from '../devices/index.ts';
import {
  ApiProblem,
  Loaded,
  Page,
  paths,
  urlOneOf,
  useAddress,
  useGo,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { GroupPolicies } from '../policies/index.ts';
import { historyPath } from '../revisions/index.ts';
import { StatusSettingsPart } from '../statuses/index.ts';
import { TasksFor } from '../tasks/index.ts';
import { CountsView } from './CountsView.tsx';
import { GeneralTabView } from './GeneralTabView.tsx';
import { GroupActsPart } from './GroupActsPart.tsx';
import type { GroupAct } from './GroupTreeView.tsx';
import { InactivityView } from './InactivityView.tsx';
import { groupMessages } from './messages.ts';
import { useGroup, useGroups, useTenantList } from './useGroups.ts';

const groupTabs = ['general', 'devices', 'statuses', 'policies', 'tasks'] as const;
type GroupTab = (typeof groupTabs)[number];
const tabWords = {
  general: 'tabGeneral',
  devices: 'tabDevices',
  statuses: 'tabStatuses',
  policies: 'tabPolicies',
  tasks: 'tabTasks',
} as const satisfies Record<GroupTab, keyof typeof groupMessages>;

const GroupSearch = z.object({ tab: urlOneOf(groupTabs) });

export const GroupScreen = () => {
  const { tenantId = '', groupId = '' } = useParams({ strict: false }) as { tenantId?: string; groupId?: string };
  const text = useText(groupMessages);
  const calls = useGroup(tenantId, Number(groupId));
  if (calls.group.error instanceof ApiProblem && calls.group.error.status === 404) {
    return (
      <Page title={text('hierarchy')}>
        <Alert type="warning">{text('gone')}</Alert>
      </Page>
    );
  }
  return (
    <Loaded of={calls.group}>
      {(settings) => <GroupPage key={settings.group.id} settings={settings} putInactivity={calls.putInactivity} />}
    </Loaded>
  );
};

const GroupPage = ({
  settings: { group, inactivity },
  putInactivity,
}: {
  settings: GroupSettings;
  putInactivity: ReturnType<typeof useGroup>['putInactivity'];
}) => {
  const text = useText(groupMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const may = useMay()('groups:write');
  const [search, change] = useUrlState(GroupSearch);
  const [act, setAct] = useState<GroupAct | null>(null);
  const { groups, ...calls } = useGroups(group.tenantId);
  const tenants = useTenantList();
  const tab = search.tab ?? 'general';
  const tenantName = tenants.data?.items.find(({ id }) => id === group.tenantId)?.name ?? '';
  const isManaged = group.kind === 'group' || group.kind === 'managed';
  const parts: Record<GroupTab, ReactNode> = {
    general: (
      <GeneralTabView
        group={group}
        tenantName={tenantName}
        inactivity={
          isManaged && (
            <InactivityView
              key={JSON.stringify(inactivity)}
              inactivity={inactivity}
              isBusy={putInactivity.isPending}
              problem={putInactivity.error}
              onSave={(settings) =>
                putInactivity.mutate(
                  { params: { tenantId: group.tenantId, groupId: group.id }, body: { settings } },
                  { onSuccess: () => say({ type: 'success', content: text('saved') }) },
                )
              }
            />
          )
        }
      />
    ),
    devices: <GroupDevicesPart tenantId={group.tenantId} groupId={group.id} />,
    statuses: <StatusSettingsPart tenantId={group.tenantId} groupId={group.id} hasParent={group.parentId !== null} />,
    policies: <GroupPolicies tenantId={group.tenantId} groupId={group.id} />,
    tasks: <TasksFor tenantId={group.tenantId} groupId={group.id} name={group.name} />,
  };
  return (
    <Page
      title={group.name}
      isThing
      description={<CountsView counts={group.devicesBelow} below />}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {may && group.kind === 'group' && <Button onClick={() => setAct('delete')}>{text('deleteGroup')}</Button>}
          {may && group.kind === 'group' && <Button onClick={() => setAct('change')}>{text('renameGroup')}</Button>}
          {may && isManaged && <Button onClick={() => setAct('add')}>{text('addGroup')}</Button>}
          <Button onClick={() => go(address(historyPath({ kind: 'group', id: String(group.id) })))}>
            {text('revisionHistory')}
          </Button>
        </SpaceBetween>
      }
    >
      <Tabs
        activeTabId={tab}
        ariaLabel={group.name}
        onChange={({ detail }) =>
          change({ tab: detail.activeTabId === 'general' ? undefined : (detail.activeTabId as GroupTab) })
        }
        tabs={groupTabs.map((id) => ({ id, label: text(tabWords[id]), content: id === tab && parts[id] }))}
      />
      {act && (
        <GroupActsPart
          act={act}
          group={group}
          groups={groups.data?.items ?? []}
          calls={calls}
          onDone={(what) => what === 'delete' && go(address(paths.groups))}
          onClose={() => setAct(null)}
        />
      )}
    </Page>
  );
};
