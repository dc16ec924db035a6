import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Tabs from '@cloudscape-design/components/tabs';
import type { Device } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { AppLink, Page, paths, RelativeTime, StatusMark, useMay, useText } from '../platform/index.ts';
import { FactsView } from './FactsView.tsx';
import { deviceMessages } from './messages.ts';
import { ReasonsView } from './ReasonsView.tsx';

export type DeviceAct = 'rename' | 'revoke' | 'reset' | 'delete';
export type DeviceCommand = 'quick' | 'full' | 'update';
export const deviceTabs = ['overview', 'events', 'tickets', 'commands'] as const;
export type DeviceTab = (typeof deviceTabs)[number];

export const DeviceView = ({
  device,
  tab,
  isGiving,
  events,
  tickets,
  commands,
  onTab,
  onCommand,
  onAct,
}: {
  device: Device;
  tab: DeviceTab;
  isGiving: boolean;
  events: ReactNode;
  tickets: ReactNode;
  commands: ReactNode;
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
      status={<StatusMark level={device.status} visible={device.visible} />}
      description={
        <>
          <AppLink to={paths.tenant(device.tenantId)}>{device.tenantName}</AppLink> / {device.groupName} ·{' '}
          {text('lastSeen')} <RelativeTime at={device.lastSeenAt} />
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
        tabs={[
          {
            id: 'overview',
            label: text('tabOverview'),
            content: (
              <SpaceBetween size="l">
                <Container
                  header={
                    <Header
                      variant="h2"
                      description={
                        <>
                          {text('statusSince')} <RelativeTime at={device.statusSince} />
                        </>
                      }
                    >
                      {text('whyTitle')}
                    </Header>
                  }
                >
                  <ReasonsView device={device} />
                </Container>
                {device.activeThreatList.length > 0 && (
                  <Table
                    items={device.activeThreatList}
                    trackBy="uid"
                    wrapLines
                    ariaLabels={{ tableLabel: text('threatsTitle') }}
                    header={
                      <Header variant="h2" counter={`(${device.activeThreatList.length})`}>
                        {text('threatsTitle')}
                      </Header>
                    }
                    columnDefinitions={[
                      {
                        id: 'object',
                        header: text('threatObject'),
                        cell: ({ object }) => <span className="gh-wrap">{object}</span>,
                        isRowHeader: true,
                        minWidth: 220,
                      },
                      { id: 'threat', header: text('threatName'), cell: ({ threatName }) => threatName, minWidth: 160 },
                      {
                        id: 'found',
                        header: text('threatFound'),
                        cell: ({ foundAt }) => <RelativeTime at={foundAt} />,
                        minWidth: 120,
                      },
                    ]}
                  />
                )}
                <Container
                  header={
                    <Header variant="h2" description={<RelativeTime at={device.factsAt} />}>
                      {text('factsTitle')}
                    </Header>
                  }
                >
                  <FactsView device={device} />
                </Container>
              </SpaceBetween>
            ),
          },
          { id: 'events', label: text('tabEvents'), content: tab === 'events' && events },
          { id: 'tickets', label: text('tabTickets'), content: tab === 'tickets' && tickets },
          { id: 'commands', label: text('tabCommands'), content: tab === 'commands' && commands },
        ]}
      />
    </Page>
  );
};
