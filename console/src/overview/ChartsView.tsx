import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import PieChart from '@cloudscape-design/components/pie-chart';
import type { getAdministrationOverview, getIntegrationsOverview, ReplyOf } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { ChartOrTable, useLevelWords, useText } from '../platform/index.ts';
import { overviewMessages } from './messages.ts';

type Administration = ReplyOf<typeof getAdministrationOverview>;
type Integrations = ReplyOf<typeof getIntegrationsOverview>;

const CHART_HEIGHT_PX = 220;
/** There is no half event and no half ticket. */
const wholeOnly = (tick: number): string => (Number.isInteger(tick) ? String(tick) : '');

export const StatusChartView = ({ devices }: { devices: Administration['devices'] }) => {
  const text = useText(overviewMessages);
  const level = useLevelWords();
  const data = (
    [
      ['critical', 'var(--gh-critical)'],
      ['warning', 'var(--gh-warning-fill)'],
      ['ok', 'var(--gh-ok)'],
    ] as const
  ).map(([status, color]) => ({ title: level.status(status), value: devices[status], color }));
  return (
    <ChartOrTable
      title={text('devicesByStatus')}
      description={text('devicesHint', { total: devices.total, notVisible: devices.notVisible })}
      table={{ columns: [text('status'), text('devices')], rows: data.map(({ title, value }) => [title, value]) }}
      chart={
        <PieChart
          data={data.map((each) => ({ ...each, title: `${each.title}: ${each.value}` }))}
          variant="donut"
          size="medium"
          fitHeight
          hideFilter
          // Names at the ring run into each other where two segments are thin; the legend never does.
          hideTitles
          ariaLabel={text('devicesByStatus')}
          innerMetricValue={String(devices.total)}
          innerMetricDescription={text('devices')}
          segmentDescription={({ value }) => text('deviceCount', { count: value })}
          empty={<Box textAlign="center">{text('noChart')}</Box>}
        />
      }
    />
  );
};

export const EventsChartView = ({ hours }: { hours: Administration['eventHours'] }) => {
  const text = useText(overviewMessages);
  const level = useLevelWords();
  const intl = useIntl();
  const hourOf = (at: Date) => intl.formatTime(at, { hour: '2-digit', minute: '2-digit' });
  const kinds = [
    { key: 'critical', title: level.severity('critical'), color: 'var(--gh-critical)' },
    { key: 'functionalFailure', title: level.severity('functional-failure'), color: 'var(--gh-failure)' },
    { key: 'warning', title: level.severity('warning'), color: 'var(--gh-warning-fill)' },
    { key: 'info', title: level.severity('info'), color: 'var(--gh-info)' },
  ] as const;
  const isEmpty = hours.every((hour) => kinds.every(({ key }) => hour[key] === 0));
  return (
    <ChartOrTable
      title={text('eventsByHour')}
      description={text('eventsHint')}
      table={{
        columns: [text('hour'), ...kinds.map(({ title }) => title)],
        rows: hours.map((hour) => [
          intl.formatDate(hour.hour, { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
          ...kinds.map(({ key }) => hour[key]),
        ]),
      }}
      chart={
        <BarChart
          stackedBars
          height={CHART_HEIGHT_PX}
          hideFilter
          ariaLabel={text('eventsByHour')}
          series={
            isEmpty
              ? []
              : kinds.map(({ key, title, color }) => ({
                  type: 'bar' as const,
                  title,
                  color,
                  data: hours.map((hour) => ({ x: new Date(hour.hour), y: hour[key] })),
                }))
          }
          xScaleType="categorical"
          xTickFormatter={hourOf}
          xTitle={text('hour')}
          yTitle={text('events')}
          yTickFormatter={wholeOnly}
          detailPopoverSize="small"
          empty={<Box textAlign="center">{text('noChart')}</Box>}
        />
      }
    />
  );
};

export const TicketsChartView = ({ days }: { days: Integrations['ticketDays'] }) => {
  const text = useText(overviewMessages);
  const intl = useIntl();
  // A day is a date without a zone: read as UTC and written as UTC, or it would move for half of the world.
  const dayOf = (day: string) =>
    intl.formatDate(`${day}T00:00:00Z`, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const isEmpty = days.every(({ opened, closed }) => opened + closed === 0);
  return (
    <ChartOrTable
      title={text('ticketsByDay')}
      description={text('ticketsHint')}
      table={{
        columns: [text('day'), text('opened'), text('closed')],
        rows: days.map(({ day, opened, closed }) => [dayOf(day), opened, closed]),
      }}
      chart={
        <BarChart
          height={CHART_HEIGHT_PX}
          hideFilter
          ariaLabel={text('ticketsByDay')}
          series={
            isEmpty
              ? []
              : [
                  {
                    type: 'bar',
                    title: text('opened'),
                    color: 'var(--gh-failure)',
                    data: days.map(({ day, opened }) => ({ x: dayOf(day), y: opened })),
                  },
                  {
                    type: 'bar',
                    title: text('closed'),
                    color: 'var(--gh-ok)',
                    data: days.map(({ day, closed }) => ({ x: dayOf(day), y: closed })),
                  },
                ]
          }
          xScaleType="categorical"
          xTitle={text('day')}
          yTitle={text('tickets')}
          yTickFormatter={wholeOnly}
          detailPopoverSize="small"
          empty={<Box textAlign="center">{text('noChart')}</Box>}
        />
      }
    />
  );
};
