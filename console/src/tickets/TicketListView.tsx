import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Ticket } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  ExactTime,
  FilterBox,
  type KeysetPages,
  ListTable,
  PanelSteps,
  paths,
  SidePanel,
  StateMark,
  useAddress,
  useGo,
  usePageTitle,
  useTenantScope,
  useText,
  withQuery,
} from '../platform/index.ts';
import { ticketLooks, useTicketColumns } from './columns.tsx';
import { ticketMessages } from './messages.ts';
import type { TicketSearch } from './useTickets.ts';

const states = ['opening', 'open', 'closing', 'closed', 'failed'] as const;

export const TicketListView = ({
  answer,
  search,
  pages,
  onChange,
}: {
  answer: Answer<{ items: Ticket[]; next: string | null }>;
  search: TicketSearch;
  pages: KeysetPages;
  onChange(search: Partial<TicketSearch>): void;
}) => {
  const text = useText(ticketMessages);
  const go = useGo();
  const address = useAddress();
  const scope = useTenantScope();
  usePageTitle(text('tickets'));
  const columns = useTicketColumns({ withDevice: true });
  const rows = answer.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (row: Ticket | undefined) => row && (() => onChange({ selected: row.id }));
  return (
    <>
      <ListTable
        variant="full-page"
        label={text('tickets')}
        description={scope ? `${text('description')} ${text('allClients')}` : text('description')}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ title }) => title}
        isFiltered={(search.state?.length ?? 0) > 0}
        onClearFilters={() => onChange({ state: undefined })}
        filter={
          <FilterBox
            label={text('tickets')}
            placeholder={text('filterHint')}
            values={{ state: search.state }}
            properties={[
              {
                key: 'state',
                label: text('state'),
                options: states.map((value) => ({ value, label: text(ticketLooks[value].word) })),
              },
            ]}
            withText={false}
            onChange={({ state }) => onChange({ state: state as TicketSearch['state'] })}
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
      />
      {chosen && (
        <SidePanel title={chosen.title} onClose={() => onChange({ selected: undefined })}>
          <SpaceBetween size="m">
            <SpaceBetween size="s" direction="horizontal" alignItems="center">
              <StateMark tone={ticketLooks[chosen.state].tone}>{text(ticketLooks[chosen.state].word)}</StateMark>
              <PanelSteps onPrevious={stepTo(rows[at - 1])} onNext={stepTo(rows[at + 1])} />
            </SpaceBetween>
            <KeyValuePairs
              columns={4}
              items={[
                { label: text('number'), value: chosen.psaTicketNumber ?? text('notYet') },
                { label: text('tenant'), value: chosen.tenantName },
                { label: text('account'), value: chosen.accountName },
                { label: text('device'), value: <span className="gh-wrap">{chosen.deviceName}</span> },
                { label: text('opened'), value: <ExactTime at={chosen.openedAt} /> },
                { label: text('closed'), value: chosen.closedAt ? <ExactTime at={chosen.closedAt} /> : text('still') },
                { label: text('reason'), value: <code>{chosen.reason}</code> },
                { label: text('problem'), value: <span className="gh-wrap">{chosen.problem ?? '-'}</span> },
              ]}
            />
            <AppLink to={withQuery(paths.activity, { ticketId: chosen.id })}>{text('decisions')}</AppLink>
          </SpaceBetween>
        </SidePanel>
      )}
    </>
  );
};
