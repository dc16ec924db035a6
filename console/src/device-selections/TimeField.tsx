import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DeviceTime } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import type { TimeField as Field } from './drafts.ts';
import { filterChanges, type TabProps } from './form.ts';
import { deviceSelectionMessages } from './messages.ts';

const units = ['minutes', 'hours', 'days'] as const;

/** When something of a device was, counted back from the moment of asking. */
export const TimeField = ({ field, ...props }: TabProps & { field: Field }) => {
  const text = useText(deviceSelectionMessages);
  const { draft, wrongs, disabled, onChange } = props;
  const time = draft.settings.filter[field];
  const label = text(field);
  const set = (value: DeviceTime) => filterChanges(props).change({ [field]: value });
  const kinds = [
    { value: 'any', label: text('timeAny') },
    { value: 'within', label: text('timeWithin') },
    { value: 'before', label: text('timeBefore') },
    { value: 'never', label: text('timeNever') },
    // Made by a program or brought by a file: shown, and kept as long as nothing else is chosen.
    ...(time.kind === 'between' ? [{ value: 'between', label: text('timeBetween') }] : []),
  ];
  const isCounted = time.kind === 'within' || time.kind === 'before';
  const unitOptions = units.map((value) => ({ value, label: text(value) }));
  return (
    <FormField
      label={label}
      errorText={wrongs.some((wrong) => wrong.field === field) ? text('amountWrong') : undefined}
    >
      <SpaceBetween size="xs" direction="horizontal">
        <Select
          options={kinds}
          selectedOption={kinds.find(({ value }) => value === time.kind) ?? null}
          disabled={disabled}
          ariaLabel={label}
          onChange={({ detail }) => {
            const kind = detail.selectedOption.value;
            if (kind === 'within' || kind === 'before') {
              set({ kind, amount: 7, unit: isCounted ? time.unit : 'days' });
            } else if (kind === 'any' || kind === 'never') set({ kind });
          }}
          expandToViewport
        />
        {isCounted && (
          <>
            <Input
              value={draft.amounts[field]}
              inputMode="numeric"
              disabled={disabled}
              ariaLabel={text('timeAmount', { label })}
              onChange={({ detail }) => onChange({ amounts: { ...draft.amounts, [field]: detail.value } })}
            />
            <Select
              options={unitOptions}
              selectedOption={unitOptions.find(({ value }) => value === time.unit) ?? null}
              disabled={disabled}
              ariaLabel={text('timeUnit', { label })}
              onChange={({ detail }) => {
                const unit = units.find((each) => each === detail.selectedOption.value);
                if (unit) set({ ...time, unit });
              }}
              expandToViewport
            />
          </>
        )}
      </SpaceBetween>
    </FormField>
  );
};
