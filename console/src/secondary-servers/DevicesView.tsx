import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { SecondaryDevice, VirtualServerSummary } from '@gatehouse/contract';
import { useState } from 'react';
import {
  type Answer,
  ListTable,
  platformMessages,
  RelativeTime,
  StateMark,
  StatusMark,
  useLevelWords,
  useText,
} from '../platform/index.ts';
import { serverTreeMessages } from './messages.ts';
import type { DeviceQuestion } from './useServers.ts';

type Status = 'ok' | 'warning' | 'critical';
interface Filter {
  text: string;
  status: Status | undefined;
  server: number | undefined;
}

/** Devices of another server, read only. */
export const DevicesView = ({
  answer,
  servers,
  filter,
  order,
  page,
  pageSize,
  onFilter,
  onOrder,
  onPage,
}: {
  answer: Answer<{ items: SecondaryDevice[]; total: number; readAt: string }>;
  servers: readonly VirtualServerSummary[];
  filter: Filter;
  order: DeviceQuestion['order'];
  page: number;
  pageSize: number;
  onFilter(filter: Partial<{ text: string | undefined; status: Status | undefined; server: number | undefined }>): void;
  onOrder(order: DeviceQuestion['order']): void;
  onPage(page: number): void;
}) => {
  const text = useText(serverTreeMessages);
  const words = useText(platformMessages);
  const level = useLevelWords();
  const [typed, setTyped] = useState(filter.text);
  const total = answer.data?.total ?? 0;
  const serverOptions = [
    { value: '', label: text('allServers') },
    { value: '0', label: text('ownDevices') },
    ...servers.map(({ virtualServerId, name }) => ({ value: String(virtualServerId), label: name })),
  ];
  const statusOptions = [
    { value: '', label: text('anyStatus') },
    ...(['critical', 'warning', 'ok'] as const).map((value) => ({ value, label: level.status(value) })),
  ];
  const isFiltered = filter.text !== '' || filter.status !== undefined || filter.server !== undefined;
  return (
    <SpaceBetween size="s">
      <ListTable
        label={text('tabDevices')}
        answer={answer}
        idOf={({ deviceId }) => deviceId}
        nameOf={({ name }) => name}
        empty={{ title: text('devicesEmpty'), hint: text('devicesEmptyHint') }}
        isFiltered={isFiltered}
        onClearFilters={() => {
          setTyped('');
          onFilter({ text: undefined, status: undefined, server: undefined });
        }}
        sort={{
          by: order.replace('-', ''),
          descending: order.startsWith('-'),
          onSort: (by, descending) => onOrder(`${descending ? '-' : ''}${by}` as DeviceQuestion['order']),
        }}
        filter={
          <SpaceBetween size="xs" direction="horizontal">
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={text('find')}
              filteringAriaLabel={text('find')}
              filteringClearAriaLabel={text('clear')}
              onChange={({ detail }) => setTyped(detail.filteringText)}
              onDelayedChange={({ detail }) => onFilter({ text: detail.filteringText || undefined })}
            />
            <Select
              options={statusOptions}
              selectedOption={statusOptions.find(({ value }) => value === (filter.status ?? '')) ?? null}
              ariaLabel={text('status')}
              onChange={({ detail }) =>
                onFilter({ status: (detail.selectedOption.value || undefined) as Status | undefined })
              }
            />
            {servers.length > 0 && (
              <Select
                options={serverOptions}
                selectedOption={serverOptions.find(({ value }) => value === String(filter.server ?? '')) ?? null}
                ariaLabel={text('tabVirtual')}
                onChange={({ detail: { selectedOption } }) =>
                  onFilter({ server: selectedOption.value ? Number(selectedOption.value) : undefined })
                }
              />
            )}
          </SpaceBetween>
        }
        actions={
          <SpaceBetween size="xs" direction="horizontal" alignItems="center">
            {answer.data && (
              <Box variant="small" color="text-body-secondary">
                {text('readAt')} <RelativeTime at={answer.data.readAt} />
              </Box>
            )}
            <Button iconName="refresh" ariaLabel={text('refresh')} onClick={() => answer.refetch()} />
          </SpaceBetween>
        }
        columns={[
          {
            id: 'name',
            header: text('device'),
            sortable: true,
            minWidth: 150,
            cell: ({ name }) => <span className="gh-wrap">{name}</span>,
          },
          {
            id: 'status',
            header: text('status'),
            sortable: true,
            minWidth: 170,
            cell: ({ status, visible }) =>
              status ? (
                <StatusMark level={status} visible={visible} />
              ) : (
                <StateMark tone="none">{text('unknownStatus')}</StateMark>
              ),
          },
          {
            id: 'reasons',
            header: text('reasons'),
            minWidth: 200,
            cell: ({ reasons }) => <span className="gh-wrap">{reasons.join('; ')}</span>,
          },
          {
            id: 'server',
            header: text('virtualServer'),
            minWidth: 130,
            cell: ({ virtualServerName }) => <span className="gh-wrap">{virtualServerName || text('ownDevices')}</span>,
          },
          { id: 'group', header: text('group'), minWidth: 120, cell: ({ groupName }) => groupName },
          {
            id: 'system',
            header: text('system'),
            minWidth: 150,
            cell: ({ osName, ipAddress }) => (
              <span className="gh-wrap">
                {osName}
                <Box variant="small" display="block" color="text-body-secondary">
                  {ipAddress}
                </Box>
              </span>
            ),
          },
          {
            id: 'lastSeen',
            header: text('lastSeen'),
            sortable: true,
            minWidth: 120,
            cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
          },
          {
            id: 'databases',
            header: text('databases'),
            minWidth: 120,
            cell: ({ databasesAt }) => <RelativeTime at={databasesAt} />,
          },
        ]}
      />
      {total > pageSize && (
        <Box float="right">
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.ceil(total / pageSize)}
            onChange={({ detail }) => onPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: words('pageNext'),
              previousPageLabel: words('pagePrevious'),
              pageLabel: (index) => words('pageLabel', { page: index }),
            }}
          />
        </Box>
      )}
    </SpaceBetween>
  );
};
