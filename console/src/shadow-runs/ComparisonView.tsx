import Alert from '@cloudscape-design/components/alert';
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { ShadowComparison, ShadowRun } from '@gatehouse/contract';
import { type Answer, ChartOrTable, ExactTime, ListTable, useText } from '../platform/index.ts';
import { useRuleWords } from './looks.tsx';
import { shadowMessages } from './messages.ts';

/** What came with the comparison, for a list. */
const listed = <T,>(items: T[]): Answer<{ items: T[] }> => ({
  data: { items },
  error: null,
  isFetching: false,
  refetch: () => {},
});

interface SideBySide {
  what: string;
  shadow: number;
  real: number;
}

const drawn = [
  { side: 'shadow', color: 'var(--gh-info)' },
  { side: 'real', color: 'var(--gh-none)' },
] as const;

/** Both sides of a shadow run in numbers: in all, by day and by rule. */
export const ComparisonView = ({
  comparison,
  run,
  nameOfRule,
}: {
  comparison: ShadowComparison;
  run: ShadowRun;
  nameOfRule(reason: string): string;
}) => {
  const text = useText(shadowMessages);
  const ruleWords = useRuleWords();
  const { opened, closed, openNow, days, rules, held } = comparison;
  const changes = [
    ...run.changedRules.map(({ reason, title, enabled }) =>
      text(enabled ? 'ruleOn' : 'ruleOff', { rule: ruleWords(reason, title) }),
    ),
    ...run.removed.map((reason) => text('ruleRemoved', { rule: nameOfRule(reason) })),
  ];
  const end = run.endedAt ?? run.endsAt;
  return (
    <SpaceBetween size="m">
      {run.problem !== null && <Alert type="error">{run.problem}</Alert>}
      {run.isOvertaken && (
        <Alert type="warning" header={text('overtaken')}>
          {text('overtakenHint')}
        </Alert>
      )}
      <KeyValuePairs
        columns={4}
        items={[
          { label: text('state'), value: text(`state_${run.state}`) },
          {
            label: text('started'),
            value: (
              <>
                {run.startedBy}, <ExactTime at={run.startedAt} />
              </>
            ),
          },
          { label: text(run.endedAt === null ? 'ends' : 'endedAt'), value: <ExactTime at={end} /> },
          { label: text('clients'), value: run.clients },
          {
            label: text('changes'),
            value:
              changes.length === 0
                ? text('noChanges')
                : changes.slice(0, 10).map((line) => <div key={line}>{line}</div>),
          },
          { label: text('held'), value: held },
        ]}
      />
      <Table<SideBySide>
        variant="embedded"
        contentDensity="compact"
        ariaLabels={{ tableLabel: text('tickets') }}
        trackBy="what"
        items={[
          { what: text('opened'), ...opened },
          { what: text('closed'), ...closed },
          { what: text('openNow'), ...openNow },
        ]}
        columnDefinitions={[
          { id: 'what', header: text('tickets'), isRowHeader: true, cell: ({ what }) => what },
          ...drawn.map(({ side, color }) => ({
            id: side,
            header: text(side),
            cell: (row: SideBySide) => (
              <Amount
                count={row[side]}
                of={Math.max(1, ...[opened, closed, openNow].flatMap((each) => [each.shadow, each.real]))}
                color={color}
              />
            ),
          })),
        ]}
      />
      <ChartOrTable
        title={text('perDay')}
        description={text('perDayHint')}
        table={{
          columns: [text('day'), text('shadowOpened'), text('realOpened'), text('shadowClosed'), text('realClosed')],
          rows: days.map((each) => [
            each.day,
            each.opened.shadow,
            each.opened.real,
            each.closed.shadow,
            each.closed.real,
          ]),
        }}
        chart={
          <BarChart
            height={180}
            hideFilter
            ariaLabel={text('perDay')}
            series={drawn.map(({ side, color }) => ({
              type: 'bar',
              title: text(side === 'shadow' ? 'shadowOpened' : 'realOpened'),
              color,
              data: days.map((each) => ({ x: each.day.slice(5), y: each.opened[side] })),
            }))}
            xScaleType="categorical"
            xTitle={text('day')}
            yTitle={text('tickets')}
            yTickFormatter={(tick) => (Number.isInteger(tick) ? String(tick) : '')}
            empty={<Box textAlign="center">{text('nothing')}</Box>}
          />
        }
      />
      <ListTable<ShadowComparison['rules'][number]>
        variant="container"
        label={text('byRule')}
        answer={listed(rules)}
        idOf={({ reason }) => reason}
        nameOf={({ reason }) => nameOfRule(reason)}
        empty={{ title: text('nothing'), hint: '' }}
        columns={[
          {
            id: 'rule',
            header: text('rule'),
            minWidth: 140,
            cell: ({ reason }) => <span className="gh-wrap">{nameOfRule(reason)}</span>,
          },
          { id: 'so', header: text('shadowOpened'), minWidth: 90, cell: (row) => row.opened.shadow },
          { id: 'ro', header: text('realOpened'), minWidth: 90, cell: (row) => row.opened.real },
          { id: 'sc', header: text('shadowClosed'), minWidth: 90, cell: (row) => row.closed.shadow },
          { id: 'rc', header: text('realClosed'), minWidth: 90, cell: (row) => row.closed.real },
        ]}
      />
    </SpaceBetween>
  );
};

/** A number with a bar as long as it is among its like. */
const Amount = ({ count, of, color }: { count: number; of: number; color: string }) => (
  <div className="gh-amount">
    <span>{count}</span>
    <svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect width={(100 * count) / of} height="8" rx="1" fill={color} />
    </svg>
  </div>
);
