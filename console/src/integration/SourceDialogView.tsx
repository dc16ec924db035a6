import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import type { ReplyOf, Source, testSource } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, ProblemAlert, useText } from '../platform/index.ts';
import { SourceTestView } from './SourceTestView.tsx';
import { certificateTextOf, type SourceField, sourceIssuesOf, type TypedSource, typedSourceOf } from './source-form.ts';
import { sourceMessages } from './source-messages.ts';

/** Where the server says what is wrong with a field. */
const whereOf: Record<SourceField, string> = {
  name: 'body.name',
  url: 'body.url',
  user: 'body.user',
  password: 'body.password',
  fingerprint: 'body.certificateFingerprint',
  certificate: 'body.certificate',
  proxyUrl: 'body.proxy.url',
};

/** Adds an Administration Server, or changes one. */
export const SourceDialogView = ({
  source,
  isBusy,
  problem,
  test,
  onTest,
  onSave,
  onCancel,
}: {
  source: Source | null;
  isBusy: boolean;
  problem: unknown;
  test: { isBusy: boolean; result: ReplyOf<typeof testSource> | undefined; problem: unknown };
  onTest(typed: TypedSource): void;
  onSave(typed: TypedSource): void;
  onCancel(): void;
}) => {
  const text = useText(sourceMessages);
  const [typed, setTyped] = useState(() => typedSourceOf(source));
  const [files, setFiles] = useState<File[]>([]);
  const [tried, setTried] = useState<'no' | 'test' | 'save'>('no');
  const set = (change: Partial<TypedSource>) => setTyped((all) => ({ ...all, ...change }));
  const issues = sourceIssuesOf(typed, source);
  const said = (where: string) => issueOf(problem, where) ?? issueOf(test.problem, where);
  const errorOf = (field: SourceField): string | undefined => {
    const issue = issues[field];
    return tried !== 'no' && issue ? text(issue) : said(whereOf[field]);
  };
  const act = (kind: 'test' | 'save', then: (typed: TypedSource) => void) => () => {
    setTried(kind);
    // A test says what is wrong with the certificate, and shows the one to trust: it needs none to begin with.
    const inTheWay = Object.keys(issues).filter(
      (field) => kind === 'save' || !['name', 'fingerprint', 'certificate'].includes(field),
    );
    if (inTheWay.length > 0) return;
    const canPin = !issues.fingerprint && !issues.certificate;
    then(canPin ? typed : { ...typed, trust: 'authorities' });
  };
  const input = (
    field: 'name' | 'url' | 'user' | 'password' | 'proxyUrl',
    label: string,
    more: { description?: string; constraintText?: string; placeholder?: string } = {},
  ) => (
    <FormField
      label={label}
      description={more.description}
      constraintText={more.constraintText}
      errorText={errorOf(field)}
    >
      <Input
        value={typed[field]}
        type={field === 'password' ? 'password' : 'text'}
        autoComplete={field === 'password' ? 'new-password' : 'off'}
        spellcheck={false}
        placeholder={more.placeholder}
        onChange={({ detail }) => set({ [field]: detail.value } as Partial<TypedSource>)}
      />
    </FormField>
  );
  return (
    <AskFirst
      title={source ? text('editTitle', { name: source.name }) : text('addTitle')}
      confirm={text('save')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={act('save', onSave)}
    >
      <p>{text('formHint')}</p>
      {input('name', text('name'), { description: text('nameHint') })}
      {input('url', text('address'), { description: text('addressHint'), placeholder: 'ksc.example.com:13299' })}
      {input('user', text('user'))}
      {input('password', text('password'), source ? { constraintText: text('passwordKept') } : {})}
      <FormField label={text('trust')} description={text('trustHint')}>
        <RadioGroup
          value={typed.trust}
          items={[
            { value: 'fingerprint', label: text('trustFingerprint') },
            { value: 'file', label: text('trustFile') },
            { value: 'authorities', label: text('trustAuthorities') },
          ]}
          onChange={({ detail }) => set({ trust: detail.value as TypedSource['trust'] })}
        />
      </FormField>
      {typed.trust === 'fingerprint' && (
        <FormField label={text('fingerprint')} errorText={tried === 'test' ? undefined : errorOf('fingerprint')}>
          <Input
            value={typed.fingerprint}
            spellcheck={false}
            onChange={({ detail }) => set({ fingerprint: detail.value })}
          />
        </FormField>
      )}
      {typed.trust === 'authorities' && said(whereOf.fingerprint) && (
        <FormField errorText={said(whereOf.fingerprint)}>{null}</FormField>
      )}
      {typed.trust === 'file' && (
        <FormField label={text('file')} description={text('fileHint')} errorText={errorOf('certificate')}>
          <FileUpload
            value={files}
            accept=".cer,.crt,.pem,.der"
            onChange={({ detail }) => {
              setFiles(detail.value);
              const [file] = detail.value;
              if (!file) return set({ certificate: '' });
              void file.arrayBuffer().then((bytes) => set({ certificate: certificateTextOf(new Uint8Array(bytes)) }));
            }}
            showFileSize
            i18nStrings={{
              uploadButtonText: () => text(files.length > 0 ? 'chooseOtherFile' : 'chooseFile'),
              dropzoneText: () => text('dropFile'),
              removeFileAriaLabel: (at) => text('removeFile', { name: files[at]?.name ?? '' }),
              errorIconAriaLabel: text('testFailed'),
            }}
          />
        </FormField>
      )}
      <Checkbox checked={typed.useProxy} onChange={({ detail }) => set({ useProxy: detail.checked })}>
        {text('useProxy')}
      </Checkbox>
      {typed.useProxy && input('proxyUrl', text('proxyAddress'), { description: text('proxyAddressHint') })}
      {typed.useProxy && (
        <FormField label={text('proxyUser')} description={text('proxyUserHint')} errorText={said('body.proxy.user')}>
          <Input
            value={typed.proxyUser}
            autoComplete="off"
            spellcheck={false}
            onChange={({ detail }) => set({ proxyUser: detail.value })}
          />
        </FormField>
      )}
      {typed.useProxy && typed.proxyUser.trim() !== '' && (
        <FormField
          label={text('proxyPassword')}
          constraintText={source?.proxy?.hasPassword ? text('passwordKept') : undefined}
          errorText={said('body.proxy.password')}
        >
          <Input
            value={typed.proxyPassword}
            type="password"
            autoComplete="new-password"
            onChange={({ detail }) => set({ proxyPassword: detail.value })}
          />
        </FormField>
      )}
      <Button loading={test.isBusy} onClick={act('test', onTest)}>
        {text('test')}
      </Button>
      <ProblemAlert problem={test.problem} />
      {test.result && (
        <SourceTestView result={test.result} onTrust={(fingerprint) => set({ trust: 'fingerprint', fingerprint })} />
      )}
    </AskFirst>
  );
};
