import TextFilter from '@cloudscape-design/components/text-filter';
import { useDeferredValue, useState } from 'react';
import { ListTable, SidePanel, useText } from '../platform/index.ts';
import { AccountRunMark } from './looks.tsx';
import { billingMessages } from './messages.ts';
import { useAccountRuns } from './useBilling.ts';

/** How each account fared in one run, in the split panel. */
export const RunAccounts = ({ title, runId, onClose }: { title: string; runId: string; onClose(): void }) => {
  const text = useText(billingMessages);
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed);
  const answer = useAccountRuns(runId, { text: wanted || undefined });
  return (
    <SidePanel title={title} onClose={onClose}>
      <ListTable
        variant="embedded"
        label={text('runAccounts')}
        answer={answer}
        idOf={({ sourceId, sourceTenantId }) => `${sourceId} ${sourceTenantId}`}
        nameOf={({ accountName }) => accountName}
        isFiltered={typed !== ''}
        onClearFilters={() => setTyped('')}
        filter={
          <TextFilter
            filteringText={typed}
            filteringPlaceholder={text('searchRun')}
            filteringAriaLabel={text('searchRun')}
            onChange={({ detail }) => setTyped(detail.filteringText)}
          />
        }
        empty={{ title: text('accountsEmpty'), hint: text('accountsEmptyHint') }}
        columns={[
          {
            id: 'account',
            header: text('account'),
            minWidth: 140,
            cell: ({ accountName }) => <span className="gh-cell">{accountName}</span>,
          },
          { id: 'state', header: text('state'), minWidth: 130, cell: ({ state }) => <AccountRunMark state={state} /> },
          { id: 'devices', header: text('devices'), minWidth: 80, cell: ({ devices }) => devices ?? '' },
          {
            id: 'why',
            header: text('why'),
            minWidth: 260,
            cell: ({ explanation }) => <span className="gh-wrap">{explanation}</span>,
          },
        ]}
      />
    </SidePanel>
  );
};
