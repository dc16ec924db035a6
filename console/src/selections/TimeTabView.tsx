import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { EventTime } from '@gatehouse/contract';
import { TimeRangeBox, timeOf } from '../events/index.ts';
import { useText } from '../platform/index.ts';
import type { Filter } from './drafts.ts';
import { filterChanges, type TabProps } from './form.ts';
import { selectionMessages } from './messages.ts';

/** As the picker of the page of events knows it. */
const rangeOf = (time: EventTime) => {
  if (time.kind === 'last') return { within: `${time.amount}${time.unit[0]}` };
  return time.kind === 'between' ? { from: time.from ?? undefined, to: time.to ?? undefined } : {};
};

export const TimeTabView = ({ draft, disabled, onChange }: TabProps) => {
  const text = useText(selectionMessages);
  const { filter } = draft.settings;
  const { change } = filterChanges({ draft, onChange });
  return (
    <SpaceBetween size="l">
      <FormField label={text('range')}>
        <TimeRangeBox
          range={rangeOf(filter.time)}
          disabled={disabled}
          onChange={(range) => change({ time: (timeOf(range) as EventTime | undefined) ?? { kind: 'all' } })}
        />
      </FormField>
      <FormField label={text('clock')} description={text('clockHint')}>
        <RadioGroup
          value={filter.clock}
          readOnly={disabled}
          items={[
            { value: 'happened', label: text('clockHappened') },
            { value: 'registered', label: text('clockRegistered') },
          ]}
          onChange={({ detail }) => change({ clock: detail.value as Filter['clock'] })}
        />
      </FormField>
    </SpaceBetween>
  );
};
