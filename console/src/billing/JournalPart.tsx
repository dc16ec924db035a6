import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { adjustmentStates } from '@gatehouse/contract';
import { FilterBox, ListTable, useKeysetPages, useText, withQuery } from '../platform/index.ts';
import { AdjustmentPanel } from './AdjustmentPanel.tsx';
import { useJournalColumns } from './journal-columns.tsx';
import { mostUnits, useAdjustmentWord } from './looks.tsx';
import { billingMessages } from './messages.ts';
import { type BillingSearch, useAdjustments } from './useBilling.ts';

/** Every change of a contract that was ever worked out. */
export const JournalPart = ({
  search,
  onChange,
}: {
  search: BillingSearch;
  onChange(search: Partial<BillingSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(billingMessages);
  const word = useAdjustmentWord();
  const answer = useAdjustments(search);
  const pages = useKeysetPages(search.after);
  const lines = answer.data?.items ?? [];
  const columns = useJournalColumns(mostUnits(lines));
  const line = lines.find(({ id }) => id === search.selected);
  const file = (format: 'csv' | 'xlsx') =>
    withQuery('/api/billing/adjustments/file', {
      format,
      integrationId: search.integration,
      state: search.state,
      account: search.text,
    });
  return (
    <>
      <ListTable
        label={text('journal')}
        description={text('journalHint')}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ accountName, serviceName }) => `${accountName}, ${serviceName}`}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        isFiltered={(search.state?.length ?? 0) > 0 || search.text !== undefined}
        onClearFilters={() => onChange({ state: undefined, text: undefined })}
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button href={file('csv')} download iconName="download">
              {text('csv')}
            </Button>
            <Button href={file('xlsx')} download iconName="download">
              {text('xlsx')}
            </Button>
          </SpaceBetween>
        }
        filter={
          <FilterBox
            label={text('journal')}
            placeholder={text('filterHint')}
            values={{ state: search.state, text: search.text }}
            properties={[
              {
                key: 'state',
                label: text('state'),
                options: adjustmentStates.map((value) => ({ value, label: word(value) })),
              },
            ]}
            onChange={({ state, text: typed }) =>
              onChange({ state: state as BillingSearch['state'], text: typed as string | undefined })
            }
          />
        }
        empty={{ title: text('journalEmpty'), hint: text('journalEmptyHint') }}
      />
      {line && <AdjustmentPanel line={line} onClose={() => onChange({ selected: undefined })} />}
    </>
  );
};
