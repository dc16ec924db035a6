import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { SecondaryServer } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import {
  type Answer,
  EmptyState,
  ExactTime,
  ListTable,
  Page,
  RelativeTime,
  SeverityMark,
  useAddress,
  useGo,
  useMay,
  useText,
} from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { CountsView } from '../tenants/CountsView.tsx';
import { CountsBarView } from './CountsBarView.tsx';
import { LinkStateView } from './LinkStateView.tsx';
import { serverTreeMessages } from './messages.ts';

export const serverTabs = ['devices', 'virtual', 'groups', 'events', 'connection'] as const;
export type ServerTab = (typeof serverTabs)[number];

const here = <T,>(items: T[]): Answer<{ items: T[]; total: number }> => ({
  data: { items, total: items.length },
  error: null,
  isFetching: false,
  refetch: () => undefined,
});

const NotFetched = () => {
  const text = useText(serverTreeMessages);
  return <EmptyState title={text('notFetched')} hint={text('notFetchedHint')} />;
};

const VirtualServers = ({ server: { snapshot } }: { server: SecondaryServer }) => {
  const text = useText(serverTreeMessages);
  if (!snapshot?.virtualServers) return <NotFetched />;
  return (
    <ListTable
      label={text('tabVirtual')}
      answer={here(snapshot.virtualServers)}
      idOf={({ virtualServerId }) => String(virtualServerId)}
      nameOf={({ name }) => name}
      empty={{ title: text('virtualEmpty'), hint: text('virtualEmptyHint') }}
      columns={[
        { id: 'name', header: text('name'), cell: ({ name }) => name, minWidth: 180 },
        {
          id: 'devices',
          header: text('devices'),
          cell: ({ counts }) => <CountsBarView counts={counts} />,
          minWidth: 280,
        },
      ]}
    />
  );
};

const Groups = ({ server: { snapshot } }: { server: SecondaryServer }) => {
  const text = useText(serverTreeMessages);
  if (!snapshot?.groups) return <NotFetched />;
  const names = new Map(snapshot.virtualServers?.map(({ virtualServerId, name }) => [virtualServerId, name]));
  return (
    <ListTable
      label={text('tabGroups')}
      answer={here(snapshot.groups)}
      idOf={({ id }) => String(id)}
      nameOf={({ fullName }) => fullName}
      empty={{ title: text('groupsEmpty'), hint: text('groupsEmptyHint') }}
      columns={[
        {
          id: 'name',
          header: text('group'),
          minWidth: 200,
          cell: ({ fullName }) => <span className="gh-wrap">{fullName.replace(/\/$/, '').replaceAll('/', ' / ')}</span>,
        },
        {
          id: 'server',
          header: text('virtualServer'),
          minWidth: 150,
          cell: ({ virtualServerId }) => names.get(virtualServerId) ?? text('ownDevices'),
        },
        {
          id: 'devices',
          header: text('devices'),
          cell: ({ counts }) => <CountsBarView counts={counts} />,
          minWidth: 280,
        },
      ]}
    />
  );
};

const LastEvents = ({ server: { snapshot } }: { server: SecondaryServer }) => {
  const text = useText(serverTreeMessages);
  if (!snapshot?.lastEvents) return <NotFetched />;
  const events = snapshot.lastEvents.map((event, place) => ({ ...event, place: String(place) }));
  return (
    <ListTable
      label={text('tabEvents')}
      answer={here(events)}
      idOf={({ place }) => place}
      nameOf={({ displayName }) => displayName}
      empty={{ title: text('eventsEmpty'), hint: text('eventsEmptyHint') }}
      columns={[
        {
          id: 'event',
          header: text('event'),
          minWidth: 180,
          cell: ({ displayName }) => <span className="gh-wrap">{displayName}</span>,
        },
        {
          id: 'severity',
          header: text('severity'),
          minWidth: 150,
          cell: ({ severity }) => <SeverityMark severity={severity} />,
        },
        { id: 'device', header: text('device'), minWidth: 120, cell: ({ deviceName }) => deviceName },
        {
          id: 'happened',
          header: text('happened'),
          minWidth: 120,
          cell: ({ riseTime }) => <RelativeTime at={riseTime} />,
        },
        {
          id: 'description',
          header: text('description'),
          minWidth: 220,
          cell: ({ description }) => <span className="gh-wrap">{description}</span>,
        },
      ]}
    />
  );
};

const Connection = ({ server }: { server: SecondaryServer }) => {
  const text = useText(serverTreeMessages);
  const { link, snapshot } = server;
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: text('address'), value: `${server.address}:${server.port}` },
        { label: text('userName'), value: server.userName },
        { label: text('product'), value: snapshot ? `${snapshot.product} ${snapshot.version}` : '-' },
        { label: text('asOf'), value: <ExactTime at={link.readAt} /> },
        { label: text('nextTry'), value: <ExactTime at={link.nextTryAt} /> },
        { label: text('secondaries'), value: snapshot?.secondaries.join(', ') || text('none') },
        { label: text('knowsPrimary'), value: snapshot ? text(snapshot.knowsPrimary ? 'yes' : 'no') : '-' },
        { label: text('attached'), value: <ExactTime at={server.createdAt} /> },
        { label: text('instance'), value: <span className="gh-wrap">{server.instanceId ?? '-'}</span> },
        {
          label: text('certificate'),
          value: (
            <span className="gh-wrap">
              {(server.certificateFingerprint.match(/../g) ?? []).join(':').toUpperCase()}
            </span>
          ),
        },
      ]}
    />
  );
};

/** One server below this one. */
export const ServerView = ({
  server,
  tab,
  devices,
  isRefreshing,
  onTab,
  onRefresh,
  onChange,
  onRemove,
}: {
  server: SecondaryServer;
  tab: ServerTab;
  /** The list of devices, which asks the server itself. */
  devices: ReactNode;
  isRefreshing: boolean;
  onTab(tab: ServerTab): void;
  onRefresh(): void;
  onChange(): void;
  onRemove(): void;
}) => {
  const text = useText(serverTreeMessages);
  const mayWrite = useMay()('servers:write');
  const go = useGo();
  const address = useAddress();
  const { link, snapshot } = server;
  const parts: Record<ServerTab, { label: string; draw: () => ReactNode }> = {
    devices: { label: text('tabDevices'), draw: () => devices },
    virtual: { label: text('tabVirtual'), draw: () => <VirtualServers server={server} /> },
    groups: { label: text('tabGroups'), draw: () => <Groups server={server} /> },
    events: { label: text('tabEvents'), draw: () => <LastEvents server={server} /> },
    connection: { label: text('tabConnection'), draw: () => <Connection server={server} /> },
  };
  return (
    <Page
      title={server.name}
      isThing
      description={
        <span>
          <LinkStateView link={link} isBrief />
          {snapshot && (
            <span className="gh-wrap">
              {' '}
              <CountsView counts={snapshot.counts} /> ({text('asOf').toLowerCase()} <RelativeTime at={link.readAt} />)
            </span>
          )}
        </span>
      }
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {mayWrite && <Button onClick={onRemove}>{text('remove')}</Button>}
          {mayWrite && <Button onClick={onChange}>{text('change')}</Button>}
          <Button onClick={() => go(address(historyPath({ kind: 'secondary-server', id: server.id })))}>
            {text('history')}
          </Button>
          <Button variant="primary" loading={isRefreshing} onClick={onRefresh}>
            {text('refresh')}
          </Button>
        </SpaceBetween>
      }
    >
      {link.problem && (
        <Alert
          type={link.state === 'refused' ? 'error' : 'warning'}
          header={text('oldTitle')}
          statusIconAriaLabel={text('problem')}
        >
          <div>{link.problem.message}</div>
          <div>
            {link.readAt ? (
              <>
                {text('oldHint')} <ExactTime at={link.readAt} />.
              </>
            ) : (
              text('nothingRead')
            )}{' '}
            {text('nextTry')} <RelativeTime at={link.nextTryAt} />.
          </div>
        </Alert>
      )}
      <Tabs
        activeTabId={tab}
        ariaLabel={server.name}
        onChange={({ detail }) => onTab(detail.activeTabId as ServerTab)}
        tabs={serverTabs.map((id) => ({ id, label: parts[id].label, content: id === tab && parts[id].draw() }))}
      />
    </Page>
  );
};
