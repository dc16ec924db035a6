import ProgressBar from '@cloudscape-design/components/progress-bar';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { type TaskRunDevice, taskRunFilters } from '@gatehouse/contract';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import {
  type Answer,
  AppLink,
  type KeysetPages,
  ListTable,
  paths,
  RelativeTime,
  StateMark,
  useText,
} from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import type { TaskPageSearch } from './useTasks.ts';
import { commandLooks } from './words.ts';

const filterWords = {
  waiting: 'filterWaiting',
  running: 'filterRunning',
  paused: 'filterPaused',
  completed: 'filterCompleted',
  warning: 'filterWarning',
  failed: 'filterFailed',
} as const;
const requestWords = { cancel: 'askedCancel', pause: 'askedPause', resume: 'askedResume' } as const;

const DeviceState = ({ device }: { device: TaskRunDevice }) => {
  const text = useText(taskMessages);
  const intl = useIntl();
  const { tone, word } = commandLooks[device.state];
  const isHeld = device.state === 'waiting' && Date.parse(device.availableAt) > Date.now();
  return (
    <>
      <StateMark tone={tone}>
        {isHeld ? text('stateHeld', { time: intl.formatTime(device.availableAt, { timeStyle: 'short' }) }) : text(word)}
      </StateMark>
      {device.request && <div>{text(requestWords[device.request])}</div>}
    </>
  );
};

/** The devices of a run and how far each is. */
export const RunDevicesView = ({
  answer,
  search,
  pages,
  onChange,
}: {
  answer: Answer<{ items: TaskRunDevice[]; next: string | null }>;
  search: TaskPageSearch;
  pages: KeysetPages;
  onChange(patch: Partial<TaskPageSearch>): void;
}) => {
  const text = useText(taskMessages);
  const states = [
    { value: 'all', label: text('allStates') },
    ...taskRunFilters.map((value) => ({ value, label: text(filterWords[value]) })),
  ];
  const [typed, setTyped] = useState(search.text ?? '');
  return (
    <ListTable
      label={text('deviceList')}
      answer={answer}
      idOf={({ commandId }) => commandId}
      nameOf={({ deviceName }) => deviceName}
      pages={pages}
      chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
      isFiltered={search.state !== undefined || search.text !== undefined}
      onClearFilters={() => {
        setTyped('');
        onChange({ state: undefined, text: undefined });
      }}
      filter={
        <SpaceBetween size="xs" direction="horizontal">
          <Select
            ariaLabel={text('stateFilter')}
            options={states}
            selectedOption={states.find(({ value }) => value === (search.state ?? 'all')) ?? null}
            onChange={({ detail }) =>
              onChange({ state: taskRunFilters.find((state) => state === detail.selectedOption.value) })
            }
          />
          <TextFilter
            filteringText={typed}
            filteringPlaceholder={text('findDevice')}
            filteringAriaLabel={text('findDevice')}
            onChange={({ detail }) => setTyped(detail.filteringText)}
            onDelayedChange={({ detail }) => onChange({ text: detail.filteringText || undefined })}
          />
        </SpaceBetween>
      }
      empty={{ title: text('noDevicesTitle'), hint: text('noDevicesHint') }}
      columns={[
        {
          id: 'device',
          header: text('device'),
          minWidth: 140,
          cell: ({ deviceId, deviceName }) => (
            <span className="gh-wrap">
              <AppLink to={paths.device(deviceId)}>{deviceName}</AppLink>
            </span>
          ),
        },
        { id: 'state', header: text('state'), minWidth: 180, cell: (device) => <DeviceState device={device} /> },
        {
          id: 'progress',
          header: text('progress'),
          minWidth: 160,
          cell: ({ state, completedPercent, deviceName }) =>
            (state === 'running' || state === 'suspended') && completedPercent !== null ? (
              <ProgressBar variant="standalone" value={completedPercent} ariaLabel={deviceName} />
            ) : (
              ''
            ),
        },
        {
          id: 'changed',
          header: text('changed'),
          minWidth: 120,
          cell: ({ finishedAt, startedAt, changedAt }) => <RelativeTime at={finishedAt ?? startedAt ?? changedAt} />,
        },
        {
          id: 'result',
          header: text('result'),
          minWidth: 200,
          cell: ({ result }) => <span className="gh-wrap">{result ?? ''}</span>,
        },
      ]}
    />
  );
};
