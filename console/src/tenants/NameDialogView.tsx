import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { tenantMessages } from './messages.ts';

interface Choice {
  value: string;
  label: string;
}

/** Asks for a name, and for a group where it goes below another. */
export const NameDialogView = ({
  title,
  confirm,
  hint,
  label,
  initial = '',
  parents,
  initialParent,
  isBusy,
  problem,
  onSave,
  onCancel,
}: {
  title: string;
  confirm: string;
  hint?: string;
  label: string;
  initial?: string;
  parents?: Choice[];
  initialParent?: string;
  isBusy: boolean;
  problem: unknown;
  onSave(name: string, parent: string | undefined): void;
  onCancel(): void;
}) => {
  const text = useText(tenantMessages);
  const [name, setName] = useState(initial);
  const [parent, setParent] = useState(initialParent);
  const [tried, setTried] = useState(false);
  const missing = name.trim() === '' ? text('nameMissing') : undefined;
  const save = () => {
    setTried(true);
    if (!missing) onSave(name.trim(), parent);
  };
  return (
    <AskFirst title={title} confirm={confirm} isBusy={isBusy} problem={problem} onCancel={onCancel} onConfirm={save}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <FormField label={label} description={hint} errorText={(tried && missing) || issueOf(problem, 'name')}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
        </FormField>
      </form>
      {parents && (
        <FormField label={text('groupParent')} errorText={issueOf(problem, 'parentId')}>
          <Select
            options={parents}
            selectedOption={parents.find(({ value }) => value === parent) ?? null}
            onChange={({ detail }) => setParent(detail.selectedOption.value)}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};
