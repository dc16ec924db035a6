import TextFilter from '@cloudscape-design/components/text-filter';
import { useEffect, useState } from 'react';
import { useText } from '../platform/index.ts';
import { softwareMessages } from './messages.ts';

const WAIT_MS = 300;

/** A word to search for; the address follows when the typing rests. */
export const FindBox = ({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange(text: string | undefined): void;
}) => {
  const text = useText(softwareMessages);
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    if (typed === (value ?? '')) return;
    const timer = setTimeout(() => onChange(typed === '' ? undefined : typed), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <TextFilter
      filteringText={typed}
      filteringPlaceholder={text('filterHint')}
      filteringAriaLabel={text('find')}
      onChange={({ detail }) => setTyped(detail.filteringText)}
    />
  );
};
