import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { GroupInactivity, GroupSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { issueOf, ProblemAlert, useMay, useText } from '../platform/index.ts';
import { draftOf, type InactivityDraft, savedOf, wrongsOf } from './inactivity-draft.ts';
import { groupMessages } from './messages.ts';

/** What becomes of devices that are not seen for long: as the group above says, or as this one does. */
export const InactivityView = ({
  inactivity,
  isBusy,
  problem,
  onSave,
}: {
  inactivity: GroupSettings['inactivity'];
  isBusy: boolean;
  problem: unknown;
  onSave(settings: GroupInactivity | null): void;
}) => {
  const text = useText(groupMessages);
  const may = useMay();
  const { own, effective, inheritedFrom, forcedBy } = inactivity;
  const [draft, setDraft] = useState<InactivityDraft>(() => draftOf(own, effective));
  const change = (part: Partial<InactivityDraft>) => setDraft((before) => ({ ...before, ...part }));
  const disabled = !may('groups:write') || forcedBy !== null;
  const wrongs = wrongsOf(draft);
  const isChanged = JSON.stringify(savedOf(draft)) !== JSON.stringify(own);
  const inWords = ({ notifyAfterDays, removeAfterDays }: GroupInactivity): string =>
    [
      notifyAfterDays === null ? text('inWordsNoNotify') : text('inWordsNotify', { days: notifyAfterDays }),
      removeAfterDays === null ? text('inWordsNoRemove') : text('inWordsRemove', { days: removeAfterDays }),
    ].join(', ');
  const from = inheritedFrom ? text('inheritedFrom', { name: inheritedFrom.name }) : text('standard');
  const days = (field: 'notifyDays' | 'removeDays', onSwitch: 'notifies' | 'removes', label: string) => (
    <SpaceBetween size="xs">
      <Checkbox
        checked={draft[onSwitch]}
        disabled={disabled}
        onChange={({ detail }) => change({ [onSwitch]: detail.checked })}
      >
        {label}
      </Checkbox>
      {draft[onSwitch] && (
        <FormField
          label={text('afterDays')}
          errorText={
            wrongs.includes(field)
              ? text('daysWrong')
              : issueOf(problem, `settings.${field === 'notifyDays' ? 'notifyAfterDays' : 'removeAfterDays'}`)
          }
        >
          <Input
            value={draft[field]}
            inputMode="numeric"
            disabled={disabled}
            onChange={({ detail }) => change({ [field]: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={text('inactivityHint')}
          actions={
            !disabled && (
              <SpaceBetween size="xs" direction="horizontal">
                {isChanged && <Button onClick={() => setDraft(draftOf(own, effective))}>{text('cancel')}</Button>}
                <Button
                  variant="primary"
                  loading={isBusy}
                  disabled={!isChanged || wrongs.length > 0}
                  onClick={() => onSave(savedOf(draft))}
                >
                  {text('save')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {text('inactivity')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={problem} />
        {forcedBy && <Alert type="info">{text('forcedBy', { name: forcedBy.name })}</Alert>}
        <RadioGroup
          ariaLabel={text('inactivity')}
          value={draft.isOwn ? 'own' : 'inherit'}
          onChange={({ detail }) => change({ isOwn: detail.value === 'own' })}
          items={[
            {
              value: 'inherit',
              label: text('inherit'),
              description:
                own === null ? `${text('inheritHint', { settings: inWords(effective) })} (${from})` : undefined,
              disabled,
            },
            { value: 'own', label: text('own'), description: text('ownHint'), disabled },
          ]}
        />
        {draft.isOwn && (
          <>
            {days('notifyDays', 'notifies', text('notify'))}
            {days('removeDays', 'removes', text('remove'))}
            <Checkbox
              checked={draft.forced}
              disabled={disabled}
              description={text('forcedHint')}
              onChange={({ detail }) => change({ forced: detail.checked })}
            >
              {text('forced')}
            </Checkbox>
          </>
        )}
      </SpaceBetween>
    </Container>
  );
};
