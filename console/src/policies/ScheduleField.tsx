import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import TimeInput from '@cloudscape-design/components/time-input';
import { useText } from '../platform/index.ts';
import type { TypedSchedule, Wrong } from './draft.ts';
import { policyMessages } from './messages.ts';
import { usePolicyWords } from './words.ts';

/** When a device starts something by itself. */
export const ScheduleField = ({
  label,
  typed,
  wrong,
  disabled,
  onChange,
}: {
  label: string;
  typed: TypedSchedule;
  wrong: Wrong | undefined;
  disabled: boolean;
  onChange(typed: TypedSchedule): void;
}) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const set = (change: Partial<TypedSchedule>) => onChange({ ...typed, ...change });
  const kinds = (['never', 'hours', 'day', 'week'] as const).map((value) => ({ value, label: text(value) }));
  const weekdays = [1, 2, 3, 4, 5, 6, 0].map((number) => ({ value: String(number), label: words.weekday(number) }));
  return (
    <div className="gh-schedule">
      <FormField label={text('howOften')}>
        <Select
          ariaLabel={`${label}: ${text('howOften')}`}
          options={kinds}
          selectedOption={kinds.find(({ value }) => value === typed.every) ?? null}
          disabled={disabled}
          onChange={({ detail }) => set({ every: detail.selectedOption.value as TypedSchedule['every'] })}
          expandToViewport
        />
      </FormField>
      {typed.every === 'hours' && (
        <FormField label={text('hoursBetween')} errorText={wrong === 'hoursWrong' && text(wrong)}>
          <Input
            value={typed.hours}
            inputMode="numeric"
            disabled={disabled}
            onChange={({ detail }) => set({ hours: detail.value })}
          />
        </FormField>
      )}
      {typed.every === 'week' && (
        <FormField label={text('weekday')}>
          <Select
            options={weekdays}
            selectedOption={weekdays.find(({ value }) => value === typed.weekday) ?? null}
            disabled={disabled}
            onChange={({ detail }) => set({ weekday: detail.selectedOption.value ?? '1' })}
            expandToViewport
          />
        </FormField>
      )}
      {(typed.every === 'day' || typed.every === 'week') && (
        <FormField label={text('time')} errorText={wrong === 'timeWrong' && text(wrong)}>
          <TimeInput
            value={typed.time}
            format="hh:mm"
            placeholder="hh:mm"
            disabled={disabled}
            onChange={({ detail }) => set({ time: detail.value })}
          />
        </FormField>
      )}
      {typed.every !== 'never' && (
        <>
          <FormField label={text('spread')} errorText={wrong === 'spreadWrong' && text(wrong)}>
            <Input
              value={typed.spread}
              inputMode="numeric"
              disabled={disabled}
              onChange={({ detail }) => set({ spread: detail.value })}
            />
          </FormField>
          <Checkbox
            checked={typed.runMissed}
            disabled={disabled}
            onChange={({ detail }) => set({ runMissed: detail.checked })}
          >
            {text('runMissed')}
          </Checkbox>
        </>
      )}
    </div>
  );
};
