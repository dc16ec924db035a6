import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import type { UsageOfAccount } from '@gatehouse/contract';
import { ChartOrTable, useText } from '../platform/index.ts';
import { useDayWords } from './looks.tsx';
import { billingMessages } from './messages.ts';
import { thinned, usageByDay } from './usage-days.ts';

const MOST_BARS = 60;
const colors = ['var(--gh-info)', 'var(--gh-ok)', 'var(--gh-warning)', 'var(--gh-failure)', 'var(--gh-none)'];

/** Devices of one account day by day, application on top of application. */
export const UsageChartView = ({ usage }: { usage: UsageOfAccount }) => {
  const text = useText(billingMessages);
  const dayWords = useDayWords();
  const { applications, days } = usageByDay(usage);
  // More bars than that run into each other; the table has all days.
  const drawn = thinned(days, MOST_BARS);
  return (
    <ChartOrTable
      title={text('usage')}
      description={text('usageHint')}
      table={{
        columns: [text('day'), ...applications],
        rows: days.map(({ day, devices }) => [dayWords(day), ...applications.map((name) => devices.get(name) ?? 0)]),
      }}
      chart={
        <BarChart
          stackedBars
          height={200}
          hideFilter
          ariaLabel={text('usage')}
          series={
            days.length === 0
              ? []
              : applications.map((name, at) => ({
                  type: 'bar' as const,
                  title: name,
                  color: colors[at % colors.length] ?? 'var(--gh-none)',
                  data: drawn.map(({ day, devices }) => ({ x: dayWords(day), y: devices.get(name) ?? 0 })),
                }))
          }
          xScaleType="categorical"
          xTitle={text('day')}
          yTitle={text('devices')}
          yTickFormatter={(tick) => (Number.isInteger(tick) ? String(tick) : '')}
          detailPopoverSize="small"
          empty={<Box textAlign="center">{text('usageEmpty')}</Box>}
        />
      }
    />
  );
};
