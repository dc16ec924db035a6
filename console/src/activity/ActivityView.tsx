import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Decision } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  ExactTime,
  FilterBox,
  type KeysetPages,
  ListTable,
  PanelSteps,
  paths,
  RelativeTime,
  SidePanel,
  StateMark,
  useAddress,
  useGo,
  usePageTitle,
  useTenantScope,
  useText,
} from '../platform/index.ts';
import { activityMessages } from './messages.ts';
import type { ActivitySearch } from './useActivity.ts';

const tones = {
  open: 'warning',
  close: 'ok',
  skip: 'none',
  raise: 'failure',
  wait: 'info',
  fail: 'critical',
  note: 'none',
} as const;
const kinds = Object.keys(tones) as Decision['decision'][];

export const ActivityView = ({
  answer,
  search,
  pages,
  onChange,
}: {
  answer: Answer<{ items: Decision[]; next: string | null }>;
  search: ActivitySearch;
  pages: KeysetPages;
  onChange(search: Partial<ActivitySearch>): void;
}) => {
  const text = useText(activityMessages);
  const go = useGo();
  const address = useAddress();
  const scope = useTenantScope();
  usePageTitle(text('activity'));
  const rows = answer.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (row: Decision | undefined) => row && (() => onChange({ selected: row.id }));
  const ticketOf = ({ psaTicketNumber, psaUrl }: Decision) =>
    psaUrl && /^https?:\/\//i.test(psaUrl) ? (
      <Link external href={psaUrl} externalIconAriaLabel={text('external')}>
        {psaTicketNumber ?? psaUrl}
      </Link>
    ) : (
      (psaTicketNumber ?? '')
    );
  const deviceOf = ({ deviceId, deviceName }: Decision) =>
    deviceId ? (
      <AppLink to={paths.device(deviceId)}>
        <span className="gh-cell">{deviceName}</span>
      </AppLink>
    ) : (
      deviceName
    );
  const one = (key: 'ticketId' | 'deviceId', label: string) =>
    search[key] === undefined
      ? []
      : [{ key, label, single: true, options: [{ value: search[key], label: text('chosen') }] }];
  return (
    <>
      <ListTable
        variant="full-page"
        label={text('activity')}
        description={scope ? `${text('description')} ${text('allClients')}` : text('description')}
        answer={answer}
        idOf={({ id }) => id}
        nameOf={({ explanation }) => explanation}
        isFiltered={
          (search.decision?.length ?? 0) > 0 || search.ticketId !== undefined || search.deviceId !== undefined
        }
        onClearFilters={() => onChange({ decision: undefined, ticketId: undefined, deviceId: undefined })}
        filter={
          <FilterBox
            label={text('activity')}
            placeholder={text('filterHint')}
            withText={false}
            values={{ decision: search.decision, ticketId: search.ticketId, deviceId: search.deviceId }}
            properties={[
              {
                key: 'decision',
                label: text('decision'),
                options: kinds.map((value) => ({ value, label: text(value) })),
              },
              ...one('ticketId', text('thisTicket')),
              ...one('deviceId', text('thisDevice')),
            ]}
            onChange={(filters) => onChange({ ...filters, text: undefined } as Partial<ActivitySearch>)}
          />
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={() => go(address(paths.integrations))}>{text('emptyAction')}</Button>,
        }}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        columns={[
          { id: 'when', header: text('when'), cell: (row) => <RelativeTime at={row.at} />, minWidth: 120 },
          {
            id: 'decision',
            header: text('decision'),
            cell: (row) => <StateMark tone={tones[row.decision]}>{text(row.decision)}</StateMark>,
            minWidth: 120,
          },
          {
            id: 'explanation',
            header: text('explanation'),
            // Whole: it is what one comes here for.
            cell: (row) => <span className="gh-wrap">{row.explanation}</span>,
            minWidth: 260,
          },
          { id: 'tenant', header: text('tenant'), cell: (row) => row.tenantName, minWidth: 130 },
          { id: 'device', header: text('device'), cell: deviceOf, minWidth: 120 },
          { id: 'ticket', header: text('ticket'), cell: ticketOf, minWidth: 150 },
          {
            id: 'reason',
            header: text('reason'),
            cell: (row) => <code>{row.reason}</code>,
            optional: true,
            minWidth: 200,
          },
        ]}
      />
      {chosen && (
        <SidePanel title={text(chosen.decision)} onClose={() => onChange({ selected: undefined })}>
          <SpaceBetween size="m">
            <PanelSteps onPrevious={stepTo(rows[at - 1])} onNext={stepTo(rows[at + 1])} />
            <div className="gh-wrap">{chosen.explanation}</div>
            <KeyValuePairs
              columns={4}
              items={[
                { label: text('when'), value: <ExactTime at={chosen.at} /> },
                { label: text('tenant'), value: chosen.tenantName || '-' },
                { label: text('device'), value: deviceOf(chosen) || '-' },
                { label: text('ticket'), value: ticketOf(chosen) || '-' },
                { label: text('reason'), value: <code>{chosen.reason}</code> },
              ]}
            />
          </SpaceBetween>
        </SidePanel>
      )}
    </>
  );
};
