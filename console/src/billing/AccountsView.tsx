import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { BilledAccount } from '@gatehouse/contract';
import {
  type Answer,
  type KeysetPages,
  ListTable,
  ProblemAlert,
  paths,
  RelativeTime,
  StateMark,
  useAddress,
  useGo,
  useText,
} from '../platform/index.ts';
import { AccountRunMark } from './looks.tsx';
import { billingMessages } from './messages.ts';
import { type AccountShow, accountShows, type BillingSearch } from './useBilling.ts';

const showWords = { all: 'showAll', billed: 'showBilled', problems: 'showProblems', off: 'showOff' } as const;

export const AccountsView = ({
  answer,
  pages,
  search,
  problem,
  onChange,
}: {
  answer: Answer<{ items: BilledAccount[]; next: string | null; total: number }>;
  pages: KeysetPages;
  search: BillingSearch;
  problem: unknown;
  onChange(search: Partial<BillingSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(billingMessages);
  const go = useGo();
  const address = useAddress();
  const show = search.show ?? 'all';
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <ListTable
        label={text('accounts')}
        description={text('accountsHint')}
        answer={answer}
        idOf={({ sourceId, sourceTenantId }) => `${sourceId} ${sourceTenantId}`}
        nameOf={({ accountName }) => accountName}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        isFiltered={search.text !== undefined || (search.show ?? 'all') !== 'all'}
        onClearFilters={() => onChange({ text: undefined, show: undefined })}
        filter={
          <div className="gh-filters">
            <TextFilter
              filteringText={search.text ?? ''}
              filteringPlaceholder={text('searchAccounts')}
              filteringAriaLabel={text('searchAccounts')}
              onChange={({ detail }) => onChange({ text: detail.filteringText || undefined }, { replace: true })}
            />
            <Select
              ariaLabel={text('show')}
              selectedOption={{ value: show, label: text(showWords[show]) }}
              options={accountShows.map((value) => ({ value, label: text(showWords[value]) }))}
              onChange={({ detail: { selectedOption } }) =>
                onChange({
                  show: selectedOption.value === 'all' ? undefined : (selectedOption.value as AccountShow),
                })
              }
            />
          </div>
        }
        empty={{
          title: text('accountsEmpty'),
          hint: text('accountsEmptyHint'),
          action: <Button onClick={() => go(address(paths.integrations))}>{text('goToIntegrations')}</Button>,
        }}
        columns={[
          {
            id: 'account',
            header: text('account'),
            minWidth: 150,
            cell: ({ accountName }) => <span className="gh-cell">{accountName}</span>,
          },
          {
            id: 'tenant',
            header: text('tenant'),
            minWidth: 130,
            cell: ({ tenantName }) => <span className="gh-cell">{tenantName}</span>,
          },
          {
            id: 'billing',
            header: text('billing'),
            minWidth: 90,
            cell: ({ billing }) => <StateMark tone={billing ? 'ok' : 'none'}>{text(billing ? 'on' : 'off')}</StateMark>,
          },
          {
            id: 'contract',
            header: text('contract'),
            minWidth: 150,
            cell: ({ contractName, billing }) =>
              contractName ? (
                <span className="gh-cell">{contractName}</span>
              ) : billing ? (
                <StateMark tone="warning">{text('noContract')}</StateMark>
              ) : (
                ''
              ),
          },
          { id: 'devices', header: text('devices'), minWidth: 80, cell: ({ last }) => last?.devices ?? '' },
          {
            id: 'notBilled',
            header: text('notBilled'),
            minWidth: 90,
            cell: ({ last }) => last?.notBilled || '',
          },
          { id: 'waiting', header: text('waiting'), minWidth: 110, cell: ({ waiting }) => waiting || '' },
          {
            id: 'last',
            header: text('lastRun'),
            minWidth: 130,
            cell: ({ last }) =>
              last ? (
                <SpaceBetween size="xxs">
                  <AccountRunMark state={last.state} />
                  {last.endedAt && <RelativeTime at={last.endedAt} />}
                </SpaceBetween>
              ) : (
                text('never')
              ),
          },
          {
            id: 'why',
            header: text('why'),
            minWidth: 240,
            cell: ({ last }) => <span className="gh-wrap">{last?.explanation ?? ''}</span>,
          },
          {
            id: 'integration',
            header: text('integration'),
            minWidth: 140,
            optional: true,
            cell: ({ integrationName }) => integrationName,
          },
        ]}
      />
    </SpaceBetween>
  );
};
