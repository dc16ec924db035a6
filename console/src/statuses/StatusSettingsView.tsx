import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ConditionSettings, StatusSettingsChange } from '@gatehouse/contract';
import { useState } from 'react';
import { UnsavedGuard, useText } from '../platform/index.ts';
import { ConditionDialogView } from './ConditionDialogView.tsx';
import { ConditionsView } from './ConditionsView.tsx';
import { changesOf, type Drafts, type Level, levels, settingIn } from './drafts.ts';
import { statusMessages } from './messages.ts';

type Changes = StatusSettingsChange['changes'];

/** What makes the devices of a group Critical, and what Warning; what was changed waits until it is saved. */
export const StatusSettingsView = ({
  conditions,
  groups,
  groupId,
  hasParent,
  canWrite,
  onGroup,
  onHistory,
  onSave,
}: {
  conditions: ConditionSettings[];
  /** To choose among; one alone is not asked for. */
  groups: { value: string; label: string }[];
  groupId: number;
  /** Whether there is a group above to take settings from. */
  hasParent: boolean;
  canWrite: boolean;
  onGroup(groupId: number): void;
  onHistory(): void;
  /** Calls back when all was saved. */
  onSave(changes: Changes, done: () => void): void;
}) => {
  const text = useText(statusMessages);
  const [level, setLevel] = useState<Level>('critical');
  const [drafts, setDrafts] = useState<Drafts>({});
  const [editedKey, setEditedKey] = useState<string | null>(null);
  const edited = conditions.find(({ key }) => key === editedKey);
  const changes = changesOf(conditions, drafts);
  const put = (key: string, draft: Drafts[string]) => setDrafts((all) => ({ ...all, [key]: draft }));
  const countOf = (each: Level) => conditions.filter((one) => settingIn(one, drafts)[each].enabled).length;
  return (
    <SpaceBetween size="m">
      <UnsavedGuard isUnsaved={changes.length > 0} />
      <Header
        variant="h2"
        description={text('hint')}
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={onHistory}>{text('history')}</Button>
            {canWrite && (
              <Button disabled={changes.length === 0} onClick={() => setDrafts({})}>
                {text('cancelChanges')}
              </Button>
            )}
            {canWrite && (
              <Button
                variant="primary"
                disabled={changes.length === 0}
                onClick={() => onSave(changes, () => setDrafts({}))}
              >
                {text('save', { count: changes.length })}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        {text('title')}
      </Header>
      {groups.length > 1 && (
        <Box>
          <FormField label={text('group')}>
            <Select
              options={groups}
              selectedOption={groups.find(({ value }) => value === String(groupId)) ?? null}
              onChange={({ detail }) => onGroup(Number(detail.selectedOption.value))}
              expandToViewport
            />
          </FormField>
        </Box>
      )}
      <Tabs
        activeTabId={level}
        ariaLabel={text('title')}
        onChange={({ detail }) => setLevel(detail.activeTabId as Level)}
        tabs={levels.map((each) => ({
          id: each,
          label: text('paneTitle', {
            level: text(each === 'critical' ? 'levelCritical' : 'levelWarning'),
            count: countOf(each),
          }),
          content: each === level && (
            <ConditionsView
              level={level}
              conditions={conditions}
              drafts={drafts}
              hasParent={hasParent}
              canWrite={canWrite}
              onDraft={put}
              onEdit={setEditedKey}
            />
          ),
        }))}
      />
      {edited && (
        <ConditionDialogView
          condition={edited}
          level={level}
          setting={settingIn(edited, drafts)}
          onCancel={() => setEditedKey(null)}
          onDone={(setting) => {
            put(edited.key, setting);
            setEditedKey(null);
          }}
        />
      )}
    </SpaceBetween>
  );
};
