import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useText } from '../platform/index.ts';
import type { TypedTask } from './form.ts';
import { taskMessages } from './messages.ts';
import type { TaskChoices } from './useTasks.ts';

/** What every part of the form of a task gets. */
export interface PartProps {
  typed: TypedTask;
  choices: TaskChoices;
  /** What is wrong with a field, when it is to be said. */
  issueOf(...path: string[]): string | undefined;
  onChange(part: Partial<TypedTask>): void;
}

interface Choice {
  value: string;
  label: string;
  description?: string;
  disabled?: boolean;
}

/** One of some values. */
export const ChoiceField = ({
  label,
  hint,
  issue,
  value,
  options,
  placeholder,
  onChange,
}: {
  label: string;
  hint?: string;
  issue?: string | undefined;
  value: string;
  options: readonly Choice[];
  placeholder?: string;
  onChange(value: string): void;
}) => (
  <FormField label={label} description={hint} errorText={issue}>
    <Select
      options={options}
      selectedOption={options.find((option) => option.value === value) ?? null}
      placeholder={placeholder}
      filteringType={options.length > 10 ? 'auto' : 'none'}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      expandToViewport
    />
  </FormField>
);

/** A whole number. */
export const NumberField = ({
  label,
  hint,
  value,
  from,
  to,
  issue,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  from: number;
  to: number;
  issue: string | undefined;
  onChange(value: string): void;
}) => {
  const text = useText(taskMessages);
  return (
    <FormField label={label} description={hint} errorText={issue && text('wholeNumber', { from, to })}>
      <Input value={value} inputMode="numeric" onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
};
