import type { DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';

const MINUTE_MS = 60_000;
const UNIT_MS = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
  week: 7 * 24 * 60 * MINUTE_MS,
} as const;
const letters = { minute: 'm', hour: 'h', day: 'd', week: 'w' } as const;
type Unit = keyof typeof UNIT_MS;

/** What the address keeps: `within=7d`, so that it moves with the clock, or `from` and `to`. */
export interface TimeRange {
  within?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** `7d` in parts; null when it cannot be read. */
export const parseWithin = (within: string): { amount: number; unit: Unit } | null => {
  const [, amount, letter] = /^([1-9]\d{0,3})([mhdw])$/.exec(within) ?? [];
  const unit = (Object.keys(letters) as Unit[]).find((each) => letters[each] === letter);
  return amount && unit ? { amount: Number(amount), unit } : null;
};

/** The moments to ask the server for; a relative range is counted back from `now`. */
export const momentsOf = ({ within, from, to }: TimeRange, now: Date): { from?: string; to?: string } => {
  const relative = within === undefined ? null : parseWithin(within);
  if (relative) return { from: new Date(now.getTime() - relative.amount * UNIT_MS[relative.unit]).toISOString() };
  const moment = (word: string | undefined) => {
    const time = word === undefined ? Number.NaN : Date.parse(word);
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  };
  return { from: moment(from), to: moment(to) };
};

/** A range as the date picker wants it. */
export const pickedOf = (range: TimeRange): DateRangePickerProps.Value | null => {
  const relative = range.within === undefined ? null : parseWithin(range.within);
  if (relative) return { type: 'relative', ...relative };
  if (range.from && range.to) return { type: 'absolute', startDate: range.from, endDate: range.to };
  return null;
};

export const rangeOf = (picked: DateRangePickerProps.Value | null): TimeRange => {
  if (picked?.type === 'relative' && picked.unit in letters) {
    return { within: `${picked.amount}${letters[picked.unit as Unit]}`, from: undefined, to: undefined };
  }
  if (picked?.type === 'absolute') {
    return {
      within: undefined,
      from: new Date(picked.startDate).toISOString(),
      to: new Date(picked.endDate).toISOString(),
    };
  }
  return { within: undefined, from: undefined, to: undefined };
};
