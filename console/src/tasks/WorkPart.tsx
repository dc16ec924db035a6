import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { TaskType } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { ChoiceField, NumberField, type PartProps } from './fields.tsx';
import type { TypedTask } from './form.ts';
import { taskMessages } from './messages.ts';

/** What a task does. */
export const WorkPart = ({ typed, choices, issueOf, onChange }: PartProps) => {
  const text = useText(taskMessages);
  const options = choices.options.data;
  return (
    <SpaceBetween size="m">
      <ChoiceField
        label={text('type')}
        value={typed.type}
        options={(options?.types ?? []).map(({ type, unavailable }) => ({
          value: type,
          label: text(type),
          disabled: unavailable !== null && type !== typed.type,
          ...(unavailable !== null && { description: unavailable }),
        }))}
        onChange={(type) => onChange({ type: type as TaskType })}
      />
      {typed.type === 'scan' && (
        <ChoiceField
          label={text('scanMode')}
          value={typed.mode}
          options={(['quick', 'full', 'paths'] as const).map((value) => ({ value, label: text(value) }))}
          onChange={(mode) => onChange({ mode: mode as TypedTask['mode'] })}
        />
      )}
      {typed.type === 'scan' && typed.mode === 'paths' && (
        <FormField label={text('folders')} description={text('foldersHint')} errorText={issueOf('work', 'folders')}>
          <Textarea
            value={typed.folders}
            rows={4}
            spellcheck={false}
            onChange={({ detail }) => onChange({ folders: detail.value })}
          />
        </FormField>
      )}
      {typed.type === 'restart' && (
        <SpaceBetween size="m">
          <ChoiceField
            label={text('restartMode')}
            value={typed.restartMode}
            options={(['tell', 'now', 'warn'] as const).map((value) => ({ value, label: text(value) }))}
            onChange={(restartMode) => onChange({ restartMode: restartMode as TypedTask['restartMode'] })}
          />
          {typed.restartMode === 'warn' && (
            <NumberField
              label={text('delayMinutes')}
              value={typed.delayMinutes}
              from={1}
              to={1440}
              issue={issueOf('work', 'delayMinutes')}
              onChange={(delayMinutes) => onChange({ delayMinutes })}
            />
          )}
          {typed.restartMode !== 'tell' && (
            <SpaceBetween size="m">
              <Checkbox
                checked={typed.onlyIfRequired}
                onChange={({ detail }) => onChange({ onlyIfRequired: detail.checked })}
              >
                {text('onlyIfRequired')}
              </Checkbox>
              <FormField label={text('message')} errorText={issueOf('work', 'message')}>
                <Input value={typed.message} onChange={({ detail }) => onChange({ message: detail.value })} />
              </FormField>
            </SpaceBetween>
          )}
        </SpaceBetween>
      )}
      {typed.type === 'run-script' && (
        <SpaceBetween size="m">
          <ChoiceField
            label={text('interpreter')}
            value={typed.interpreter}
            options={(options?.interpreters ?? []).map((value) => ({ value, label: value }))}
            onChange={(interpreter) => onChange({ interpreter: interpreter as TypedTask['interpreter'] })}
          />
          <FormField
            label={text('script')}
            description={text('scriptHint')}
            errorText={issueOf('work', 'body')}
            stretch
          >
            <Textarea
              value={typed.body}
              rows={12}
              spellcheck={false}
              onChange={({ detail }) => onChange({ body: detail.value })}
            />
          </FormField>
          <NumberField
            label={text('timeLimit')}
            value={typed.timeLimitMinutes}
            from={1}
            to={1440}
            issue={issueOf('work', 'timeLimitMinutes')}
            onChange={(timeLimitMinutes) => onChange({ timeLimitMinutes })}
          />
          <NumberField
            label={text('outputLimit')}
            value={typed.outputLimitKilobytes}
            from={1}
            to={1024}
            issue={issueOf('work', 'outputLimitKilobytes')}
            onChange={(outputLimitKilobytes) => onChange({ outputLimitKilobytes })}
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
};
