import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Toggle from '@cloudscape-design/components/toggle';
import type { LicenseUsage } from '@gatehouse/contract';
import { type Answer, AppLink, ChartOrTable, ListTable, paths, useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

type Row = LicenseUsage['items'][number];
const workstationsOf = ({ devices }: Row): number => devices.windowsWorkstations + devices.otherWorkstations;
const serversOf = ({ devices }: Row): number => devices.windowsServers + devices.otherServers;
const idOf = ({ tenantId, serialNumber, group }: Row): string => `${tenantId} ${serialNumber} ${group?.id ?? ''}`;

/** The most clients that a chart can name. */
const MOST_BARS = 15;

export const UsageChartView = ({ usage }: { usage: LicenseUsage }) => {
  const text = useText(licenseMessages);
  const byTenant = new Map<string, { name: string; workstations: number; servers: number; unknown: number }>();
  for (const item of usage.items) {
    const counts = byTenant.get(item.tenantId) ?? { name: item.tenantName, workstations: 0, servers: 0, unknown: 0 };
    counts.workstations += workstationsOf(item);
    counts.servers += serversOf(item);
    counts.unknown += item.devices.unknown;
    byTenant.set(item.tenantId, counts);
  }
  const rows = [...byTenant.values()].sort(
    (a, b) => b.workstations + b.servers + b.unknown - (a.workstations + a.servers + a.unknown),
  );
  const shown = rows.slice(0, MOST_BARS);
  const series = (
    [
      ['workstations', text('workstations'), 'var(--gh-info)'],
      ['servers', text('servers'), 'var(--gh-ok)'],
      ['unknown', text('unknownKind'), 'var(--gh-none)'],
    ] as const
  ).filter(([key]) => key !== 'unknown' || rows.some(({ unknown }) => unknown > 0));
  return (
    <ChartOrTable
      title={text('usageChart')}
      description={text('usageChartHint', { total: usage.total.total })}
      table={{
        columns: [text('tenant'), ...series.map(([, title]) => title)],
        rows: rows.map((row) => [row.name, ...series.map(([key]) => row[key])]),
      }}
      chart={
        <BarChart
          stackedBars
          horizontalBars
          height={Math.max(120, shown.length * 28)}
          hideFilter
          ariaLabel={text('usageChart')}
          series={
            shown.length === 0
              ? []
              : series.map(([key, title, color]) => ({
                  type: 'bar' as const,
                  title,
                  color,
                  data: shown.map((row) => ({ x: row.name, y: row[key] })),
                }))
          }
          xScaleType="categorical"
          xTitle={text('tenant')}
          yTitle={text('usage')}
          yTickFormatter={(tick) => (Number.isInteger(tick) ? String(tick) : '')}
          detailPopoverSize="small"
          empty={<Box textAlign="center">{text('usageEmptyTitle')}</Box>}
        />
      }
    />
  );
};

export const UsageView = ({
  answer,
  byGroup,
  onByGroup,
}: {
  answer: Answer<LicenseUsage>;
  byGroup: boolean;
  onByGroup(byGroup: boolean): void;
}) => {
  const text = useText(licenseMessages);
  return (
    <ListTable
      label={text('byTenant')}
      answer={{ ...answer, data: answer.data && { items: answer.data.items } }}
      idOf={idOf}
      nameOf={({ tenantName, serialNumber }) => `${tenantName} ${serialNumber}`}
      actions={
        <Toggle checked={byGroup} onChange={({ detail }) => onByGroup(detail.checked)}>
          {text('byGroup')}
        </Toggle>
      }
      empty={{ title: text('usageEmptyTitle'), hint: text('usageEmptyHint') }}
      columns={[
        {
          id: 'tenant',
          header: text('tenant'),
          minWidth: 130,
          cell: ({ tenantId, tenantName }) => <AppLink to={paths.tenant(tenantId)}>{tenantName}</AppLink>,
        },
        ...(byGroup
          ? [
              {
                id: 'group',
                header: text('group'),
                minWidth: 140,
                cell: ({ group }: Row) => <span className="gh-cell">{group?.name ?? ''}</span>,
              },
            ]
          : []),
        {
          id: 'product',
          header: text('product'),
          minWidth: 140,
          cell: ({ productName }) => <span className="gh-cell">{productName}</span>,
        },
        { id: 'key', header: text('serialNumber'), minWidth: 150, cell: ({ serialNumber }) => serialNumber },
        { id: 'billable', header: text('billable'), minWidth: 80, cell: (row) => text(row.billable ? 'yes' : 'no') },
        { id: 'workstations', header: text('workstations'), minWidth: 100, cell: workstationsOf },
        { id: 'servers', header: text('servers'), minWidth: 80, cell: serversOf },
        {
          id: 'notWindows',
          header: text('notWindows'),
          minWidth: 110,
          cell: ({ devices }) => devices.otherWorkstations + devices.otherServers,
        },
        {
          id: 'unknown',
          header: text('unknownKind'),
          minWidth: 90,
          optional: true,
          cell: ({ devices }) => devices.unknown,
        },
        { id: 'total', header: text('total'), minWidth: 80, cell: ({ devices }) => devices.total },
      ]}
    />
  );
};
