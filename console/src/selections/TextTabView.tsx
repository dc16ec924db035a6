import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useText } from '../platform/index.ts';
import { filterChanges, type TabProps } from './form.ts';
import { selectionMessages } from './messages.ts';

export const TextTabView = ({ draft, disabled, onChange }: TabProps) => {
  const text = useText(selectionMessages);
  const { filter } = draft.settings;
  const { change } = filterChanges({ draft, onChange });
  const given = filter.text ?? { words: '', match: 'any' as const };
  return (
    <SpaceBetween size="l">
      <FormField label={text('words')} description={text('wordsHint')}>
        <Input
          value={given.words}
          disabled={disabled}
          onChange={({ detail }) =>
            change({ text: detail.value === '' ? null : { ...given, words: detail.value.slice(0, 500) } })
          }
        />
      </FormField>
      <FormField label={text('match')}>
        <RadioGroup
          value={given.match}
          readOnly={disabled}
          items={[
            { value: 'any', label: text('matchAny') },
            { value: 'all', label: text('matchAll') },
          ]}
          onChange={({ detail }) => change({ text: { ...given, match: detail.value as 'any' } })}
        />
      </FormField>
    </SpaceBetween>
  );
};
