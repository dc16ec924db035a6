import Alert from '@cloudscape-design/components/alert';
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RehearsalResult } from '@gatehouse/contract';
import { type Answer, ChartOrTable, ListTable, useText } from '../platform/index.ts';
import { useRuleWords } from './looks.tsx';
import { rehearsalMessages } from './messages.ts';

/** Those with the most tickets are listed; the file has all. */
const MOST_CLIENTS = 50;

type Counts = Record<'opened' | 'raised' | 'closed' | 'held', number>;

/** What came with the result, for a list. */
const listed = <T,>(items: T[]): Answer<{ items: T[] }> => ({
  data: { items },
  error: null,
  isFetching: false,
  refetch: () => {},
});

/** What the rules would have done, beside what was really done, and what nobody can know. */
export const ResultView = ({
  result,
  isStopping,
  onStop,
}: {
  result: RehearsalResult;
  isStopping: boolean;
  onStop?(): void;
}) => {
  const text = useText(rehearsalMessages);
  const ruleWords = useRuleWords();
  const { rehearsal, total, days, rules, clients, unknown, reallyOpened } = result;
  const isUnderWay = rehearsal.state === 'waiting' || rehearsal.state === 'running';
  const counted = (name: keyof Counts) => ({
    id: name,
    header: text(name),
    minWidth: 80,
    cell: (row: Counts) => row[name],
  });
  return (
    <SpaceBetween size="m">
      {rehearsal.problem !== null && <Alert type="error">{rehearsal.problem}</Alert>}
      {isUnderWay && (
        <SpaceBetween size="xs">
          <ProgressBar
            label={text('progress')}
            value={Math.round((100 * rehearsal.clientsDone) / Math.max(1, rehearsal.clients))}
            additionalInfo={text('progressOf', { done: rehearsal.clientsDone, all: rehearsal.clients })}
          />
          {onStop && (
            <Button loading={isStopping} onClick={onStop}>
              {text('cancel')}
            </Button>
          )}
        </SpaceBetween>
      )}
      <KeyValuePairs
        columns={4}
        items={[
          { label: text('wouldOpen'), value: total.opened },
          { label: text('reallyOpened'), value: reallyOpened },
          { label: text('wouldRaise'), value: total.raised },
          { label: text('wouldClose'), value: total.closed },
          { label: text('heldBack'), value: total.held },
        ]}
      />
      <ChartOrTable
        title={text('perDay')}
        description={text('perDayHint')}
        table={{
          columns: [text('day'), text('wouldOpen'), text('reallyOpened'), text('wouldClose')],
          rows: days.map((each) => [each.day, each.opened, each.reallyOpened, each.closed]),
        }}
        chart={
          <BarChart
            height={180}
            hideFilter
            ariaLabel={text('perDay')}
            series={[
              {
                type: 'bar',
                title: text('wouldOpen'),
                color: 'var(--gh-info)',
                data: days.map(({ day, opened }) => ({ x: day.slice(5), y: opened })),
              },
              {
                type: 'bar',
                title: text('reallyOpened'),
                color: 'var(--gh-none)',
                data: days.map((each) => ({ x: each.day.slice(5), y: each.reallyOpened })),
              },
            ]}
            xScaleType="categorical"
            xTitle={text('day')}
            yTitle={text('tickets')}
            yTickFormatter={(tick) => (Number.isInteger(tick) ? String(tick) : '')}
            empty={<Box textAlign="center">{text('nothing')}</Box>}
          />
        }
      />
      <ListTable<RehearsalResult['rules'][number]>
        variant="container"
        label={text('byRule')}
        answer={listed(rules)}
        idOf={({ reason }) => reason}
        nameOf={({ reason, title }) => ruleWords(reason, title)}
        empty={{ title: text('nothing'), hint: '' }}
        columns={[
          {
            id: 'rule',
            header: text('rule'),
            minWidth: 140,
            cell: ({ reason, title }) => <span className="gh-wrap">{ruleWords(reason, title)}</span>,
          },
          counted('opened'),
          counted('raised'),
          counted('closed'),
          counted('held'),
        ]}
      />
      <ListTable<RehearsalResult['clients'][number]>
        variant="container"
        label={text('byClient')}
        answer={listed(clients.slice(0, MOST_CLIENTS))}
        idOf={({ sourceId, tenantId }) => `${sourceId} ${tenantId}`}
        nameOf={({ tenantName }) => tenantName}
        empty={{ title: text('nothing'), hint: '' }}
        columns={[
          {
            id: 'client',
            header: text('client'),
            minWidth: 140,
            cell: ({ tenantName }) => <span className="gh-wrap">{tenantName}</span>,
          },
          counted('opened'),
          { id: 'really', header: text('reallyOpened'), minWidth: 90, cell: ({ reallyOpened: really }) => really },
          counted('closed'),
          counted('held'),
        ]}
      />
      <ExpandableSection headerText={text('unknownTitle')} defaultExpanded>
        <ul>
          <li>{text('unknownBefore')}</li>
          <li>{text('unknownPeople')}</li>
          <li>{text('unknownOk')}</li>
          {unknown.statusEvents > 0 && <li>{text('unknownEvents', { count: unknown.statusEvents })}</li>}
          {unknown.conditions > 0 && <li>{text('unknownConditions', { count: unknown.conditions })}</li>}
          {unknown.unread.map(({ sourceId, tenantName, problem }) => (
            <li key={`${sourceId} ${tenantName}`}>{text('unread', { name: tenantName, problem })}</li>
          ))}
        </ul>
      </ExpandableSection>
    </SpaceBetween>
  );
};
