import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useText } from '../platform/index.ts';
import { reportMessages } from './messages.ts';

/** Searches while somebody types, a little later. */
export const FindBox = ({
  value,
  placeholder,
  onChange,
}: {
  value: string | undefined;
  placeholder: string;
  onChange(text: string | undefined): void;
}) => {
  const text = useText(reportMessages);
  const [typed, setTyped] = useState(value ?? '');
  return (
    <TextFilter
      filteringText={typed}
      filteringPlaceholder={placeholder}
      filteringAriaLabel={placeholder}
      filteringClearAriaLabel={text('clearSearch')}
      onChange={({ detail }) => setTyped(detail.filteringText)}
      onDelayedChange={({ detail }) => onChange(detail.filteringText.trim() || undefined)}
    />
  );
};
