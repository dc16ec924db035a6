import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type EventSort, eventSorts } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { selectionMessages } from './messages.ts';
import { sortWords } from './words.ts';

/** By what and in which direction a result is sorted. */
export const SortFieldsView = ({ sort, onChange }: { sort: EventSort; onChange(sort: EventSort): void }) => {
  const text = useText(selectionMessages);
  return (
    <SpaceBetween size="m">
      <FormField label={text('sort')}>
        <Select
          options={eventSorts.map((value) => ({ value, label: text(sortWords[value]) }))}
          selectedOption={{ value: sort.by, label: text(sortWords[sort.by]) }}
          onChange={({ detail }) => onChange({ ...sort, by: detail.selectedOption.value as EventSort['by'] })}
          expandToViewport
        />
      </FormField>
      <FormField label={text('order')}>
        <SegmentedControl
          label={text('order')}
          selectedId={sort.descending ? 'falling' : 'rising'}
          options={[
            { id: 'falling', text: text('falling') },
            { id: 'rising', text: text('rising') },
          ]}
          onChange={({ detail }) => onChange({ ...sort, descending: detail.selectedId === 'falling' })}
        />
      </FormField>
    </SpaceBetween>
  );
};
