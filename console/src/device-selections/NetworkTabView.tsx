import SpaceBetween from '@cloudscape-design/components/space-between';
import { useText } from '../platform/index.ts';
import { LinesField } from '../selections/index.ts';
import { FlagField } from './FlagField.tsx';
import { filterChanges, type TabProps } from './form.ts';
import { deviceSelectionMessages } from './messages.ts';
import { TimeField } from './TimeField.tsx';

/** Which devices by their addresses and by when they were heard of. */
export const NetworkTabView = (props: TabProps) => {
  const text = useText(deviceSelectionMessages);
  const { draft, wrongs, disabled } = props;
  const wrong = wrongs.find(({ field }) => field === 'addresses');
  return (
    <SpaceBetween size="l">
      <LinesField
        label={text('addresses')}
        hint={text('addressesHint')}
        value={draft.lines.addresses}
        error={wrong && text('addressWrong', { line: wrong.line ?? 0, text: wrong.text ?? '' })}
        disabled={disabled}
        onChange={(typed) => filterChanges(props).changeLines('addresses', typed)}
      />
      <FlagField {...props} field="visible" />
      <TimeField {...props} field="lastSeen" />
      <TimeField {...props} field="lastConnected" />
      <TimeField {...props} field="added" />
    </SpaceBetween>
  );
};
