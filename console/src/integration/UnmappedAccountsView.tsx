import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import Toggle from '@cloudscape-design/components/toggle';
import type { ListedAccount } from '@gatehouse/contract';
import { type ReactNode, useState } from 'react';
import {
  type Answer,
  type KeysetPages,
  ListTable,
  ProblemAlert,
  StateMark,
  useMay,
  useText,
} from '../platform/index.ts';
import { mappingMessages } from './mapping-messages.ts';

/** Draws the accounts of the PSA that no virtual server is mapped to. */
export const UnmappedAccountsView = ({
  answer,
  pages,
  search,
  onlyActive,
  problem,
  fileHref,
  picker,
  onSearch,
  onOnlyActive,
}: {
  answer: Answer<{ items: ListedAccount[]; total: number; next: string | null }>;
  pages: KeysetPages;
  search: string;
  onlyActive: boolean;
  problem: unknown;
  fileHref: string;
  picker(account: ListedAccount): ReactNode;
  onSearch(text: string): void;
  onOnlyActive(only: boolean): void;
}) => {
  const text = useText(mappingMessages);
  const canWrite = useMay()('integrations:write');
  const [typed, setTyped] = useState(search);
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <ListTable
        label={text('accountsLabel')}
        description={text('accountsHint')}
        answer={answer}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        pages={pages}
        isFiltered={search !== ''}
        onClearFilters={() => {
          setTyped('');
          onSearch('');
        }}
        filter={
          <div className="gh-filters">
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={text('findAccounts')}
              filteringAriaLabel={text('findAccounts')}
              filteringClearAriaLabel={text('clearSearch')}
              onChange={({ detail }) => setTyped(detail.filteringText)}
              onDelayedChange={({ detail }) => onSearch(detail.filteringText)}
            />
            <Toggle checked={onlyActive} onChange={({ detail }) => onOnlyActive(detail.checked)}>
              {text('onlyActive')}
            </Toggle>
          </div>
        }
        actions={
          <Button href={fileHref} download iconName="download">
            {text('exportCsv')}
          </Button>
        }
        empty={{ title: text('accountsEmptyTitle'), hint: text('accountsEmptyHint') }}
        columns={[
          { id: 'name', header: text('account'), minWidth: 200, cell: ({ name }) => name },
          { id: 'id', header: text('accountId'), minWidth: 100, cell: ({ id }) => id },
          {
            id: 'state',
            header: text('accountState'),
            minWidth: 120,
            cell: ({ active }) => (
              <StateMark tone={active ? 'ok' : 'none'}>{text(active ? 'active' : 'inactive')}</StateMark>
            ),
          },
          ...(canWrite
            ? [
                {
                  id: 'map',
                  header: text('mapTo'),
                  minWidth: 260,
                  cell: (account: ListedAccount) => (account.active ? picker(account) : '-'),
                },
              ]
            : []),
        ]}
      />
    </SpaceBetween>
  );
};
