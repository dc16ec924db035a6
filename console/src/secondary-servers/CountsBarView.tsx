import type { StatusCounts } from '@gatehouse/contract';
import { CountsView } from '../tenants/CountsView.tsx';

const WIDTH = 160;

/** Devices by status: drawn as parts of a bar, and in words. */
export const CountsBarView = ({ counts }: { counts: StatusCounts }) => {
  const { total } = counts;
  let x = 0;
  return (
    <span className="gh-wrap">
      {total > 0 && (
        <svg viewBox={`0 0 ${WIDTH} 6`} width={WIDTH} height="6" aria-hidden="true" focusable="false">
          {(['critical', 'warning', 'ok'] as const).map((level) => {
            const width = (counts[level] / total) * WIDTH;
            const from = x;
            x += width;
            return (
              <g key={level} className={`gh-mark-${level}`}>
                <rect x={from} y="0" width={width} height="6" fill="currentColor" />
              </g>
            );
          })}
        </svg>
      )}
      <div>
        <CountsView counts={counts} />
      </div>
    </span>
  );
};
