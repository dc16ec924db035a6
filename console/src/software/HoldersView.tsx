import Button from '@cloudscape-design/components/button';
import type { SoftwareHolder } from '@gatehouse/contract';
import { type Answer, AppLink, ListTable, paths, useText } from '../platform/index.ts';
import { useSourceWords } from './columns.tsx';
import { softwareMessages } from './messages.ts';
import type { SoftwareViewProps } from './SoftwareListView.tsx';

/** Which devices have it: one row for each device and version. */
export const HoldersView = ({
  title,
  search,
  pages,
  file,
  answer,
  onChange,
}: SoftwareViewProps & { title: string; answer: Answer<{ items: SoftwareHolder[]; next: string | null }> }) => {
  const text = useText(softwareMessages);
  const sourceOf = useSourceWords();
  return (
    <ListTable
      label={title}
      answer={answer}
      idOf={({ deviceId, name, version, source }) => `${deviceId} ${source} ${name} ${version}`}
      nameOf={({ deviceName, name }) => `${deviceName} ${name}`}
      empty={{ title: text('holdersEmptyTitle'), hint: text('holdersEmptyHint') }}
      pages={pages}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      actions={
        <Button href={file} download iconName="download">
          {text('asFile')}
        </Button>
      }
      columns={[
        {
          id: 'device',
          header: text('device'),
          cell: ({ deviceId, deviceName }) => <AppLink to={paths.device(deviceId)}>{deviceName}</AppLink>,
          minWidth: 160,
        },
        {
          id: 'tenant',
          header: text('tenant'),
          cell: ({ tenantId, tenantName }) => <AppLink to={paths.tenant(tenantId)}>{tenantName}</AppLink>,
          minWidth: 140,
        },
        {
          id: 'name',
          header: text('name'),
          cell: ({ name }) => <span className="gh-wrap">{name}</span>,
          minWidth: 150,
        },
        { id: 'version', header: text('version'), cell: ({ version }) => version, minWidth: 120 },
        {
          id: 'publisher',
          header: text('publisher'),
          cell: ({ publisher }) => <span className="gh-wrap">{publisher ?? ''}</span>,
          optional: true,
        },
        { id: 'source', header: text('source'), cell: ({ source }) => sourceOf(source), optional: true },
      ]}
    />
  );
};
