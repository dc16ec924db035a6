import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import type { ConditionSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { ProblemAlert, UnsavedGuard, useAddress, useGo, useMay, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { tenantMessages } from './messages.ts';

const levels = ['critical', 'warning'] as const;
type Level = (typeof levels)[number];
/** As typed: a number that is being written is not yet a number. */
type Draft = Record<Level, { enabled: boolean; value: string }>;
export type StatusChange = {
  condition: string;
  settings: Record<Level, { enabled: boolean; value: number | null }> | null;
};

const draftOf = (condition: ConditionSettings): Draft => ({
  critical: {
    enabled: condition.critical.enabled,
    value: condition.critical.value === null ? '' : String(condition.critical.value),
  },
  warning: {
    enabled: condition.warning.enabled,
    value: condition.warning.value === null ? '' : String(condition.warning.value),
  },
});
const isBad = ({ unit, smallest, largest }: ConditionSettings, { enabled, value }: Draft[Level]): boolean =>
  unit !== null &&
  enabled &&
  (!/^\d+$/.test(value) || Number(value) < (smallest ?? 0) || Number(value) > (largest ?? Number.MAX_SAFE_INTEGER));

export const StatusSettingsView = ({
  conditions,
  groups,
  groupId,
  hasParent,
  isSaving,
  problem,
  onGroup,
  onSave,
}: {
  conditions: ConditionSettings[];
  groups: { value: string; label: string }[];
  groupId: string;
  /** Whether there is a group above to take settings from. */
  hasParent: boolean;
  isSaving: boolean;
  problem: unknown;
  onGroup(groupId: number): void;
  /** Calls back when all was saved. */
  onSave(changes: StatusChange[], done: () => void): void;
}) => {
  const text = useText(tenantMessages);
  const canWrite = useMay()('statuses:write');
  const go = useGo();
  const address = useAddress();
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const changed = conditions.filter((condition) => {
    const draft = drafts[condition.key];
    return draft !== undefined && JSON.stringify(draft) !== JSON.stringify(draftOf(condition));
  });
  const hasBad = changed.some((condition) =>
    levels.some((level) => isBad(condition, (drafts[condition.key] ?? draftOf(condition))[level])),
  );
  const save = () =>
    onSave(
      changed.map((condition) => {
        const draft = drafts[condition.key] ?? draftOf(condition);
        const of = (level: Level) => ({
          enabled: draft[level].enabled,
          value: condition.unit === null || draft[level].value === '' ? null : Number(draft[level].value),
        });
        return { condition: condition.key, settings: { critical: of('critical'), warning: of('warning') } };
      }),
      () => setDrafts({}),
    );
  const cell = (condition: ConditionSettings, level: Level) => {
    const draft = drafts[condition.key] ?? draftOf(condition);
    const word = text(level === 'critical' ? 'levelCritical' : 'levelWarning');
    const set = (change: Partial<Draft[Level]>) =>
      setDrafts((all) => ({ ...all, [condition.key]: { ...draft, [level]: { ...draft[level], ...change } } }));
    const bad = isBad(condition, draft[level]);
    return (
      <div className="gh-level">
        <Toggle
          checked={draft[level].enabled}
          disabled={!canWrite}
          ariaLabel={text('enabledOf', { title: condition.title, level: word })}
          onChange={({ detail }) => set({ enabled: detail.checked })}
        />
        {condition.unit !== null && draft[level].enabled && (
          <FormField
            errorText={
              bad &&
              text('valueRange', {
                smallest: condition.smallest ?? 0,
                largest: condition.largest ?? Number.MAX_SAFE_INTEGER,
              })
            }
          >
            <span className="gh-inline">
              {text(condition.key === 'outOfDiskSpace' ? 'fewerThan' : 'moreThan')}
              <span className="gh-number">
                <Input
                  type="number"
                  inputMode="numeric"
                  value={draft[level].value}
                  disabled={!canWrite}
                  ariaLabel={text('valueOf', { title: condition.title, level: word, unit: condition.unit })}
                  onChange={({ detail }) => set({ value: detail.value })}
                />
              </span>
              {condition.unit}
            </span>
          </FormField>
        )}
      </div>
    );
  };
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <UnsavedGuard isUnsaved={changed.length > 0} />
      <Table
        items={conditions}
        trackBy="key"
        wrapLines
        ariaLabels={{ tableLabel: text('statuses') }}
        header={
          <Header
            variant="h2"
            description={text('statusesHint')}
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button onClick={() => go(address(historyPath({ kind: 'device-status-settings', id: groupId })))}>
                  {text('revisionHistory')}
                </Button>
                {canWrite && (
                  <>
                    <Button disabled={changed.length === 0} onClick={() => setDrafts({})}>
                      {text('cancelChanges')}
                    </Button>
                    <Button
                      variant="primary"
                      disabled={changed.length === 0 || hasBad}
                      loading={isSaving}
                      onClick={save}
                    >
                      {text('saveChanges', { count: changed.length })}
                    </Button>
                  </>
                )}
              </SpaceBetween>
            }
          >
            {text('statuses')}
          </Header>
        }
        filter={
          <FormField label={text('group')}>
            <Select
              options={groups}
              selectedOption={groups.find(({ value }) => value === groupId) ?? null}
              onChange={({ detail }) => onGroup(Number(detail.selectedOption.value))}
              expandToViewport
            />
          </FormField>
        }
        columnDefinitions={[
          {
            id: 'title',
            header: text('condition'),
            isRowHeader: true,
            minWidth: 220,
            cell: ({ title, requires }) => (
              <>
                {title}
                {requires.length > 0 && (
                  <Box variant="small" color="text-body-secondary" display="block">
                    {text('requires', { what: requires.join('; ') })}
                  </Box>
                )}
              </>
            ),
          },
          {
            id: 'critical',
            header: text('levelCritical'),
            cell: (condition) => cell(condition, 'critical'),
            minWidth: 260,
          },
          {
            id: 'warning',
            header: text('levelWarning'),
            cell: (condition) => cell(condition, 'warning'),
            minWidth: 260,
          },
          {
            id: 'from',
            header: text('comesFrom'),
            minWidth: 160,
            cell: ({ key, title, inheritedFrom }) =>
              inheritedFrom ? (
                text('inherited', { name: inheritedFrom.name })
              ) : (
                <SpaceBetween size="xxs">
                  <span>{text('ownSetting')}</span>
                  {canWrite && hasParent && (
                    <Button
                      variant="inline-link"
                      ariaLabel={`${text('goBack')}: ${title}`}
                      onClick={() => onSave([{ condition: key, settings: null }], () => setDrafts({}))}
                    >
                      {text('goBack')}
                    </Button>
                  )}
                </SpaceBetween>
              ),
          },
        ]}
      />
    </SpaceBetween>
  );
};
