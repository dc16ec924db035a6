import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLevelWords, useText } from '../platform/index.ts';
import { ChoicesField } from '../selections/index.ts';
import { FlagField } from './FlagField.tsx';
import { filterChanges, type TabProps } from './form.ts';
import { deviceSelectionMessages } from './messages.ts';
import { TimeField } from './TimeField.tsx';

const levels = ['critical', 'warning', 'ok'] as const;

/** Which devices by their status and by what is wrong with them. */
export const StateTabView = ({
  conditions,
  ...props
}: TabProps & { conditions: readonly { value: string; label: string }[] }) => {
  const text = useText(deviceSelectionMessages);
  const level = useLevelWords();
  const { filter } = props.draft.settings;
  const { change } = filterChanges(props);
  return (
    <SpaceBetween size="l">
      <ChoicesField
        label={text('statuses')}
        options={levels.map((value) => ({ value, label: level.status(value) }))}
        chosen={filter.statuses}
        disabled={props.disabled}
        onChange={(values) => change({ statuses: levels.filter((each) => values.includes(each)) })}
      />
      <ChoicesField
        label={text('conditions')}
        options={conditions}
        chosen={filter.conditions}
        disabled={props.disabled}
        onChange={(values) => change({ conditions: values })}
      />
      <FlagField {...props} field="protectionRunning" />
      <FlagField {...props} field="activeThreats" />
      <FlagField {...props} field="detections" />
      <FlagField {...props} field="restartRequired" />
      <TimeField {...props} field="lastScan" />
      <TimeField {...props} field="databases" />
    </SpaceBetween>
  );
};
