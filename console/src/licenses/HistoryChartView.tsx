import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import { useIntl } from 'react-intl';
import { ChartOrTable, useText } from '../platform/index.ts';
import { type DayOfUse, thinned } from './days.ts';
import { licenseMessages } from './messages.ts';

const MOST_BARS = 92;
/** There is no half device. */
const wholeOnly = (tick: number): string => (Number.isInteger(tick) ? String(tick) : '');

/** Devices day by day, workstations and servers on top of each other, with the limit where there is one. */
export const HistoryChartView = ({ days, limit }: { days: readonly DayOfUse[]; limit: number | null }) => {
  const text = useText(licenseMessages);
  const intl = useIntl();
  // A day is a date without a zone: read as UTC and written as UTC, or it would move for half of the world.
  const dayOf = (day: string) =>
    intl.formatDate(`${day}T00:00:00Z`, { day: 'numeric', month: 'short', year: '2-digit', timeZone: 'UTC' });
  const kinds = (
    [
      ['workstations', 'var(--gh-info)'],
      ['servers', 'var(--gh-ok)'],
      ['unknown', 'var(--gh-none)'],
    ] as const
  ).filter(([key]) => key !== 'unknown' || days.some(({ unknown }) => unknown > 0));
  // More bars than that run into each other; the table has all days.
  const drawn = thinned(days, MOST_BARS);
  const words = { workstations: text('workstations'), servers: text('servers'), unknown: text('unknownKind') };
  return (
    <ChartOrTable
      title={text('historyTitle')}
      description={text('historyHint')}
      table={{
        columns: [text('day'), ...kinds.map(([key]) => words[key]), ...(limit === null ? [] : [text('limit')])],
        rows: days.map((day) => [
          dayOf(day.day),
          ...kinds.map(([key]) => day[key]),
          ...(limit === null ? [] : [limit]),
        ]),
      }}
      chart={
        <BarChart
          stackedBars
          height={240}
          hideFilter
          ariaLabel={text('historyTitle')}
          series={
            days.length === 0
              ? []
              : [
                  ...kinds.map(([key, color]) => ({
                    type: 'bar' as const,
                    title: words[key],
                    color,
                    data: drawn.map((day) => ({ x: dayOf(day.day), y: day[key] })),
                  })),
                  ...(limit === null
                    ? []
                    : [{ type: 'threshold' as const, title: text('limit'), y: limit, color: 'var(--gh-critical)' }]),
                ]
          }
          xScaleType="categorical"
          xTitle={text('day')}
          yTitle={text('usage')}
          yTickFormatter={wholeOnly}
          detailPopoverSize="small"
          empty={<Box textAlign="center">{text('historyEmpty')}</Box>}
        />
      }
    />
  );
};
