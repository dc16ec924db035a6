import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useText } from '../platform/index.ts';
import { selectionMessages } from './messages.ts';

interface Choice {
  value: string;
  label: string;
}

/** Several of what there is; what is chosen but not offered any more is shown as it is. */
export const ChoicesField = ({
  label,
  description,
  options,
  chosen,
  placeholder,
  disabled,
  onChange,
}: {
  label: string;
  description?: string;
  options: readonly Choice[];
  chosen: readonly string[];
  /** When none is chosen; left out: any. */
  placeholder?: string;
  disabled: boolean;
  onChange(values: string[]): void;
}) => {
  const text = useText(selectionMessages);
  return (
    <FormField label={label} {...(description ? { description } : {})}>
      <Multiselect
        options={options}
        selectedOptions={chosen.map(
          (value) => options.find((option) => option.value === value) ?? { value, label: value },
        )}
        onChange={({ detail }) => onChange(detail.selectedOptions.flatMap(({ value }) => (value ? [value] : [])))}
        placeholder={placeholder ?? text('any')}
        filteringType={options.length > 8 ? 'auto' : 'none'}
        virtualScroll={options.length > 100}
        deselectAriaLabel={({ label: name }) => text('remove', { name: name ?? '' })}
        disabled={disabled}
        expandToViewport
      />
    </FormField>
  );
};
