import Toggle from '@cloudscape-design/components/toggle';
import type { LicenseReport } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { type Answer, type KeysetPages, ListTable, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { FigureView } from './FigureView.tsx';
import { FindBox } from './FindBox.tsx';
import { reportMessages } from './messages.ts';
import { ClientView } from './ServiceReportsView.tsx';
import type { ReportSearch } from './useServiceReports.ts';

const UseView = ({
  report: { limit, clientDevices, totalDevices, isExceeded, isOver90Percent },
}: {
  report: LicenseReport;
}) => {
  const text = useText(reportMessages);
  if (totalDevices === null) {
    return (
      <span className="gh-wrap">
        <StateMark tone="none">{text('notKnown')}</StateMark>
        <div className="gh-aside">{text('useUnknown')}</div>
        <div className="gh-aside">{text('ofClient', { count: clientDevices })}</div>
      </span>
    );
  }
  const tone = isExceeded ? 'critical' : isOver90Percent ? 'warning' : 'ok';
  return (
    <span className="gh-wrap">
      <FigureView value={totalDevices} most={limit ?? totalDevices} tone={tone} />
      <div className="gh-aside">
        {limit === null ? text('useUnlimited', { total: totalDevices }) : text('useOf', { total: totalDevices, limit })}
        , {text('ofClient', { count: clientDevices })}
      </div>
    </span>
  );
};

const JudgementView = ({ report: { totalDevices, isExceeded, isOver90Percent } }: { report: LicenseReport }) => {
  const text = useText(reportMessages);
  if (totalDevices === null) return <StateMark tone="none">{text('notKnown')}</StateMark>;
  if (isExceeded) return <StateMark tone="critical">{text('exceeded')}</StateMark>;
  if (isOver90Percent) return <StateMark tone="warning">{text('nearly')}</StateMark>;
  return <StateMark tone="ok">{text('fine')}</StateMark>;
};

/** Draws the license reports, a key of a client a row. */
export const LicenseReportsView = ({
  answer,
  search,
  pages,
  actions,
  onChange,
}: {
  answer: Answer<{ items: LicenseReport[]; next: string | null; total: number }>;
  search: ReportSearch;
  pages: KeysetPages;
  actions: ReactNode;
  onChange(change: Partial<ReportSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(reportMessages);
  return (
    <ListTable
      label={text('licensesLabel')}
      description={text('licensesHint')}
      answer={answer}
      idOf={({ sourceId, sourceTenantId, licenseId }) => `${sourceId} ${sourceTenantId} ${licenseId}`}
      nameOf={({ sourceTenantName, licenseId }) => `${sourceTenantName}, ${licenseId}`}
      pages={pages}
      actions={actions}
      filter={
        <div className="gh-filters">
          <FindBox
            value={search.text}
            placeholder={text('findKeys')}
            onChange={(wanted) => onChange({ text: wanted }, { replace: true })}
          />
          <Toggle
            checked={search.problems ?? false}
            onChange={({ detail }) => onChange({ problems: detail.checked || undefined })}
            description={text('onlyProblemsHint')}
          >
            {text('onlyProblems')}
          </Toggle>
        </div>
      }
      isFiltered={search.text !== undefined || search.problems === true}
      onClearFilters={() => onChange({ text: undefined, problems: undefined })}
      empty={{ title: text('emptyKeysTitle'), hint: text('emptyKeysHint') }}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      columns={[
        { id: 'client', header: text('client'), minWidth: 150, cell: (report) => <ClientView report={report} /> },
        {
          id: 'application',
          header: text('application'),
          minWidth: 210,
          cell: ({ application, licenseId }) => (
            <span className="gh-wrap">
              {application}
              <div className="gh-aside">{licenseId}</div>
            </span>
          ),
        },
        { id: 'use', header: text('use'), minWidth: 210, cell: (report) => <UseView report={report} /> },
        {
          id: 'judgement',
          header: text('judgement'),
          minWidth: 170,
          cell: (report) => <JudgementView report={report} />,
        },
        {
          id: 'expires',
          header: text('expires'),
          minWidth: 120,
          cell: ({ expiresOn }) => expiresOn ?? text('noEnd'),
        },
        {
          id: 'period',
          header: text('licensePeriod'),
          optional: true,
          minWidth: 120,
          cell: ({ periodDays }) => (periodDays === null ? '-' : text('lasts', { days: periodDays })),
        },
        {
          id: 'information',
          header: text('information'),
          optional: true,
          minWidth: 180,
          cell: ({ information }) => <span className="gh-wrap">{information || '-'}</span>,
        },
        {
          id: 'support',
          header: text('support'),
          optional: true,
          minWidth: 180,
          cell: ({ support }) => <span className="gh-wrap">{support || '-'}</span>,
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
  );
};
