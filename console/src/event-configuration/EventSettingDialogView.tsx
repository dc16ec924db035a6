import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ConfiguredEventType, type EventSetting, LONGEST_STORAGE_TERM_DAYS } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, platformMessages, useText } from '../platform/index.ts';
import { changeOf, type Draft, draftOf, isTermBad } from './draft.ts';
import { configurationMessages } from './messages.ts';

/** The settings of one event type, or of many at once. */
export const EventSettingDialogView = ({
  types,
  isBusy,
  problem,
  onSave,
  onCancel,
}: {
  types: ConfiguredEventType[];
  isBusy: boolean;
  problem: unknown;
  onSave(change: Partial<EventSetting>): void;
  onCancel(): void;
}) => {
  const text = useText(configurationMessages);
  const words = useText(platformMessages);
  const before = draftOf(types);
  const [draft, setDraft] = useState<Draft>(before);
  const set = (change: Partial<Draft>) => setDraft((all) => ({ ...all, ...change }));
  const isBad = isTermBad(draft, before);
  const change = isBad ? null : changeOf(draft, before);
  const isMixed = Object.values(before).includes(undefined) || (before.stored === true && before.days === '');
  const first = types[0];
  const box = (key: 'exportToSiem' | 'osLog' | 'notifyByMail' | 'notifyBySms' | 'locked', label: string) => (
    <Checkbox
      checked={draft[key] ?? false}
      indeterminate={draft[key] === undefined}
      onChange={({ detail }) => set({ [key]: detail.checked })}
    >
      {label}
    </Checkbox>
  );
  return (
    <AskFirst
      title={
        types.length === 1 && first
          ? text('editOne', { name: first.displayName })
          : text('editMany', { count: types.length })
      }
      confirm={words('save')}
      isBusy={isBusy}
      problem={problem}
      disabled={change === null}
      onCancel={onCancel}
      onConfirm={() => change && onSave(change)}
    >
      {isMixed && <p>{text('mixedHint')}</p>}
      <FormField label={text('registration')}>
        <SpaceBetween size="xs">
          <Checkbox
            checked={draft.stored ?? false}
            indeterminate={draft.stored === undefined}
            description={text('storeHint')}
            onChange={({ detail }) => set({ stored: detail.checked })}
          >
            {text('store')}
          </Checkbox>
          {draft.stored !== false && (
            <FormField
              label={text('storeDays')}
              description={text('storeDaysHint')}
              errorText={isBad && text('termRange', { most: LONGEST_STORAGE_TERM_DAYS })}
            >
              <Input
                type="number"
                inputMode="numeric"
                value={draft.days}
                placeholder={before.days === '' && before.stored !== false ? text('different') : ''}
                onChange={({ detail }) => set({ days: detail.value })}
              />
            </FormField>
          )}
        </SpaceBetween>
      </FormField>
      <FormField label={text('elsewhere')}>
        <SpaceBetween size="xs">
          {box('exportToSiem', text('exportToSiem'))}
          {box('osLog', text('writeOsLog'))}
        </SpaceBetween>
      </FormField>
      <FormField label={text('notify')} description={text('notifyHint')}>
        <SpaceBetween size="xs">
          {box('notifyByMail', text('notifyByMail'))}
          {box('notifyBySms', text('notifyBySms'))}
        </SpaceBetween>
      </FormField>
      <FormField label={text('forBelow')}>{box('locked', text('lock'))}</FormField>
    </AskFirst>
  );
};
