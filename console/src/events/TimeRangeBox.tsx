import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import { useText } from '../platform/index.ts';
import { eventMessages } from './messages.ts';
import { pickedOf, rangeOf, type TimeRange } from './time-range.ts';

const unitWords = { minute: 'rangeMinute', hour: 'rangeHour', day: 'rangeDay' } as const;

export const TimeRangeBox = ({
  range,
  disabled = false,
  onChange,
}: {
  range: TimeRange;
  disabled?: boolean;
  onChange(range: TimeRange): void;
}) => {
  const text = useText(eventMessages);
  const inWords = (amount: number, unit: string) =>
    unit in unitWords ? text(unitWords[unit as keyof typeof unitWords], { amount }) : unit;
  return (
    <DateRangePicker
      value={pickedOf(range)}
      disabled={disabled}
      onChange={({ detail }) => onChange(rangeOf(detail.value))}
      relativeOptions={[
        { key: '1h', amount: 1, unit: 'hour', type: 'relative' },
        { key: '24h', amount: 24, unit: 'hour', type: 'relative' },
        { key: '7d', amount: 7, unit: 'day', type: 'relative' },
        { key: '30d', amount: 30, unit: 'day', type: 'relative' },
        { key: '180d', amount: 180, unit: 'day', type: 'relative' },
      ]}
      customRelativeRangeUnits={['minute', 'hour', 'day']}
      isValidRange={(picked) => {
        if (picked?.type !== 'absolute') return { valid: true };
        const [from, to] = [Date.parse(picked.startDate), Date.parse(picked.endDate)];
        if (Number.isNaN(from) || Number.isNaN(to)) return { valid: false, errorMessage: text('rangeIncomplete') };
        return to > from ? { valid: true } : { valid: false, errorMessage: text('rangeOrder') };
      }}
      i18nStrings={{
        formatRelativeRange: ({ amount, unit }) => text('rangeLast', { amount, unit: inWords(amount, unit) }),
        formatUnit: (unit, value) => inWords(value, unit),
      }}
      placeholder={text('rangeAny')}
      ariaLabel={text('range')}
      hideTimeOffset
      expandToViewport
    />
  );
};
