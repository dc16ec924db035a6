import { useSyncExternalStore } from 'react';
import { useIntl } from 'react-intl';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const steps = [
  { unit: 'year', ms: 365 * DAY_MS },
  { unit: 'month', ms: 30 * DAY_MS },
  { unit: 'day', ms: DAY_MS },
  { unit: 'hour', ms: HOUR_MS },
  { unit: 'minute', ms: MINUTE_MS },
  { unit: 'second', ms: SECOND_MS },
] as const;

/** The largest whole unit that fits: 90 minutes are one hour. */
export const inWords = (ms: number): { amount: number; unit: Intl.RelativeTimeFormatUnit } => {
  const step = steps.find((each) => Math.abs(ms) >= each.ms) ?? { unit: 'second', ms: SECOND_MS };
  return { amount: Math.trunc(ms / step.ms), unit: step.unit };
};

// One ticker for all times of the page; a list of 200 rows must not start 200 timers.
let nowMs = Date.now();
const watchers = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;
const watch = (tell: () => void) => {
  watchers.add(tell);
  ticker ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of watchers) each();
  }, 15 * SECOND_MS);
  return () => {
    watchers.delete(tell);
    if (watchers.size === 0) {
      clearInterval(ticker);
      ticker = undefined;
    }
  };
};

/** The clock of this page, milliseconds; moves every 15 seconds. */
export const useNowMs = (): number => useSyncExternalStore(watch, () => nowMs);

/** A moment as `3 hours ago`, with the exact time in the user's zone on hover. */
export const RelativeTime = ({ at }: { at: string | null }) => {
  const intl = useIntl();
  const text = useText(platformMessages);
  const now = useNowMs();
  if (at === null) return <span>{text('never')}</span>;
  const moment = new Date(at);
  // A time just behind the ticker's last beat would read "in 4 seconds".
  const ago = moment.getTime() - Math.max(now, Date.now());
  const { amount, unit } = inWords(ago);
  const exact = intl.formatDate(moment, { dateStyle: 'full', timeStyle: 'long' });
  return (
    <time dateTime={at} title={exact}>
      {intl.formatRelativeTime(amount, unit, { numeric: 'auto' })}
    </time>
  );
};

/** A moment written out, for details. */
export const ExactTime = ({ at }: { at: string | null }) => {
  const intl = useIntl();
  const text = useText(platformMessages);
  if (at === null) return <span>{text('never')}</span>;
  return (
    <time dateTime={at}>
      {intl.formatDate(at, { dateStyle: 'medium', timeStyle: 'medium' })} (<RelativeTime at={at} />)
    </time>
  );
};
