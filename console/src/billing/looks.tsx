import type { AccountRun, Adjustment, AdjustmentState } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { StateMark, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';

const adjustmentLooks = {
  waiting: { tone: 'warning', word: 'stateWaiting' },
  planned: { tone: 'info', word: 'statePlanned' },
  sent: { tone: 'info', word: 'stateSent' },
  unknown: { tone: 'failure', word: 'stateUnknown' },
  confirmed: { tone: 'ok', word: 'stateConfirmed' },
  failed: { tone: 'critical', word: 'stateFailed' },
  rejected: { tone: 'none', word: 'stateRejected' },
  superseded: { tone: 'none', word: 'stateSuperseded' },
} as const satisfies Record<AdjustmentState, unknown>;

export const useAdjustmentWord = () => {
  const text = useText(billingMessages);
  return (state: AdjustmentState): string => text(adjustmentLooks[state].word);
};

export const AdjustmentMark = ({ state }: { state: AdjustmentState }) => {
  const text = useText(billingMessages);
  const { tone, word } = adjustmentLooks[state];
  return <StateMark tone={tone}>{text(word)}</StateMark>;
};

const runLooks = {
  waiting: { tone: 'info', word: 'runWaiting' },
  unchanged: { tone: 'ok', word: 'runUnchanged' },
  changed: { tone: 'info', word: 'runChanged' },
  held: { tone: 'warning', word: 'runHeld' },
  failed: { tone: 'critical', word: 'runFailed' },
} as const satisfies Record<AccountRun['state'], unknown>;

export const AccountRunMark = ({ state }: { state: AccountRun['state'] }) => {
  const text = useText(billingMessages);
  const { tone, word } = runLooks[state];
  return <StateMark tone={tone}>{text(word)}</StateMark>;
};

/** A day is a date without a zone: read as UTC and written as UTC, or it would move for half of the world. */
export const useDayWords = () => {
  const intl = useIntl();
  return (day: string): string =>
    intl.formatDate(`${day}T00:00:00Z`, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
};

export const useChangeWords = () => {
  const intl = useIntl();
  return (change: number): string => intl.formatNumber(change, { signDisplay: 'exceptZero' });
};

/** What the units of a line are made of, application by application. */
export const PartsCell = ({ parts }: Pick<Adjustment, 'parts'>) => {
  const text = useText(billingMessages);
  return (
    <>
      {parts.map(({ application, category, devices }) => (
        <div key={`${application} ${category}`} className="gh-wrap">
          {`${application}, ${category === null ? text('allDevices') : text(category)}: ${devices}`}
        </div>
      ))}
    </>
  );
};

const WIDTH = 120;

/**
 * Units before and after as one bar: what stays, and what comes or goes. All lines of a list are drawn to one scale,
 * so that a large change is seen as such. The numbers stand beside it.
 */
export const ChangeBar = ({ had, wanted, most }: { had: number; wanted: number; most: number }) => {
  const scale = WIDTH / Math.max(1, most);
  const kept = Math.min(had, wanted) * scale;
  const changed = Math.max(2, Math.abs(wanted - had) * scale);
  return (
    <svg
      className="gh-change"
      viewBox={`0 0 ${WIDTH} 10`}
      width={WIDTH}
      height="10"
      aria-hidden="true"
      focusable="false"
    >
      <rect className="gh-change-kept" x="0" y="1" width={kept} height="8" />
      <rect
        className={wanted > had ? 'gh-change-more' : 'gh-change-less'}
        x={Math.min(kept, WIDTH - changed)}
        y="1.5"
        width={Math.max(1, changed - 1)}
        height="7"
      />
    </svg>
  );
};

/** `90 → 100` with the change drawn. */
export const ChangeCell = ({ line: { had, wanted, change }, most }: { line: Adjustment; most: number }) => {
  const text = useText(billingMessages);
  const words = useChangeWords();
  return (
    <span className="gh-change-cell">
      <ChangeBar had={had} wanted={wanted} most={most} />
      <strong>{words(change)}</strong>
      <span>{text('fromTo', { had, wanted })}</span>
    </span>
  );
};

export const mostUnits = (lines: readonly Adjustment[]): number =>
  Math.max(1, ...lines.flatMap(({ had, wanted }) => [had, wanted]));
