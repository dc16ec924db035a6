import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TaskRun } from '@gatehouse/contract';
import { ExactTime, StateMark, useMay, useText } from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { countLooks, runLook, useTaskWords } from './words.ts';

export type RunAct = 'cancel' | 'pause' | 'resume' | 'retry';

/** What can be done with a run as it is. */
export const actsOf = ({ state, request, canPause, counts }: TaskRun): RunAct[] => {
  if (state === 'finished') return counts.failed + counts.expired + counts.cancelled > 0 ? ['retry'] : [];
  if (request === 'cancel') return [];
  const pausing: RunAct[] = !canPause || state === 'preparing' ? [] : request === 'pause' ? ['resume'] : ['pause'];
  return [...pausing, 'cancel'];
};

const actWords = { cancel: 'cancelRun', pause: 'pauseRun', resume: 'resumeRun', retry: 'retryRun' } as const;

/** One run: how far it is, and what can be done about it. */
export const RunView = ({
  run,
  busy,
  onAct,
}: {
  run: TaskRun;
  /** What is being asked of the server. */
  busy: RunAct | null;
  onAct(act: RunAct): void;
}) => {
  const text = useText(taskMessages);
  const mayWrite = useMay()('tasks:write');
  const { causeOf } = useTaskWords();
  const { tone, word } = runLook(run);
  const { completed, warning, failed, expired, cancelled } = run.counts;
  const done = completed + warning + failed + expired + cancelled;
  return (
    <Container
      header={
        <Header
          variant="h2"
          info={<StateMark tone={tone}>{text(word)}</StateMark>}
          actions={
            mayWrite && (
              <SpaceBetween size="xs" direction="horizontal">
                {actsOf(run).map((act) => (
                  <Button key={act} loading={busy === act} onClick={() => onAct(act)}>
                    {text(actWords[act])}
                  </Button>
                ))}
              </SpaceBetween>
            )
          }
        >
          {text('run', { number: run.number })}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ProgressBar
          value={run.percent}
          ariaLabel={text('progress')}
          status="in-progress"
          additionalInfo={text('ofDevices', { done, count: run.devices })}
        />
        <SpaceBetween size="m" direction="horizontal">
          {countLooks.map(([key, look]) =>
            run.counts[key] > 0 ? (
              <StateMark key={key} tone={look}>{`${text(key)}: ${run.counts[key]}`}</StateMark>
            ) : null,
          )}
        </SpaceBetween>
        {run.leftOut > 0 && <Alert type="info">{text('leftOut', { count: run.leftOut })}</Alert>}
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('startedAt'), value: <ExactTime at={run.startedAt} /> },
            { label: text('startedWhy'), value: <span className="gh-wrap">{causeOf(run)}</span> },
            run.finishedAt
              ? { label: text('finishedAt'), value: <ExactTime at={run.finishedAt} /> }
              : { label: text('duration'), value: <ExactTime at={run.expiresAt} /> },
            { label: text('devices'), value: <Box>{run.devices}</Box> },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
};
