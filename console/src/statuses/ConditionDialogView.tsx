import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ConditionSetting, ConditionSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { issuesOf, type Level, type LevelDraft, levelDraftOf, withLevel } from './drafts.ts';
import { statusMessages } from './messages.ts';

/** The value of one condition at one level. OK keeps it on the page; nothing is saved yet. */
export const ConditionDialogView = ({
  condition,
  level,
  setting,
  onDone,
  onCancel,
}: {
  condition: ConditionSettings;
  level: Level;
  /** As it is on the page. */
  setting: ConditionSetting;
  onDone(setting: ConditionSetting): void;
  onCancel(): void;
}) => {
  const text = useText(statusMessages);
  const [draft, setDraft] = useState<LevelDraft>(levelDraftOf(setting, level));
  const set = (change: Partial<LevelDraft>) => setDraft((before) => ({ ...before, ...change }));
  const issues = issuesOf(condition, draft);
  const { number, choice, choices } = condition;
  const range = number && { smallest: String(number.smallest), largest: String(number.largest ?? '') };
  return (
    <AskFirst
      title={text('dialogTitle', {
        title: condition.title,
        level: text(level === 'critical' ? 'levelCritical' : 'levelWarning'),
      })}
      confirm={text('ok')}
      disabled={issues.length > 0}
      onCancel={onCancel}
      onConfirm={() => onDone(withLevel(condition, setting, level, draft))}
    >
      {number && range && (
        <FormField
          label={text(condition.comparison === 'below' ? 'belowLabel' : 'aboveLabel', { unit: number.unit })}
          errorText={issues.includes('range') && text(number.largest === null ? 'rangeOpen' : 'range', range)}
        >
          <Input
            type="number"
            inputMode="numeric"
            value={draft.value}
            onChange={({ detail }) => set({ value: detail.value })}
          />
        </FormField>
      )}
      {choice && (
        <FormField label={choice.label} errorText={issues.includes('choice') && text('choiceMissing')}>
          <RadioGroup
            value={draft.value}
            items={choice.options.map(({ key, title }) => ({ value: key, label: title }))}
            onChange={({ detail }) => set({ value: detail.value })}
          />
        </FormField>
      )}
      {choices && (
        <FormField label={choices.label} errorText={issues.includes('choices') && text('choicesMissing')}>
          <SpaceBetween size="xs">
            {choices.options.map(({ key, title }) => (
              <Checkbox
                key={key}
                checked={draft.choices.includes(key)}
                onChange={({ detail }) =>
                  set({
                    choices: detail.checked
                      ? [...draft.choices, key]
                      : draft.choices.filter((chosen) => chosen !== key),
                  })
                }
              >
                {title}
              </Checkbox>
            ))}
          </SpaceBetween>
        </FormField>
      )}
      <Checkbox checked={draft.locked} onChange={({ detail }) => set({ locked: detail.checked })}>
        {text('lock')}
      </Checkbox>
      <FormField label={text('knownBy')}>{condition.knownBy}</FormField>
    </AskFirst>
  );
};
