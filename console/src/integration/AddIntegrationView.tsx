import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Tiles from '@cloudscape-design/components/tiles';
import type { SettingField } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { ConnectionFieldsView } from './ConnectionFieldsView.tsx';
import { integrationMessages } from './messages.ts';
import { issuesOf, settingsOf, type Typed } from './settings-form.ts';

export const AddIntegrationView = ({
  kinds,
  isBusy,
  problem,
  onAdd,
  onCancel,
}: {
  kinds: { kind: string; title: string; fields: SettingField[] }[];
  isBusy: boolean;
  problem: unknown;
  onAdd(integration: { kind: string; name: string; settings: Record<string, unknown> }): void;
  onCancel(): void;
}) => {
  const text = useText(integrationMessages);
  const [kind, setKind] = useState(kinds[0]?.kind ?? '');
  const [name, setName] = useState<string | null>(null);
  const [typed, setTyped] = useState<Typed>({});
  const [tried, setTried] = useState(false);
  const chosen = kinds.find((each) => each.kind === kind);
  const fields = chosen?.fields ?? [];
  const shownName = name ?? text('defaultName', { kind: chosen?.title ?? '' });
  const issues = issuesOf(fields, typed, []);
  return (
    <AskFirst
      title={text('add')}
      confirm={text('connect')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (shownName.trim() !== '' && Object.keys(issues).length === 0) {
          onAdd({ kind, name: shownName.trim(), settings: settingsOf(fields, typed) });
        }
      }}
    >
      <p>{text('addHint')}</p>
      <FormField label={text('kind')} stretch>
        <Tiles
          value={kind}
          items={kinds.map(({ kind: value, title }) => ({ value, label: title }))}
          columns={2}
          onChange={({ detail }) => {
            setKind(detail.value);
            setTyped({});
            setTried(false);
          }}
        />
      </FormField>
      <FormField
        label={text('name')}
        errorText={shownName.trim() === '' ? text('nameMissing') : issueOf(problem, 'name')}
      >
        <Input value={shownName} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <ConnectionFieldsView
        fields={fields}
        typed={typed}
        secretsSet={[]}
        issues={tried ? issues : {}}
        problem={problem}
        onType={(field, value) => setTyped((all) => ({ ...all, [field]: value }))}
      />
    </AskFirst>
  );
};
