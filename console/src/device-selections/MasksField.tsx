import { useText } from '../platform/index.ts';
import { LinesField } from '../selections/index.ts';
import type { maskFields } from './drafts.ts';
import { filterChanges, type TabProps } from './form.ts';
import { deviceSelectionMessages } from './messages.ts';

/** Masks, one a line. */
export const MasksField = ({
  field,
  label,
  hint,
  ...props
}: TabProps & { field: (typeof maskFields)[number]; label: string; hint?: string }) => {
  const text = useText(deviceSelectionMessages);
  return (
    <LinesField
      label={label}
      hint={hint ?? text('linesMasksHint')}
      value={props.draft.lines[field]}
      disabled={props.disabled}
      onChange={(typed) => filterChanges(props).changeLines(field, typed)}
    />
  );
};
