import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SeverityName } from '@gatehouse/contract';
import { useLevelWords, useText } from '../platform/index.ts';
import { ChoicesField } from './ChoicesField.tsx';
import type { Filter } from './drafts.ts';
import { filterChanges, type TabProps } from './form.ts';
import { LinesField } from './LinesField.tsx';
import { selectionMessages } from './messages.ts';

const severities: SeverityName[] = ['critical', 'functional-failure', 'warning', 'info'];
const taskWords = { 'as-others': 'taskAsOthers', also: 'taskAlso', only: 'taskOnly', none: 'taskNone' } as const;
const isMask = (type: string) => /[*?]/.test(type);

export const EventsTabView = ({
  draft,
  disabled,
  types,
  onChange,
}: TabProps & { types: readonly { code: string; displayName: string; component: string }[] }) => {
  const text = useText(selectionMessages);
  const level = useLevelWords();
  const { filter } = draft.settings;
  const { change, changeLines } = filterChanges({ draft, onChange });
  const byCode = [...new Map(types.map(({ code, displayName }) => [code, displayName]))].map(([value, name]) => ({
    value,
    label: `${name} (${value})`,
  }));
  const components = [...new Set(types.map(({ component }) => component))].map((value) => ({ value, label: value }));
  const states = Array.from({ length: 8 }, (_, state) => ({
    value: String(state),
    label: text('taskState', { state }),
  }));
  return (
    <SpaceBetween size="l">
      <ChoicesField
        label={text('severities')}
        options={severities.map((value) => ({ value, label: level.severity(value) }))}
        chosen={filter.severities}
        disabled={disabled}
        onChange={(values) => change({ severities: values as SeverityName[] })}
      />
      <ChoicesField
        label={text('types')}
        description={text('typesHint')}
        options={byCode}
        chosen={filter.types.filter((type) => !isMask(type))}
        disabled={disabled}
        onChange={(values) => change({ types: values })}
      />
      <LinesField
        label={text('typeMasks')}
        hint={text('masksHint')}
        value={draft.lines.typeMasks}
        disabled={disabled}
        onChange={(lines) => changeLines('typeMasks', lines)}
      />
      <ChoicesField
        label={text('notTypes')}
        options={byCode}
        chosen={filter.notTypes}
        disabled={disabled}
        onChange={(notTypes) => change({ notTypes })}
      />
      <Checkbox
        checked={filter.unknownTypes}
        disabled={disabled}
        onChange={({ detail }) => change({ unknownTypes: detail.checked })}
      >
        {text('unknownTypes')}
      </Checkbox>
      <ChoicesField
        label={text('components')}
        options={components}
        chosen={filter.components}
        disabled={disabled}
        onChange={(values) => change({ components: values })}
      />
      <LinesField
        label={text('applications')}
        hint={text('masksHint')}
        value={draft.lines.applications}
        disabled={disabled}
        onChange={(lines) => changeLines('applications', lines)}
      />
      <LinesField
        label={text('versions')}
        hint={text('masksHint')}
        value={draft.lines.applicationVersions}
        disabled={disabled}
        onChange={(lines) => changeLines('applicationVersions', lines)}
      />
      <FormField label={text('taskResults')}>
        <Select
          options={Object.entries(taskWords).map(([value, word]) => ({ value, label: text(word) }))}
          selectedOption={{ value: filter.taskResults, label: text(taskWords[filter.taskResults]) }}
          disabled={disabled}
          onChange={({ detail }) => change({ taskResults: detail.selectedOption.value as Filter['taskResults'] })}
          expandToViewport
        />
      </FormField>
      {filter.taskResults !== 'none' && (
        <>
          <ChoicesField
            label={text('taskStates')}
            options={states}
            chosen={filter.taskStates.map(String)}
            disabled={disabled}
            onChange={(values) => change({ taskStates: values.map(Number) })}
          />
          <LinesField
            label={text('taskNames')}
            hint={text('masksHint')}
            value={draft.lines.taskNames}
            disabled={disabled}
            onChange={(lines) => changeLines('taskNames', lines)}
          />
        </>
      )}
    </SpaceBetween>
  );
};
