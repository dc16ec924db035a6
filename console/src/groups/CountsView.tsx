import type { StatusCounts } from '@gatehouse/contract';
import { StateMark, useLevelWords, useText } from '../platform/index.ts';
import { groupMessages } from './messages.ts';

/** Devices by status, as marks with numbers; statuses that no device has are left out. */
export const CountsView = ({ counts, below = false }: { counts: StatusCounts; below?: boolean }) => {
  const text = useText(groupMessages);
  const level = useLevelWords();
  return (
    <span className="gh-counts">
      <span>{text(below ? 'countsBelow' : 'counts', { total: counts.total })}</span>
      {counts.critical > 0 && <StateMark tone="critical">{`${counts.critical} ${level.status('critical')}`}</StateMark>}
      {counts.warning > 0 && <StateMark tone="warning">{`${counts.warning} ${level.status('warning')}`}</StateMark>}
      {counts.ok > 0 && <StateMark tone="ok">{`${counts.ok} ${level.status('ok')}`}</StateMark>}
      {counts.notVisible > 0 && <StateMark tone="none">{text('notVisible', { count: counts.notVisible })}</StateMark>}
    </span>
  );
};
