import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { NotificationSettingsChange, NotificationSettingsView, NotificationTestResult } from '@gatehouse/contract';
import { useState } from 'react';
import { ProblemAlert, UnsavedGuard, useText } from '../platform/index.ts';
import { ChannelView } from './ChannelView.tsx';
import {
  type Asked,
  type Channel,
  fieldIssue,
  isSame,
  issuesOf,
  missingOf,
  type TypedNotifications,
  toChange,
  typedOf,
} from './form.ts';
import { notificationMessages } from './messages.ts';

/** How notifications are sent: one form, saved as a whole. */
export const SettingsView = ({
  saved,
  canWrite,
  isSaving,
  problem,
  test,
  onSave,
  onTest,
}: {
  saved: NotificationSettingsView;
  canWrite: boolean;
  isSaving: boolean;
  problem: unknown;
  /** The last test, of one channel. */
  test: { channel: Channel | null; isBusy: boolean; result: NotificationTestResult | undefined; problem: unknown };
  /** @param done what was typed in password fields is let go */
  onSave(settings: NotificationSettingsChange, done: () => void): void;
  onTest(channel: Channel, settings: NotificationSettingsChange): void;
}) => {
  const text = useText(notificationMessages);
  const before = typedOf(saved.settings);
  const [typed, setTyped] = useState<TypedNotifications>(before);
  /** What was last asked for: to save, or a test. */
  const [tried, setTried] = useState<Asked | null>(null);
  const isChanged = !isSame(typed, before);
  const isWrong = (asked: Asked): boolean => issuesOf(typed) !== null || missingOf(typed, saved, asked).length > 0;
  const missing = tried === null ? [] : missingOf(typed, saved, tried);

  const issue = (field: string): string | undefined => {
    const lacks =
      missing.includes(field) && (['recipients', 'hosts', 'Password'] as const).find((end) => field.endsWith(end));
    if (lacks) return text(`missing_${lacks}`);
    const found = fieldIssue(field, typed, problem) ?? fieldIssue(field, typed, test.problem);
    if (!found) return undefined;
    return found.entry === undefined ? found.what : text('entryIssue', { entry: found.entry, what: found.what });
  };
  const act = (asked: Asked, then: (settings: NotificationSettingsChange) => void) => () => {
    setTried(asked);
    if (!isWrong(asked)) then(toChange(typed));
  };
  const forgetPasswords = () =>
    setTyped((now) => ({
      ...now,
      mail: { ...now.mail, smtp: { ...now.mail.smtp, password: '' } },
      sms: { ...now.sms, smtp: { ...now.sms.smtp, password: '' } },
    }));
  const channelView = (channel: Channel) => (
    <ChannelView
      channel={channel}
      typed={typed}
      saved={saved}
      canWrite={canWrite}
      issue={issue}
      test={test.channel === channel ? test : { isBusy: false, result: undefined, problem: null }}
      isBlocked={tried === channel && isWrong(channel)}
      onTest={act(channel, (settings) => onTest(channel, settings))}
      onChange={(change) => setTyped((now) => ({ ...now, [channel]: { ...now[channel], ...change } }))}
    />
  );
  const limitField = (field: keyof TypedNotifications['limit'], label: string, wrong: string) => (
    <FormField label={label} errorText={issue(`limit.${field}`) && wrong}>
      <Input
        value={typed.limit[field]}
        inputMode="numeric"
        disabled={!canWrite}
        onChange={({ detail }) => setTyped((now) => ({ ...now, limit: { ...now.limit, [field]: detail.value } }))}
      />
    </FormField>
  );
  return (
    <SpaceBetween size="l">
      <UnsavedGuard isUnsaved={isChanged && !isSaving} />
      {channelView('mail')}
      {channelView('sms')}
      <Container
        header={
          <Header variant="h2" description={text('limitHint')}>
            {text('limit')}
          </Header>
        }
      >
        <div className="gh-grid">
          {limitField('mostPerPeriod', text('most'), text('mostIssue'))}
          {limitField('periodMinutes', text('period'), text('periodIssue'))}
        </div>
      </Container>
      <ProblemAlert problem={problem} />
      {tried === 'save' && isWrong('save') && <Alert type="error">{text('cannotSave')}</Alert>}
      {canWrite && (
        <SpaceBetween size="xs" direction="horizontal">
          <Button
            disabled={!isChanged}
            onClick={() => {
              setTyped(before);
              setTried(null);
            }}
          >
            {text('cancelChanges')}
          </Button>
          <Button
            variant="primary"
            disabled={!isChanged}
            loading={isSaving}
            onClick={act('save', (settings) => onSave(settings, forgetPasswords))}
          >
            {text('save')}
          </Button>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
};
