import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { SecondaryServer } from '@gatehouse/contract';
import { useMemo, useState } from 'react';
import {
  type Answer,
  AppLink,
  ProblemAlert,
  paths,
  platformMessages,
  RelativeTime,
  useDisplay,
  useMay,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { CountsBarView } from './CountsBarView.tsx';
import { LinkStateView } from './LinkStateView.tsx';
import { serverTreeMessages } from './messages.ts';
import { type Hierarchy, linesOf, type ServerLine } from './tree.ts';

const NameView = ({ line }: { line: ServerLine }) => {
  const text = useText(serverTreeMessages);
  const { server } = line;
  if (line.kind === 'own') return <span>{text('ownDevices')}</span>;
  const kinds = { self: text('thisServer'), virtual: text('virtualServer'), further: text('below') };
  const small = server
    ? [`${server.address}:${server.port}`, server.snapshot && `${server.snapshot.product} ${server.snapshot.version}`]
    : [line.kind === 'secondary' ? null : kinds[line.kind]];
  return (
    <span className="gh-wrap">
      {server ? (
        <AppLink to={paths.secondaryServer(server.id)}>{line.name}</AppLink>
      ) : line.tenantId ? (
        <AppLink to={paths.tenant(line.tenantId)}>{line.name}</AppLink>
      ) : (
        line.name
      )}
      {small.map(
        (words) =>
          words && (
            <Box key={words} variant="small" display="block" color="text-body-secondary">
              {words}
            </Box>
          ),
      )}
    </span>
  );
};

export const ServerTreeView = ({
  answer,
  refreshing,
  onAdd,
  onChange,
  onRemove,
  onRefresh,
  onForget,
}: {
  answer: Answer<Hierarchy>;
  /** Id of the server that is being read. */
  refreshing: string | null;
  onAdd(): void;
  onChange(server: SecondaryServer): void;
  onRemove(server: SecondaryServer): void;
  onRefresh(server: SecondaryServer): void;
  onForget(name: string): void;
}) => {
  const text = useText(serverTreeMessages);
  const words = useText(platformMessages);
  const mayWrite = useMay()('servers:write');
  const { display } = useDisplay();
  usePageTitle(text('title'));
  const { data, error } = answer;
  const lines = useMemo(() => (data ? linesOf(data) : []), [data]);
  const roots = lines.filter(({ parentId }) => parentId === null);
  const childrenOf = (parent: ServerLine) => lines.filter(({ parentId }) => parentId === parent.id);
  // Small trees are open at first, and stay as somebody leaves them.
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const primary = data?.primary;
  const failed = Boolean(error) && data === undefined && !answer.isFetching;
  return (
    <SpaceBetween size="m">
      {error && data ? <ProblemAlert problem={error} onRetry={() => answer.refetch()} /> : null}
      {primary && (
        <Alert
          type={primary.connected ? 'info' : 'warning'}
          header={text('primaryTitle')}
          statusIconAriaLabel={text('primaryTitle')}
          action={
            mayWrite && !primary.connected && <Button onClick={() => onForget(primary.name)}>{text('forget')}</Button>
          }
        >
          {text(primary.connected ? 'primary' : 'primaryGone', { name: primary.name })} {text('lastHeard')}{' '}
          <RelativeTime at={primary.lastHeardAt} />.
        </Alert>
      )}
      <Table
        variant="full-page"
        items={roots}
        trackBy="id"
        loading={data === undefined && !failed}
        loadingText={words('loading')}
        contentDensity={display.density}
        empty={failed && <ProblemAlert problem={error} onRetry={() => answer.refetch()} />}
        expandableRows={{
          getItemChildren: childrenOf,
          isItemExpandable: (line) => childrenOf(line).length > 0,
          expandedItems: lines.filter(({ id }) => !closed.has(id)),
          onExpandableItemToggle: ({ detail: { item, expanded } }) =>
            setClosed((before) => {
              const after = new Set(before);
              if (expanded) after.delete(item.id);
              else after.add(item.id);
              return after;
            }),
        }}
        header={
          <Header
            variant="h1"
            description={text('hint')}
            actions={
              mayWrite && (
                <Button variant="primary" onClick={onAdd}>
                  {text('add')}
                </Button>
              )
            }
          >
            {text('title')}
          </Header>
        }
        ariaLabels={{
          tableLabel: text('title'),
          expandButtonLabel: ({ name }) => text('expand', { name }),
          collapseButtonLabel: ({ name }) => text('collapse', { name }),
        }}
        columnDefinitions={[
          {
            id: 'server',
            header: text('server'),
            isRowHeader: true,
            minWidth: 230,
            cell: (line) => <NameView line={line} />,
          },
          {
            id: 'state',
            header: text('state'),
            minWidth: 210,
            cell: ({ link }) => link && <LinkStateView link={link} />,
          },
          {
            id: 'devices',
            header: text('devices'),
            minWidth: 280,
            cell: ({ counts }) => counts && <CountsBarView counts={counts} />,
          },
          {
            id: 'asOf',
            header: text('asOf'),
            minWidth: 120,
            cell: ({ kind, link, readAt, counts }) => {
              if (kind === 'further') return null;
              if (readAt) return <RelativeTime at={readAt} />;
              return link || !counts ? text('never') : text('now');
            },
          },
          {
            id: 'actions',
            header: text('actions'),
            minWidth: 110,
            cell: ({ server }) =>
              server && (
                <SpaceBetween size="xxs">
                  <Button
                    variant="inline-link"
                    ariaLabel={text('refreshOf', { name: server.name })}
                    loading={refreshing === server.id}
                    onClick={() => onRefresh(server)}
                  >
                    {text('refresh')}
                  </Button>
                  {mayWrite && (
                    <Button
                      variant="inline-link"
                      ariaLabel={text('changeOf', { name: server.name })}
                      onClick={() => onChange(server)}
                    >
                      {text('change')}
                    </Button>
                  )}
                  {mayWrite && (
                    <Button
                      variant="inline-link"
                      ariaLabel={text('removeOf', { name: server.name })}
                      onClick={() => onRemove(server)}
                    >
                      {text('remove')}
                    </Button>
                  )}
                </SpaceBetween>
              ),
          },
        ]}
      />
    </SpaceBetween>
  );
};
