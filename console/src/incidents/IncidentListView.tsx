import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Incident } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { type Answer, FilterBox, type KeysetPages, ListTable, useText } from '../platform/index.ts';
import { useIncidentColumns } from './columns.tsx';
import { incidentMessages } from './messages.ts';
import type { IncidentSearch } from './useIncidents.ts';

/** Incidents of everywhere, or of one device. */
export const IncidentListView = ({
  answer,
  search,
  pages,
  isDevice,
  marked,
  mayWrite,
  isBusy,
  action,
  onMark,
  onProcess,
  onChange,
}: {
  answer: Answer<{ items: Incident[]; next: string | null; total: number }>;
  search: IncidentSearch;
  pages: KeysetPages;
  isDevice: boolean;
  marked: readonly string[];
  mayWrite: boolean;
  isBusy: boolean;
  action?: ReactNode;
  onMark(ids: string[]): void;
  onProcess(processed: boolean): void;
  onChange(search: Partial<IncidentSearch>): void;
}) => {
  const text = useText(incidentMessages);
  const columns = useIncidentColumns({ withDevice: !isDevice });
  const { severity, processed, text: words } = search;
  return (
    <ListTable
      variant={isDevice ? 'container' : 'full-page'}
      label={text('title')}
      description={isDevice ? undefined : text('hint')}
      answer={answer}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ title }) => title}
      isFiltered={Boolean(severity?.length || processed || words)}
      onClearFilters={() => onChange({ severity: undefined, processed: undefined, text: undefined })}
      filter={
        <FilterBox
          label={text('title')}
          placeholder={text('filterHint')}
          values={{ severity, processed, text: words }}
          properties={[
            {
              key: 'processed',
              label: text('state'),
              single: true,
              options: [
                { value: 'false', label: text('unprocessed') },
                { value: 'true', label: text('processed') },
              ],
            },
            {
              key: 'severity',
              label: text('severity'),
              options: (['critical', 'warning', 'info'] as const).map((value) => ({ value, label: text(value) })),
            },
          ]}
          onChange={(values) => onChange(values as Partial<IncidentSearch>)}
        />
      }
      actions={
        mayWrite && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={marked.length === 0} onClick={() => onProcess(false)}>
              {text('reopen')}
            </Button>
            <Button disabled={marked.length === 0} loading={isBusy} onClick={() => onProcess(true)}>
              {text('process')}
            </Button>
            {action}
          </SpaceBetween>
        )
      }
      empty={{ title: text('emptyTitle'), hint: text(isDevice ? 'deviceEmptyHint' : 'emptyHint'), action }}
      pages={pages}
      chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
      marked={mayWrite ? { ids: marked, onMark } : undefined}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
    />
  );
};
