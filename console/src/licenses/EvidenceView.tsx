import Select from '@cloudscape-design/components/select';
import type { UsageEvidence } from '@gatehouse/contract';
import { type Answer, AppLink, type KeysetPages, ListTable, paths, useText } from '../platform/index.ts';
import { DayOf } from './looks.tsx';
import { licenseMessages } from './messages.ts';

/** The devices that the counts of one day rest on. */
export const EvidenceView = ({
  day,
  days,
  answer,
  pages,
  onDay,
}: {
  day: string;
  /** Days that were checked, newest first. */
  days: readonly string[];
  answer: Answer<{ items: UsageEvidence[]; next: string | null }>;
  pages: KeysetPages;
  onDay(day: string): void;
}) => {
  const text = useText(licenseMessages);
  return (
    <ListTable
      label={text('evidence')}
      description={text('evidenceHint')}
      answer={answer}
      idOf={({ deviceId, serialNumber }) => `${deviceId} ${serialNumber}`}
      nameOf={({ deviceName }) => deviceName}
      pages={pages}
      actions={
        <Select
          ariaLabel={text('day')}
          options={days.map((value) => ({ value, label: value }))}
          selectedOption={{ value: day, label: day }}
          onChange={({ detail }) => onDay(detail.selectedOption.value ?? day)}
          filteringType={days.length > 10 ? 'auto' : 'none'}
          virtualScroll
          expandToViewport
        />
      }
      empty={{ title: text('evidenceEmptyTitle'), hint: text('evidenceEmptyHint') }}
      columns={[
        {
          id: 'device',
          header: text('device'),
          minWidth: 140,
          cell: ({ deviceId, deviceName }) => (
            <AppLink to={paths.device(deviceId)}>
              <span className="gh-cell">{deviceName}</span>
            </AppLink>
          ),
        },
        {
          id: 'group',
          header: text('group'),
          minWidth: 140,
          cell: ({ groupName }) => <span className="gh-cell">{groupName}</span>,
        },
        { id: 'category', header: text('category'), minWidth: 150, cell: ({ category }) => text(category) },
        { id: 'key', header: text('serialNumber'), minWidth: 150, cell: ({ serialNumber }) => serialNumber },
        {
          id: 'since',
          header: text('sinceDay'),
          minWidth: 110,
          cell: ({ since }) => <DayOf at={`${since}T00:00:00Z`} />,
        },
      ]}
    />
  );
};
