import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import { ENDPOINT_AGENT, PolicyFile, type PolicyState, policyApplications } from '@gatehouse/contract';
import { useState } from 'react';
import { z } from 'zod';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';

export interface NewPolicy {
  tenantId: string;
  groupId: number;
  application: string;
  name: string;
  state: PolicyState;
  /** Of an import. */
  file: PolicyFile | null;
}

/** Asks where a new policy belongs: an empty one, a copy, or one out of a file. */
export const PolicyDialogView = ({
  what,
  origin,
  tenants,
  groups,
  tenantId,
  groupId: givenGroupId,
  isBusy,
  problem,
  onTenant,
  onSave,
  onCancel,
}: {
  what: 'add' | 'copy' | 'import';
  /** What is copied. */
  origin: { name: string; application: string; groupId: number } | null;
  tenants: readonly { id: string; name: string }[];
  /** Of the chosen client. */
  groups: readonly { id: number; fullName: string }[];
  tenantId: string | undefined;
  /** Chosen to begin with. */
  groupId?: number;
  isBusy: boolean;
  problem: unknown;
  onTenant(tenantId: string): void;
  onSave(policy: NewPolicy): void;
  onCancel(): void;
}) => {
  const text = useText(policyMessages);
  const [name, setName] = useState(origin?.name ?? '');
  const [groupId, setGroup] = useState<number | undefined>(origin?.groupId ?? givenGroupId);
  const [application, setApplication] = useState(origin?.application ?? ENDPOINT_AGENT);
  const [state, setState] = useState<PolicyState>('active');
  const [files, setFiles] = useState<File[]>([]);
  const [file, setFile] = useState<PolicyFile | null>(null);
  const [fileProblem, setFileProblem] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const group = groups.find(({ id }) => id === groupId) ?? (groups.length === 1 ? groups[0] : undefined);
  const missing = {
    name: name.trim() === '' || name.trim().length > 100,
    tenant: tenantId === undefined,
    group: group === undefined,
    file: what === 'import' && file === null,
  };

  const readFile = async (chosen: File[]) => {
    setFiles(chosen);
    setFile(null);
    setFileProblem(null);
    const [first] = chosen;
    if (!first) return;
    try {
      const read = PolicyFile.safeParse(JSON.parse(await first.text()));
      if (!read.success) return setFileProblem(text('fileWrong', { reason: z.prettifyError(read.error) }));
      setFile(read.data);
      setName((before) => before || read.data.name);
    } catch (error) {
      setFileProblem(text('fileWrong', { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  const save = () => {
    setTried(true);
    if (Object.values(missing).includes(true) || !tenantId || !group) return;
    onSave({ tenantId, groupId: group.id, application, name: name.trim(), state, file });
  };
  const title = what === 'copy' ? text('copyTitle', { name: origin?.name ?? '' }) : text(`${what}Title`);
  const applications = Object.keys(policyApplications).map((value) => ({ value, label: value }));
  const states = [
    { value: 'active', label: text('active'), description: text('activeHint') },
    { value: 'inactive', label: text('inactive'), description: text('inactiveHint') },
    { value: 'out-of-office', label: text('out-of-office'), description: text('outOfOfficeHint') },
  ];
  return (
    <AskFirst
      title={title}
      confirm={what === 'add' ? text('add') : text(what)}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={save}
    >
      {what !== 'add' && <p>{text(what === 'copy' ? 'copyHint' : 'importHint')}</p>}
      {what === 'import' && (
        <FormField label={text('file')} errorText={fileProblem ?? (tried && missing.file && text('chooseFile'))}>
          <FileUpload
            value={files}
            accept="application/json,.json"
            onChange={({ detail }) => void readFile(detail.value)}
            i18nStrings={{
              uploadButtonText: () => text('chooseFile'),
              dropzoneText: () => text('chooseFile'),
              removeFileAriaLabel: () => text('remove'),
              errorIconAriaLabel: text('fileWrong', { reason: '' }),
            }}
          />
        </FormField>
      )}
      <FormField
        label={text('name')}
        errorText={(tried && missing.name && text('nameWrong')) || issueOf(problem, 'name')}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label={text('client')} errorText={tried && missing.tenant && text('chooseClient')}>
        <Select
          options={tenants.map(({ id, name: label }) => ({ value: id, label }))}
          selectedOption={
            tenants.filter(({ id }) => id === tenantId).map(({ id, name: label }) => ({ value: id, label }))[0] ?? null
          }
          placeholder={text('chooseClient')}
          filteringType={tenants.length > 8 ? 'auto' : 'none'}
          onChange={({ detail }) => {
            setGroup(undefined);
            onTenant(detail.selectedOption.value ?? '');
          }}
          expandToViewport
        />
      </FormField>
      <FormField label={text('group')} errorText={tried && missing.group && text('chooseGroup')}>
        <Select
          options={groups.map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
          selectedOption={group ? { value: String(group.id), label: group.fullName } : null}
          placeholder={text('chooseGroup')}
          disabled={tenantId === undefined}
          filteringType={groups.length > 8 ? 'auto' : 'none'}
          onChange={({ detail }) => setGroup(Number(detail.selectedOption.value))}
          expandToViewport
        />
      </FormField>
      {what === 'add' && (
        <>
          <FormField label={text('application')} description={text('applicationHint')}>
            <Select
              options={applications}
              selectedOption={applications.find(({ value }) => value === application) ?? null}
              onChange={({ detail }) => setApplication(detail.selectedOption.value ?? ENDPOINT_AGENT)}
              expandToViewport
            />
          </FormField>
          <FormField label={text('state')}>
            <RadioGroup items={states} value={state} onChange={({ detail }) => setState(detail.value as PolicyState)} />
          </FormField>
        </>
      )}
    </AskFirst>
  );
};
