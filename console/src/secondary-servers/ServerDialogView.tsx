import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { type SecondaryServer, SecondaryServerSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, ExactTime, issueOf, ProblemAlert, platformMessages, useText } from '../platform/index.ts';
import { type TypedServer, toSettings, typedOf } from './form.ts';
import { serverTreeMessages } from './messages.ts';

interface Certificate {
  fingerprint: string;
  subject: string;
  validUntil: string;
}

export interface Trial {
  product: string;
  version: string;
  devices: number;
  virtualServers: number;
}

/** Attaches a server, or changes how one is reached. */
export const ServerDialogView = ({
  server,
  isBusy,
  problem,
  trial,
  certificate,
  onLook,
  onFile,
  onTry,
  onSave,
  onCancel,
}: {
  server: SecondaryServer | null;
  isBusy: boolean;
  problem: unknown;
  trial: { isBusy: boolean; result: Trial | undefined; problem: unknown };
  certificate: { isBusy: boolean; found: Certificate | undefined; problem: unknown };
  onLook(at: { address: string; port: number }, then: (found: Certificate) => void): void;
  onFile(pem: string, then: (found: Certificate) => void): void;
  onTry(settings: SecondaryServerSettings, password: string | undefined): void;
  onSave(settings: SecondaryServerSettings, password: string | undefined): void;
  onCancel(): void;
}) => {
  const text = useText(serverTreeMessages);
  const words = useText(platformMessages);
  const [typed, setTyped] = useState<TypedServer>(() => typedOf(server));
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TypedServer>) => setTyped((all) => ({ ...all, ...change }));

  // The contract's own rules, so that the form and the server say the same.
  const checked = SecondaryServerSettings.safeParse(toSettings(typed));
  const lacksPassword = server === null && typed.password === '';
  const issue = (field: keyof TypedServer): string | undefined => {
    const wrong = tried && checked.error?.issues.some(({ path }) => path[0] === field);
    if (wrong) {
      if (field === 'port') return text('portIssue');
      if (field === 'refreshMinutes') return text('refreshIssue');
      if (typed[field] === '') return text('required');
      return checked.error?.issues.find(({ path }) => path[0] === field)?.message;
    }
    if (field === 'password' && tried && lacksPassword) return text('required');
    return issueOf(problem, field) || issueOf(trial.problem, field) || issueOf(certificate.problem, field);
  };
  const act = (then: (settings: SecondaryServerSettings, password: string | undefined) => void) => () => {
    setTried(true);
    if (checked.success && !lacksPassword) then(checked.data, typed.password === '' ? undefined : typed.password);
  };
  const field = (key: 'name' | 'address' | 'port' | 'userName' | 'refreshMinutes', hint?: string) => (
    <FormField label={text(key)} description={hint} errorText={issue(key)}>
      <Input
        value={typed[key]}
        spellcheck={false}
        autoComplete={false}
        inputMode={key === 'port' || key === 'refreshMinutes' ? 'numeric' : 'text'}
        onChange={({ detail }) => set({ [key]: detail.value } as Partial<TypedServer>)}
      />
    </FormField>
  );
  const detail = (key: keyof TypedServer['details'], label: string) => (
    <Checkbox
      checked={typed.details[key]}
      onChange={({ detail: { checked: isOn } }) => set({ details: { ...typed.details, [key]: isOn } })}
    >
      {label}
    </Checkbox>
  );
  const takeCertificate = ({ fingerprint }: Certificate) => set({ certificateFingerprint: fingerprint });
  const place = SecondaryServerSettings.pick({ address: true, port: true }).safeParse(toSettings(typed));
  return (
    <AskFirst
      title={server ? text('edit', { name: server.name }) : text('add')}
      confirm={server ? words('save') : text('add')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={act(onSave)}
    >
      {field('name', text('nameHint'))}
      {field('address', text('addressHint'))}
      {field('port')}
      <FormField
        label={text('fingerprint')}
        description={text('fingerprintHint')}
        errorText={issue('certificateFingerprint')}
      >
        <Input
          value={typed.certificateFingerprint}
          spellcheck={false}
          autoComplete={false}
          onChange={({ detail: { value } }) => set({ certificateFingerprint: value })}
        />
      </FormField>
      <SpaceBetween size="xs">
        <SpaceBetween size="xs" direction="horizontal">
          <Button
            loading={certificate.isBusy}
            disabled={!place.success}
            onClick={() => place.success && onLook(place.data, takeCertificate)}
          >
            {text('look')}
          </Button>
          <FileInput
            value={[]}
            accept=".pem,.crt,.cer"
            onChange={({ detail: { value } }) => {
              const [file] = value;
              void file?.text().then((pem) => onFile(pem, takeCertificate));
            }}
          >
            {text('file')}
          </FileInput>
        </SpaceBetween>
        <div aria-live="polite">
          {certificate.found?.fingerprint === typed.certificateFingerprint && certificate.found && (
            <span className="gh-wrap">
              {text('certificateOf', { subject: certificate.found.subject.replaceAll('\n', ', ') })}{' '}
              <ExactTime at={certificate.found.validUntil} />
            </span>
          )}
        </div>
        <ProblemAlert problem={certificate.problem} />
      </SpaceBetween>
      {field('userName', text('userNameHint'))}
      <FormField
        label={text('password')}
        description={server ? text('passwordKept') : undefined}
        errorText={issue('password')}
      >
        <Input
          type="password"
          value={typed.password}
          autoComplete="new-password"
          onChange={({ detail: { value } }) => set({ password: value })}
        />
      </FormField>
      {field('refreshMinutes')}
      <FormField label={text('details')}>
        {detail('virtualServers', text('detailVirtual'))}
        {detail('groups', text('detailGroups'))}
        {detail('lastEvents', text('detailEvents'))}
      </FormField>
      <SpaceBetween size="s">
        <Button loading={trial.isBusy} loadingText={text('trying')} onClick={act(onTry)}>
          {text('tryIt')}
        </Button>
        <ProblemAlert problem={trial.problem} />
        <div aria-live="polite">
          {trial.result && !trial.isBusy && (
            <StatusIndicator type="success">{text('tried', { ...trial.result })}</StatusIndicator>
          )}
        </div>
      </SpaceBetween>
    </AskFirst>
  );
};
