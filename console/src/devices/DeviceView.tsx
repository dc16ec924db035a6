import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { Device } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { AppLink, Page, paths, RelativeTime, StatusMark, useMay, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

export type DeviceAct = 'rename' | 'tags' | 'revoke' | 'reset' | 'delete';
export type DeviceCommand = 'quick' | 'full' | 'update';
export const deviceTabs = [
  'overview',
  'protection',
  'vulnerabilities',
  'software',
  'hardware',
  'events',
  'incidents',
  'tickets',
  'tasks',
  'commands',
  'policy',
  'licenses',
] as const;
export type DeviceTab = (typeof deviceTabs)[number];

const tabWords = {
  overview: 'tabOverview',
  protection: 'tabProtection',
  vulnerabilities: 'tabVulnerabilities',
  software: 'tabSoftware',
  hardware: 'tabHardware',
  events: 'tabEvents',
  incidents: 'tabIncidents',
  tickets: 'tabTickets',
  tasks: 'tabTasks',
  commands: 'tabCommands',
  policy: 'tabPolicy',
  licenses: 'tabLicenses',
} as const satisfies Record<DeviceTab, string>;

export const DeviceView = ({
  device,
  tab,
  isGiving,
  contents,
  onTab,
  onCommand,
  onAct,
}: {
  device: Device;
  tab: DeviceTab;
  isGiving: boolean;
  /** What each tab shows; one without a content is not there, since the user may not see it. */
  contents: Partial<Record<DeviceTab, () => ReactNode>>;
  onTab(tab: DeviceTab): void;
  onCommand(command: DeviceCommand): void;
  onAct(act: DeviceAct): void;
}) => {
  const text = useText(deviceMessages);
  const may = useMay();
  return (
    <Page
      title={device.name}
      isThing
      status={<StatusMark level={device.status} visible={device.visible} noLongerSeen={device.noLongerSeen} />}
      description={
        <>
          <AppLink to={paths.tenant(device.tenantId)}>{device.tenantName}</AppLink> /{' '}
          <AppLink to={paths.group(device.tenantId, device.groupId)}>{device.groupName}</AppLink> · {text('lastSeen')}{' '}
          <RelativeTime at={device.lastSeenAt} />
          {device.tags.length > 0 && ` · ${text('tags')}: ${device.tags.join(', ')}`}
        </>
      }
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {may('devices:command') && (
            <ButtonDropdown
              loading={isGiving}
              items={[
                { id: 'quick', text: text('scanQuick') },
                { id: 'full', text: text('scanFull') },
              ]}
              onItemClick={({ detail }) => onCommand(detail.id as DeviceCommand)}
            >
              {text('scan')}
            </ButtonDropdown>
          )}
          {may('devices:command') && (
            <Button loading={isGiving} onClick={() => onCommand('update')}>
              {text('updateDatabases')}
            </Button>
          )}
          {may('devices:write') && (
            <ButtonDropdown
              items={[
                { id: 'rename', text: text('rename') },
                { id: 'tags', text: text('changeTags') },
                { id: 'reset', text: text('resetViruses') },
                { id: 'revoke', text: text('revokeKey') },
                { id: 'delete', text: text('deleteDevice') },
              ]}
              onItemClick={({ detail }) => onAct(detail.id as DeviceAct)}
            >
              {text('more')}
            </ButtonDropdown>
          )}
        </SpaceBetween>
      }
    >
      {device.keyRevoked && (
        <Alert type="warning" header={text('keyRevokedTitle')}>
          {text('keyRevokedHint')}
        </Alert>
      )}
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => onTab(detail.activeTabId as DeviceTab)}
        ariaLabel={device.name}
        // What is not looked at is neither drawn nor asked for.
        tabs={deviceTabs
          .filter((id) => contents[id] !== undefined)
          .map((id) => ({ id, label: text(tabWords[id]), content: tab === id && contents[id]?.() }))}
      />
    </Page>
  );
};
