import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { SeverityName, type SiemTarget, SiemTargetSettings, type SiemTestResult } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, ProblemAlert, platformMessages, useLevelWords, useText } from '../platform/index.ts';
import { type TypedTarget, toSettings, typedOf } from './form.ts';
import { siemMessages } from './messages.ts';
import { TestResultView } from './TestResultView.tsx';

interface Choice {
  value: string;
  label: string;
  description?: string;
}

/** Adds an export, or changes one. */
export const SiemTargetDialogView = ({
  target,
  tenants,
  types,
  isBusy,
  problem,
  test,
  onTest,
  onSave,
  onCancel,
}: {
  target: SiemTarget | null;
  tenants: Choice[];
  types: Choice[];
  isBusy: boolean;
  problem: unknown;
  test: { isBusy: boolean; result: SiemTestResult | undefined; problem: unknown };
  onTest(settings: SiemTargetSettings): void;
  onSave(settings: SiemTargetSettings): void;
  onCancel(): void;
}) => {
  const text = useText(siemMessages);
  const words = useText(platformMessages);
  const { severity: severityWord } = useLevelWords();
  const [typed, setTyped] = useState<TypedTarget>(() => typedOf(target));
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TypedTarget>) => setTyped((all) => ({ ...all, ...change }));

  // The contract's own rules, so that the form and the server say the same.
  const checked = SiemTargetSettings.safeParse(toSettings(typed));
  const issue = (field: string): string | undefined => {
    const found = tried && checked.error?.issues.find(({ path }) => path.at(-1) === field)?.message;
    return found || issueOf(problem, field) || issueOf(test.problem, field);
  };
  const act = (then: (settings: SiemTargetSettings) => void) => () => {
    setTried(true);
    if (checked.success) then(checked.data);
  };
  const isStream = typed.transport !== 'udp';
  const choose = <K extends 'format' | 'transport' | 'framing' | 'trustKind'>(
    key: K,
    label: string,
    options: { value: TypedTarget[K]; label: string }[],
    hint?: string,
  ) => (
    <FormField label={label} description={hint}>
      <Select
        options={options}
        selectedOption={options.find(({ value }) => value === typed[key]) ?? null}
        onChange={({ detail }) => set({ [key]: detail.selectedOption.value } as Partial<TypedTarget>)}
        expandToViewport
      />
    </FormField>
  );
  const several = (
    key: 'tenantIds' | 'types' | 'severities',
    label: string,
    all: string,
    options: Choice[],
    hint?: string,
  ) => (
    <FormField label={label} description={hint} errorText={issue(key)}>
      <Multiselect
        options={options}
        selectedOptions={typed[key].map((id) => options.find(({ value }) => value === id) ?? { value: id, label: id })}
        onChange={({ detail }) => set({ [key]: detail.selectedOptions.map(({ value }) => value ?? '') })}
        placeholder={all}
        filteringType={options.length > 8 ? 'auto' : 'none'}
        tokenLimit={5}
        deselectAriaLabel={({ label: name }) => text('removeToken', { name: name ?? '' })}
        expandToViewport
      />
    </FormField>
  );
  return (
    <AskFirst
      title={target ? text('edit', { name: target.name }) : text('add')}
      confirm={target ? words('save') : text('add')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={act(onSave)}
    >
      <FormField label={text('name')} description={text('nameHint')} errorText={issue('name')}>
        <Input value={typed.name} onChange={({ detail }) => set({ name: detail.value })} />
      </FormField>
      {choose(
        'format',
        text('format'),
        (['syslog', 'cef', 'leef'] as const).map((value) => ({ value, label: text(value) })),
        target && target.state.waiting > 0 ? text('keepsForm') : undefined,
      )}
      {choose(
        'transport',
        text('transport'),
        (['udp', 'tcp', 'tls'] as const).map((value) => ({ value, label: text(value) })),
        isStream ? text('transportHint') : text('udpHint'),
      )}
      <FormField label={text('host')} errorText={issue('host')}>
        <Input value={typed.host} spellcheck={false} onChange={({ detail }) => set({ host: detail.value })} />
      </FormField>
      <FormField label={text('port')} errorText={issue('port') && text('portIssue')}>
        <Input value={typed.port} inputMode="numeric" onChange={({ detail }) => set({ port: detail.value })} />
      </FormField>
      {typed.transport === 'tls' &&
        choose('trustKind', text('trust'), [
          { value: 'system', label: text('trustSystem') },
          { value: 'authority', label: text('trustAuthority') },
          { value: 'pin', label: text('trustPin') },
        ])}
      {typed.transport === 'tls' && typed.trustKind === 'authority' && (
        <FormField label={text('pem')} errorText={issue('pem')}>
          <Textarea
            value={typed.pem}
            rows={6}
            spellcheck={false}
            onChange={({ detail }) => set({ pem: detail.value })}
          />
        </FormField>
      )}
      {typed.transport === 'tls' && typed.trustKind === 'pin' && (
        <FormField label={text('pin')} errorText={issue('sha256')}>
          <Input value={typed.sha256} spellcheck={false} onChange={({ detail }) => set({ sha256: detail.value })} />
        </FormField>
      )}
      {isStream &&
        choose('framing', text('framing'), [
          { value: 'newline', label: text('framingNewline') },
          { value: 'octet-counting', label: text('framingCounted') },
        ])}
      {typed.format !== 'syslog' && (
        <Checkbox
          checked={typed.syslogHeader}
          description={text('syslogHeaderHint')}
          onChange={({ detail }) => set({ syslogHeader: detail.checked })}
        >
          {text('syslogHeader')}
        </Checkbox>
      )}
      {several('tenantIds', text('clients'), text('allClients'), tenants, text('clientsHint'))}
      {several(
        'severities',
        text('severities'),
        text('allSeverities'),
        SeverityName.options.map((value) => ({ value, label: severityWord(value) })),
      )}
      {several('types', text('types'), text('allTypes'), types, text('typesHint'))}
      <Checkbox
        checked={typed.enabled}
        description={text('enabledHint')}
        onChange={({ detail }) => set({ enabled: detail.checked })}
      >
        {text('enabled')}
      </Checkbox>
      <SpaceBetween size="s">
        <Button loading={test.isBusy} loadingText={text('testing')} onClick={act(onTest)}>
          {text('test')}
        </Button>
        <ProblemAlert problem={test.problem} />
        <div aria-live="polite">{test.result && !test.isBusy && <TestResultView result={test.result} />}</div>
      </SpaceBetween>
    </AskFirst>
  );
};
