import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type EventStorage, LARGEST_EVENT_LIMIT, SMALLEST_EVENT_LIMIT } from '@gatehouse/contract';
import { useState } from 'react';
import {
  type Answer,
  AskFirst,
  ExactTime,
  issueOf,
  Loaded,
  Page,
  ProblemAlert,
  RelativeTime,
  StateMark,
  UnsavedGuard,
  useMay,
  useText,
} from '../platform/index.ts';
import { GaugeView } from './GaugeView.tsx';
import { storageMessages } from './messages.ts';
import { sizeOf } from './size.ts';

export const EventStorageView = ({
  answer,
  isSaving,
  problem,
  onSave,
}: {
  answer: Answer<EventStorage>;
  isSaving: boolean;
  problem: unknown;
  /** Calls back when it was saved. */
  onSave(maximumEvents: number, done: () => void): void;
}) => {
  const text = useText(storageMessages);
  return (
    <Page title={text('title')} description={text('description')}>
      <Loaded of={answer}>
        {(storage) => (
          <SpaceBetween size="l">
            <FillingView storage={storage} />
            <LimitView storage={storage} isSaving={isSaving} problem={problem} onSave={onSave} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
};

const FillingView = ({ storage }: { storage: EventStorage }) => {
  const text = useText(storageMessages);
  const { storedEvents, maximumEvents, marginEvents, lastTrim } = storage;
  const state = storage.trimmingSince
    ? ({ tone: 'info', words: text('stateTrimming') } as const)
    : storedEvents > maximumEvents
      ? ({ tone: 'warning', words: text('stateOver'), hint: text('stateOverHint', { margin: marginEvents }) } as const)
      : ({ tone: 'ok', words: text('stateCalm') } as const);
  return (
    <Container header={<Header variant="h2">{text('filling')}</Header>}>
      <div className="gh-filling">
        <div>
          <GaugeView
            label={text('gauge')}
            valueText={text('gaugeText', { stored: storedEvents, maximum: maximumEvents })}
            value={storedEvents}
            maximum={maximumEvents}
            top={maximumEvents + marginEvents}
          />
          <Box textAlign="center">
            <div className="gh-big">{storedEvents.toLocaleString('en')}</div>
            <Box color="text-body-secondary">{text('ofMaximum', { maximum: maximumEvents })}</Box>
            <StateMark tone={state.tone}>{state.words}</StateMark>
            {'hint' in state && (
              <Box variant="small" color="text-body-secondary" display="block">
                {state.hint}
              </Box>
            )}
          </Box>
        </div>
        <KeyValuePairs
          columns={2}
          items={[
            { label: text('onDisk'), value: text('bytes', sizeOf(storage.bytesOnDisk)) },
            {
              label: text('perEvent'),
              value: storage.isMeasured
                ? storage.bytesPerEvent.toLocaleString('en')
                : text('perEventGuess', { bytes: storage.bytesPerEvent }),
            },
            {
              label: text('oldest'),
              value: storage.oldestAt ? <RelativeTime at={storage.oldestAt} /> : text('none'),
            },
            {
              label: text('lastTrim'),
              value: lastTrim ? (
                <>
                  {text('lastTrimText', { count: lastTrim.removedEvents })}, <ExactTime at={lastTrim.finishedAt} />
                </>
              ) : (
                text('none')
              ),
            },
            { label: text('unlisted'), value: text('unlistedHint', { count: storage.unlistedEvents }) },
          ]}
        />
      </div>
    </Container>
  );
};

const LimitView = ({
  storage,
  isSaving,
  problem,
  onSave,
}: {
  storage: EventStorage;
  isSaving: boolean;
  problem: unknown;
  onSave(maximumEvents: number, done: () => void): void;
}) => {
  const text = useText(storageMessages);
  const canWrite = useMay()('server:write');
  const [typed, setTyped] = useState<string | null>(null);
  const [asks, setAsks] = useState(false);
  const value = typed ?? String(storage.maximumEvents);
  const wanted = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
  const isGood = wanted >= SMALLEST_EVENT_LIMIT && wanted <= LARGEST_EVENT_LIMIT;
  const isChanged = wanted !== storage.maximumEvents;
  const save = () =>
    onSave(wanted, () => {
      setTyped(null);
      setAsks(false);
    });
  const isLoss = wanted < storage.storedEvents;
  return (
    <>
      <UnsavedGuard isUnsaved={typed !== null && isChanged} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isGood || !isChanged) return;
          if (isLoss) setAsks(true);
          else save();
        }}
      >
        <Form
          actions={
            canWrite && (
              <Button
                variant="primary"
                formAction="submit"
                disabled={!isGood || !isChanged}
                loading={isSaving && !asks}
              >
                {text('save')}
              </Button>
            )
          }
        >
          <Container header={<Header variant="h2">{text('limit')}</Header>}>
            <SpaceBetween size="m">
              {!asks && <ProblemAlert problem={problem} />}
              <FormField
                label={text('limit')}
                description={text('limitHint')}
                errorText={
                  isGood
                    ? issueOf(problem, 'maximumEvents')
                    : text('limitRange', { least: SMALLEST_EVENT_LIMIT, most: LARGEST_EVENT_LIMIT })
                }
                constraintText={
                  isGood && text('estimate', { size: text('bytes', sizeOf(wanted * storage.bytesPerEvent)) })
                }
              >
                <Input
                  type="number"
                  inputMode="numeric"
                  value={value}
                  disabled={!canWrite}
                  onChange={({ detail }) => setTyped(detail.value)}
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
      {asks && (
        <AskFirst
          title={text('reduceTitle')}
          confirm={text('reduce')}
          isBusy={isSaving}
          problem={problem}
          onConfirm={save}
          onCancel={() => setAsks(false)}
        >
          <p>
            {text('reduceText', {
              stored: storage.storedEvents,
              maximum: wanted,
              count: storage.storedEvents - wanted,
            })}
          </p>
        </AskFirst>
      )}
    </>
  );
};
