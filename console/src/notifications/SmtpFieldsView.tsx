import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { SmtpTls } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import type { passwordNeed, TypedSmtp } from './form.ts';
import { notificationMessages } from './messages.ts';

const passwordWords = { keep: 'passwordKeep', again: 'passwordNew', new: 'passwordNew' } as const;

/** Mail servers and how they are spoken to. */
export const SmtpFieldsView = ({
  typed,
  need,
  disabled,
  issueOfField,
  passwordIssue,
  onChange,
}: {
  typed: TypedSmtp;
  need: ReturnType<typeof passwordNeed>;
  disabled: boolean;
  issueOfField(field: 'hosts' | 'port' | 'authority' | 'user'): string | undefined;
  /** What the server said of the password. */
  passwordIssue: string | undefined;
  onChange(change: Partial<TypedSmtp>): void;
}) => {
  const text = useText(notificationMessages);
  const encryptions = SmtpTls.options.map((value) => ({ value, label: text(`tls_${value}`) }));
  const isChecked = typed.tls === 'starttls' || typed.tls === 'tls';
  return (
    <SpaceBetween size="l">
      <div className="gh-grid">
        <FormField label={text('servers')} description={text('serversHint')} errorText={issueOfField('hosts')}>
          <Input
            value={typed.hosts}
            spellcheck={false}
            disabled={disabled}
            onChange={({ detail }) => onChange({ hosts: detail.value })}
          />
        </FormField>
        <FormField label={text('port')} errorText={issueOfField('port') && text('portIssue')}>
          <Input
            value={typed.port}
            inputMode="numeric"
            disabled={disabled}
            onChange={({ detail }) => onChange({ port: detail.value })}
          />
        </FormField>
        <FormField label={text('encryption')}>
          <Select
            options={encryptions}
            selectedOption={encryptions.find(({ value }) => value === typed.tls) ?? null}
            disabled={disabled}
            onChange={({ detail }) => onChange({ tls: SmtpTls.parse(detail.selectedOption.value) })}
          />
        </FormField>
        <FormField label={text('user')} description={text('userHint')} errorText={issueOfField('user')}>
          <Input
            value={typed.user}
            spellcheck={false}
            autoComplete={false}
            disabled={disabled}
            onChange={({ detail }) => onChange({ user: detail.value })}
          />
        </FormField>
        {need !== 'none' && (
          <FormField
            label={text('password')}
            description={text(passwordWords[need])}
            errorText={need === 'again' && typed.password === '' ? text('passwordAgain') : passwordIssue}
          >
            <Input
              type="password"
              value={typed.password}
              autoComplete="new-password"
              disabled={disabled}
              onChange={({ detail }) => onChange({ password: detail.value })}
            />
          </FormField>
        )}
      </div>
      {isChecked && (
        <FormField label={text('authority')} description={text('authorityHint')} errorText={issueOfField('authority')}>
          <Textarea
            value={typed.authority}
            rows={typed.authority === '' ? 2 : 6}
            spellcheck={false}
            disabled={disabled}
            onChange={({ detail }) => onChange({ authority: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
};
