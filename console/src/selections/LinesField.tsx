import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';

/** Texts, one a line. */
export const LinesField = ({
  label,
  hint,
  value,
  error,
  disabled,
  onChange,
}: {
  label: string;
  hint: string;
  value: string;
  error?: string | undefined;
  disabled: boolean;
  onChange(text: string): void;
}) => (
  <FormField label={label} constraintText={hint} errorText={error}>
    <Textarea
      value={value}
      rows={Math.min(6, Math.max(2, value.split('\n').length))}
      disabled={disabled}
      spellcheck={false}
      onChange={({ detail }) => onChange(detail.value)}
    />
  </FormField>
);
