import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Toggle from '@cloudscape-design/components/toggle';
import { NotificationSettings, type NotificationSettingsView, type NotificationTestResult } from '@gatehouse/contract';
import { ProblemAlert, useText } from '../platform/index.ts';
import { ChannelStateView } from './ChannelStateView.tsx';
import { type Channel, passwordNeed, type TypedNotifications } from './form.ts';
import { notificationMessages } from './messages.ts';
import { SmtpFieldsView } from './SmtpFieldsView.tsx';
import { TestResultView } from './TestResultView.tsx';
import { WordingView } from './WordingView.tsx';

const defaults = NotificationSettings.parse({});
const words = {
  mail: { enabled: 'enabledMail', recipients: 'recipients', recipientsHint: 'recipientsHint', test: 'testMail' },
  sms: { enabled: 'enabledSms', recipients: 'smsRecipients', recipientsHint: 'smsRecipientsHint', test: 'testSms' },
} as const;

/** Notifications by mail, or by SMS: recipients, mail servers, wording, and a test. */
export const ChannelView = ({
  channel,
  typed,
  saved,
  canWrite,
  issue,
  isBlocked,
  test,
  onTest,
  onChange,
}: {
  channel: Channel;
  typed: TypedNotifications;
  saved: NotificationSettingsView;
  canWrite: boolean;
  /** What is wrong with a field, named as `mail.smtp.hosts`. */
  issue(field: string): string | undefined;
  /** A test was asked for while something is wrong. */
  isBlocked: boolean;
  test: { isBusy: boolean; result: NotificationTestResult | undefined; problem: unknown };
  onTest(): void;
  onChange(change: Partial<TypedNotifications['sms']>): void;
}) => {
  const text = useText(notificationMessages);
  const values = typed[channel];
  const { hasOwnServers } = channel === 'sms' ? typed.sms : { hasOwnServers: true };
  const disabled = !canWrite;
  const list = (field: 'recipients' | 'phoneNumbers', value: string, label: string, hint: string) => (
    <FormField label={label} description={hint} errorText={issue(`${channel}.${field}`)}>
      <Textarea
        value={value}
        rows={Math.min(8, Math.max(2, value.split('\n').length))}
        spellcheck={false}
        disabled={disabled}
        onChange={({ detail }) => onChange({ [field]: detail.value })}
      />
    </FormField>
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={channel === 'sms' ? text('smsHint') : undefined}
          actions={
            canWrite && (
              <Button loading={test.isBusy} loadingText={text('testing')} onClick={onTest}>
                {text(words[channel].test)}
              </Button>
            )
          }
        >
          {text(channel)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <SpaceBetween size="s">
          <ChannelStateView state={saved.state[channel]} />
          <div aria-live="polite">
            {isBlocked && <Alert type="error">{text('cannotSave')}</Alert>}
            <ProblemAlert problem={test.problem} />
            {test.result && !test.isBusy && <TestResultView result={test.result} />}
          </div>
        </SpaceBetween>
        <Toggle
          checked={values.enabled}
          disabled={disabled}
          onChange={({ detail }) => onChange({ enabled: detail.checked })}
        >
          {text(words[channel].enabled)}
        </Toggle>
        <div className="gh-grid">
          {list('recipients', values.recipients, text(words[channel].recipients), text(words[channel].recipientsHint))}
          {channel === 'sms' &&
            list('phoneNumbers', typed.sms.phoneNumbers, text('phoneNumbers'), text('phoneNumbersHint'))}
          <FormField label={text('from')} description={text('fromHint')} errorText={issue(`${channel}.from`)}>
            <Input
              value={values.from}
              spellcheck={false}
              disabled={disabled}
              onChange={({ detail }) => onChange({ from: detail.value })}
            />
          </FormField>
        </div>
        {channel === 'sms' && (
          <Checkbox
            checked={hasOwnServers}
            disabled={disabled}
            onChange={({ detail }) => onChange({ hasOwnServers: detail.checked })}
          >
            {text('ownServers')}
          </Checkbox>
        )}
        {hasOwnServers && (
          <SmtpFieldsView
            typed={values.smtp}
            need={passwordNeed(values.smtp, saved, channel)}
            disabled={disabled}
            issueOfField={(field) => issue(`${channel}.smtp.${field}`)}
            passwordIssue={issue(`${channel}Password`)}
            onChange={(change) => onChange({ smtp: { ...values.smtp, ...change } })}
          />
        )}
        <WordingView
          label={text(channel)}
          wording={values}
          defaults={defaults[channel]}
          phoneNumbers={typed.sms.phoneNumbers.split(/[\n,;]/).filter((each) => each.trim() !== '')}
          disabled={disabled}
          issueOfField={(field) => issue(`${channel}.${field}`)}
          onChange={onChange}
        />
      </SpaceBetween>
    </Container>
  );
};
