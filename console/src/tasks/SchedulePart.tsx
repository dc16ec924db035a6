import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { SeverityName } from '@gatehouse/contract';
import { ExactTime, useLevelWords, useText } from '../platform/index.ts';
import { ChoiceField, NumberField, type PartProps } from './fields.tsx';
import type { TypedTask } from './form.ts';
import { taskMessages } from './messages.ts';
import { useWeekdays } from './words.ts';

const kinds = ['manual', 'once', 'interval', 'daily', 'weekly', 'monthly', 'on-event', 'after-task'] as const;
const withTimes: readonly TypedTask['scheduleKind'][] = ['once', 'interval', 'daily', 'weekly', 'monthly'];
const ofServer: readonly TypedTask['scheduleKind'][] = ['daily', 'weekly', 'monthly'];

/** When a task starts by itself, with the next times it would. */
export const SchedulePart = ({ typed, choices, issueOf, onChange }: PartProps) => {
  const text = useText(taskMessages);
  const weekdays = useWeekdays();
  const { severity: severityWord } = useLevelWords();
  const { scheduleKind: kind } = typed;
  const zone = choices.times.data?.timeZone ?? choices.options.data?.timeZone ?? '';
  const times = choices.times.data?.times ?? [];
  const several = (
    key: 'weekdays' | 'eventTypes' | 'severities',
    label: string,
    options: { value: string; label: string; description?: string }[],
    placeholder?: string,
  ) => (
    <FormField label={label} errorText={issueOf('schedule', key)}>
      <Multiselect
        options={options}
        selectedOptions={typed[key].map((id) => options.find(({ value }) => value === id) ?? { value: id, label: id })}
        placeholder={placeholder}
        filteringType={options.length > 10 ? 'auto' : 'none'}
        tokenLimit={7}
        deselectAriaLabel={({ label: name }) => text('removeToken', { name: name ?? '' })}
        onChange={({ detail }) => onChange({ [key]: detail.selectedOptions.map(({ value }) => value ?? '') })}
        expandToViewport
      />
    </FormField>
  );
  const timeField = (
    <FormField
      label={text('time')}
      description={ofServer.includes(kind) ? text('timeHint', { zone }) : undefined}
      errorText={issueOf('schedule', 'minuteOfDay')}
    >
      <Input value={typed.time} placeholder="18:00" onChange={({ detail }) => onChange({ time: detail.value })} />
    </FormField>
  );
  return (
    <SpaceBetween size="m">
      <ChoiceField
        label={text('schedule')}
        value={kind}
        options={kinds.map((value) => ({ value, label: text(value) }))}
        onChange={(scheduleKind) => onChange({ scheduleKind: scheduleKind as TypedTask['scheduleKind'] })}
      />
      {kind === 'interval' && (
        <SpaceBetween size="m" direction="horizontal">
          <NumberField
            label={text('every')}
            value={typed.every}
            from={1}
            to={1000}
            issue={issueOf('schedule', 'every')}
            onChange={(every) => onChange({ every })}
          />
          <ChoiceField
            label={text('unit')}
            value={typed.unit}
            options={(['minutes', 'hours', 'days'] as const).map((value) => ({ value, label: text(value) }))}
            onChange={(unit) => onChange({ unit: unit as TypedTask['unit'] })}
          />
        </SpaceBetween>
      )}
      {(kind === 'once' || kind === 'interval') && (
        <SpaceBetween size="m" direction="horizontal">
          <FormField label={text('date')} errorText={issueOf('schedule', 'at') || issueOf('schedule', 'from')}>
            <DatePicker
              value={typed.date}
              placeholder="2026/11/22"
              onChange={({ detail }) => onChange({ date: detail.value })}
              expandToViewport
            />
          </FormField>
          {timeField}
        </SpaceBetween>
      )}
      {kind === 'weekly' &&
        several(
          'weekdays',
          text('weekdays'),
          [1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: weekdays[day] ?? '' })),
        )}
      {kind === 'monthly' && (
        <NumberField
          label={text('dayOfMonth')}
          hint={text('dayOfMonthHint')}
          value={typed.dayOfMonth}
          from={1}
          to={31}
          issue={issueOf('schedule', 'dayOfMonth')}
          onChange={(dayOfMonth) => onChange({ dayOfMonth })}
        />
      )}
      {ofServer.includes(kind) && timeField}
      {kind === 'on-event' && (
        <SpaceBetween size="m">
          {several('eventTypes', text('eventTypes'), choices.eventTypes)}
          {several(
            'severities',
            text('severities'),
            SeverityName.options.map((value) => ({ value, label: severityWord(value) })),
            text('anySeverity'),
          )}
          <FormField label={text('contains')} description={text('containsHint')}>
            <Input value={typed.contains} onChange={({ detail }) => onChange({ contains: detail.value })} />
          </FormField>
          <Checkbox
            checked={typed.onlyThatDevice}
            onChange={({ detail }) => onChange({ onlyThatDevice: detail.checked })}
          >
            {text('onlyThatDevice')}
          </Checkbox>
          <NumberField
            label={text('pauseMinutes')}
            value={typed.pauseMinutes}
            from={0}
            to={10_080}
            issue={issueOf('schedule', 'pauseMinutes')}
            onChange={(pauseMinutes) => onChange({ pauseMinutes })}
          />
        </SpaceBetween>
      )}
      {kind === 'after-task' && (
        <SpaceBetween size="m">
          <ChoiceField
            label={text('afterWhich')}
            value={typed.afterTaskId}
            options={choices.tasks}
            issue={issueOf('schedule', 'taskId')}
            onChange={(afterTaskId) => onChange({ afterTaskId })}
          />
          <ChoiceField
            label={text('afterResult')}
            value={typed.afterResult}
            options={[
              { value: 'completed', label: text('resultCompleted') },
              { value: 'failed', label: text('resultFailed') },
              { value: 'any', label: text('resultAny') },
            ]}
            onChange={(afterResult) => onChange({ afterResult: afterResult as TypedTask['afterResult'] })}
          />
        </SpaceBetween>
      )}
      {withTimes.includes(kind) && (
        <div aria-live="polite">
          <Box variant="awsui-key-label">{text('nextTimes')}</Box>
          {times.length === 0 ? (
            <Box color="text-body-secondary">{text('noTimes')}</Box>
          ) : (
            <ol className="gh-issues">
              {times.map((at) => (
                <li key={at}>
                  <ExactTime at={at} />
                </li>
              ))}
            </ol>
          )}
        </div>
      )}
      {kind !== 'manual' && (
        <Checkbox
          checked={typed.enabled}
          description={text('enabledHint')}
          onChange={({ detail }) => onChange({ enabled: detail.checked })}
        >
          {text('enabled')}
        </Checkbox>
      )}
    </SpaceBetween>
  );
};
