import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useText } from '../platform/index.ts';
import type { FlagField as Field } from './drafts.ts';
import { filterChanges, type TabProps } from './form.ts';
import { deviceSelectionMessages } from './messages.ts';
import { flagWords } from './words.ts';

/** A question with the answers all the same, yes and no. */
export const FlagField = ({ field, ...props }: TabProps & { field: Field }) => {
  const text = useText(deviceSelectionMessages);
  const [label, yes, no] = flagWords[field];
  const value = props.draft.settings.filter[field];
  return (
    <FormField label={text(label)}>
      <SegmentedControl
        label={text(label)}
        selectedId={value === null ? 'any' : String(value)}
        onChange={({ detail }) =>
          filterChanges(props).change({
            [field]: detail.selectedId === 'any' ? null : detail.selectedId === 'true',
          })
        }
        options={[
          { id: 'any', text: text('any'), disabled: props.disabled },
          { id: 'true', text: text(yes), disabled: props.disabled },
          { id: 'false', text: text(no), disabled: props.disabled },
        ]}
      />
    </FormField>
  );
};
