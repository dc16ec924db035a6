import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SoftwareRow } from '@gatehouse/contract';
import { type Answer, type KeysetPages, ListTable, useText } from '../platform/index.ts';
import { useSoftwareColumns } from './columns.tsx';
import { FindBox } from './FindBox.tsx';
import { softwareMessages } from './messages.ts';
import type { SoftwareSearch } from './useSoftware.ts';

export interface SoftwareViewProps {
  search: SoftwareSearch;
  pages: KeysetPages;
  /** Where the file is. */
  file: string;
  onChange(change: Partial<SoftwareSearch>, how?: { replace?: boolean }): void;
}

export const SoftwareListView = ({
  search,
  pages,
  file,
  answer,
  onChange,
  onOpen,
  onShowDevices,
}: SoftwareViewProps & {
  answer: Answer<{ items: SoftwareRow[]; next: string | null }>;
  onOpen(row: SoftwareRow): void;
  onShowDevices(): void;
}) => {
  const text = useText(softwareMessages);
  const columns = useSoftwareColumns<SoftwareRow>();
  return (
    <ListTable
      label={text('software')}
      answer={answer}
      idOf={({ id }) => String(id)}
      nameOf={({ name, version }) => `${name} ${version}`}
      filter={<FindBox value={search.text} onChange={(wanted) => onChange({ text: wanted }, { replace: true })} />}
      isFiltered={search.text !== undefined}
      onClearFilters={() => onChange({ text: undefined })}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
      pages={pages}
      chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }), onOpen }}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      actions={
        search.text !== undefined && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={onShowDevices}>{text('showDevices')}</Button>
            <Button href={file} download iconName="download">
              {text('asFile')}
            </Button>
          </SpaceBetween>
        )
      }
      columns={[
        ...columns,
        {
          id: 'devices',
          header: text('devices'),
          cell: (row) => (
            <Link
              href="#"
              onFollow={(event) => {
                event.preventDefault();
                onOpen(row);
              }}
              ariaLabel={text('holdersCount', { count: row.devices, name: row.name, version: row.version })}
            >
              {row.devices}
            </Link>
          ),
          minWidth: 90,
        },
      ]}
    />
  );
};
