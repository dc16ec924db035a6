import Alert from '@cloudscape-design/components/alert';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ServiceReport } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { type Answer, type KeysetPages, ListTable, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { FigureView } from './FigureView.tsx';
import { FindBox } from './FindBox.tsx';
import { reportMessages } from './messages.ts';
import type { ReportSearch } from './useServiceReports.ts';

interface ServicePage {
  items: ServiceReport[];
  next: string | null;
  total: number;
  highest: { devices: number; tickets: number };
  missing: number;
}

/** What a report is about, and why it is not newer. */
export const ClientView = ({
  report: { sourceTenantName, accountName, problem },
}: {
  report: { sourceTenantName: string; accountName: string; problem: string | null };
}) => {
  const text = useText(reportMessages);
  return (
    <span className="gh-wrap">
      {sourceTenantName}
      {accountName !== sourceTenantName && <div className="gh-aside">{text('account', { name: accountName })}</div>}
      {problem && <StateMark tone="warning">{text('stale', { problem })}</StateMark>}
    </span>
  );
};

/** Draws the service reports of a period, a client a row. */
export const ServiceReportsView = ({
  answer,
  search,
  pages,
  actions,
  onChange,
}: {
  answer: Answer<ServicePage>;
  search: ReportSearch;
  pages: KeysetPages;
  actions: ReactNode;
  onChange(change: Partial<ReportSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(reportMessages);
  const { devices, tickets } = answer.data?.highest ?? { devices: 0, tickets: 0 };
  const [first] = answer.data?.items ?? [];
  const missing = answer.data?.missing ?? 0;
  const pair = (opened: number, closed: number, tone: 'critical' | 'warning' | 'plain') => (
    <>
      <FigureView label={text('opened')} value={opened} most={tickets} tone={tone} />
      <FigureView label={text('closed')} value={closed} most={tickets} tone="ok" />
    </>
  );
  return (
    <SpaceBetween size="s">
      {missing > 0 && <Alert type="info">{text('missing', { count: missing })}</Alert>}
      <ListTable
        label={text('servicesLabel')}
        description={text('servicesHint')}
        answer={answer}
        idOf={({ sourceId, sourceTenantId }) => `${sourceId} ${sourceTenantId}`}
        nameOf={({ sourceTenantName }) => sourceTenantName}
        pages={pages}
        actions={actions}
        filter={
          <div className="gh-filters">
            <FindBox
              value={search.text}
              placeholder={text('find')}
              onChange={(wanted) => onChange({ text: wanted }, { replace: true })}
            />
            <SegmentedControl
              label={text('period')}
              selectedId={search.days ?? '30'}
              options={[
                { id: '7', text: text('days7') },
                { id: '30', text: text('days30') },
              ]}
              onChange={({ detail }) => onChange({ days: detail.selectedId === '7' ? '7' : undefined })}
            />
            {first && <span className="gh-aside">{text('dates', { from: first.startsOn, to: first.endsOn })}</span>}
          </div>
        }
        isFiltered={search.text !== undefined}
        onClearFilters={() => onChange({ text: undefined })}
        empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        sort={{
          by: search.sort ?? 'client',
          descending: search.descending ?? false,
          onSort: (by, descending) =>
            onChange({ sort: by as ReportSearch['sort'], descending: descending ? true : undefined }),
        }}
        columns={[
          {
            id: 'client',
            header: text('client'),
            sortable: true,
            minWidth: 160,
            cell: (report) => <ClientView report={report} />,
          },
          {
            id: 'managedDevices',
            header: text('devices'),
            sortable: true,
            minWidth: 180,
            cell: ({ managedDevices, protectedDevices }) => (
              <>
                <FigureView label={text('managed')} value={managedDevices} most={devices} />
                <FigureView label={text('protectedOf')} value={protectedDevices} most={devices} tone="ok" />
              </>
            ),
          },
          {
            id: 'problemDevices',
            header: text('problem'),
            sortable: true,
            minWidth: 145,
            cell: ({ problemDevices }) => <FigureView value={problemDevices} most={devices} tone="critical" />,
          },
          {
            id: 'newCriticalTickets',
            header: text('critical'),
            sortable: true,
            minWidth: 150,
            cell: (report) => pair(report.newCriticalTickets, report.closedCriticalTickets, 'critical'),
          },
          {
            id: 'newWarningTickets',
            header: text('warning'),
            sortable: true,
            minWidth: 150,
            cell: (report) => pair(report.newWarningTickets, report.closedWarningTickets, 'warning'),
          },
          {
            id: 'newFunctionalFailureTickets',
            header: text('functionalFailure'),
            sortable: true,
            minWidth: 165,
            cell: (report) => pair(report.newFunctionalFailureTickets, report.closedFunctionalFailureTickets, 'plain'),
          },
          {
            id: 'made',
            header: text('made'),
            optional: true,
            minWidth: 110,
            cell: ({ madeAt }) => <RelativeTime at={madeAt} />,
          },
        ]}
      />
    </SpaceBetween>
  );
};
