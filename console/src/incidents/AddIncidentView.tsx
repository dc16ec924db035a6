import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import type { IncidentSeverity } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { incidentMessages } from './messages.ts';

const severities = ['critical', 'warning', 'info'] as const satisfies readonly IncidentSeverity[];

export const AddIncidentView = ({
  deviceName,
  isBusy,
  problem,
  onAdd,
  onCancel,
}: {
  deviceName: string;
  isBusy: boolean;
  problem: unknown;
  onAdd(incident: { title: string; description: string; severity: IncidentSeverity }): void;
  onCancel(): void;
}) => {
  const text = useText(incidentMessages);
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [severity, setSeverity] = useState<IncidentSeverity>('warning');
  const options = severities.map((value) => ({ value, label: text(value) }));
  return (
    <AskFirst
      title={text('addTitle', { device: deviceName })}
      confirm={text('add')}
      isBusy={isBusy}
      problem={problem}
      disabled={title.trim() === ''}
      onCancel={onCancel}
      onConfirm={() => onAdd({ title, description, severity })}
    >
      <FormField label={text('titleField')} errorText={issueOf(problem, 'title')}>
        <Input value={title} onChange={({ detail }) => setTitle(detail.value)} />
      </FormField>
      <FormField label={text('severity')}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === severity) ?? null}
          onChange={({ detail }) => setSeverity(detail.selectedOption.value as IncidentSeverity)}
          expandToViewport
        />
      </FormField>
      <FormField label={text('description')} errorText={issueOf(problem, 'description')}>
        <Textarea rows={5} value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
    </AskFirst>
  );
};
