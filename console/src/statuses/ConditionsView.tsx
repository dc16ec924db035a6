import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Icon from '@cloudscape-design/components/icon';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import type { ConditionSetting, ConditionSettings } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { canSwitchOn, type Drafts, isChanged, type Level, settingIn } from './drafts.ts';
import { statusMessages } from './messages.ts';
import { useValueWords } from './value-words.ts';

/** Every condition at one level: whether it counts, when, and whose setting that is. */
export const ConditionsView = ({
  level,
  conditions,
  drafts,
  hasParent,
  canWrite,
  onDraft,
  onEdit,
}: {
  level: Level;
  conditions: ConditionSettings[];
  drafts: Drafts;
  hasParent: boolean;
  canWrite: boolean;
  /** Null: what is set above shall hold again. */
  onDraft(key: string, setting: ConditionSetting | null): void;
  onEdit(key: string): void;
}) => {
  const text = useText(statusMessages);
  const valueWords = useValueWords();
  const levelWord = text(level === 'critical' ? 'levelCritical' : 'levelWarning');
  const mayEdit = ({ lockedBy }: ConditionSettings) => canWrite && lockedBy === null;
  const takenBack = ({ key }: ConditionSettings) => drafts[key] === null;
  const from = (condition: ConditionSettings) => {
    const { own, lockedBy, inheritedFrom, setting } = condition;
    if (isChanged(condition, drafts)) return text('notSaved');
    if (lockedBy) {
      return (
        <span className="gh-inline">
          <Icon name="lock-private" />
          {text('lockedBy', { name: lockedBy.name })}
        </span>
      );
    }
    if (own) {
      return setting.locked ? (
        <span className="gh-inline">
          <Icon name="lock-private" />
          {text('fromHereLocked')}
        </span>
      ) : (
        text('fromHere')
      );
    }
    return inheritedFrom ? text('fromAbove', { name: inheritedFrom.name }) : text('fromDefault');
  };
  return (
    <Table
      items={conditions}
      trackBy="key"
      variant="embedded"
      wrapLines
      ariaLabels={{ tableLabel: text(level === 'critical' ? 'paneCritical' : 'paneWarning') }}
      header={<Box variant="h3">{text(level === 'critical' ? 'paneCritical' : 'paneWarning')}</Box>}
      columnDefinitions={[
        {
          id: 'on',
          header: text('on'),
          width: 70,
          cell: (condition) => {
            const setting = settingIn(condition, drafts);
            return (
              <Toggle
                checked={setting[level].enabled}
                disabled={!mayEdit(condition) || takenBack(condition)}
                ariaLabel={text('switchOf', { title: condition.title, level: levelWord })}
                onChange={({ detail }) => {
                  if (detail.checked && !canSwitchOn(condition, setting, level)) onEdit(condition.key);
                  else onDraft(condition.key, { ...setting, [level]: { ...setting[level], enabled: detail.checked } });
                }}
              />
            );
          },
        },
        {
          id: 'condition',
          header: text('condition'),
          isRowHeader: true,
          minWidth: 240,
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
          id: 'value',
          header: text('value'),
          minWidth: 200,
          cell: (condition) => {
            const setting = settingIn(condition, drafts);
            return (
              <SpaceBetween size="xxs">
                <Box color={setting[level].enabled ? 'inherit' : 'text-status-inactive'}>
                  {takenBack(condition) ? text('backDraft') : valueWords(condition, setting[level])}
                </Box>
                {mayEdit(condition) && !takenBack(condition) && (
                  <Button
                    variant="inline-link"
                    ariaLabel={text('editOf', { title: condition.title, level: levelWord })}
                    onClick={() => onEdit(condition.key)}
                  >
                    {text('edit')}
                  </Button>
                )}
              </SpaceBetween>
            );
          },
        },
        {
          id: 'from',
          header: text('comesFrom'),
          minWidth: 170,
          cell: (condition) => (
            <SpaceBetween size="xxs">
              <span>{from(condition)}</span>
              {canWrite && condition.own && !takenBack(condition) && (
                <Button
                  variant="inline-link"
                  ariaLabel={text(hasParent ? 'backOf' : 'backRootOf', { title: condition.title })}
                  onClick={() => onDraft(condition.key, null)}
                >
                  {text(hasParent ? 'back' : 'backRoot')}
                </Button>
              )}
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
};
