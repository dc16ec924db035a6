import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { Device } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, platformMessages, useText } from '../platform/index.ts';
import type { DeviceAct } from './DeviceView.tsx';
import { deviceMessages } from './messages.ts';

interface DialogProps {
  device: Device;
  isBusy: boolean;
  problem: unknown;
  onCancel(): void;
}

export const RenameDeviceView = ({
  device,
  groups,
  isBusy,
  problem,
  onSave,
  onCancel,
}: DialogProps & {
  groups: { value: string; label: string }[];
  onSave(change: { name: string; groupId: number }): void;
}) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const [name, setName] = useState(device.name);
  const [group, setGroup] = useState(String(device.groupId));
  return (
    <AskFirst
      title={text('rename')}
      confirm={words('save')}
      isBusy={isBusy}
      problem={problem}
      disabled={name.trim() === ''}
      onConfirm={() => onSave({ name: name.trim(), groupId: Number(group) })}
      onCancel={onCancel}
    >
      <FormField
        label={text('newName')}
        errorText={name.trim() === '' ? text('nameMissing') : issueOf(problem, 'name')}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label={text('newGroup')} errorText={issueOf(problem, 'groupId')}>
        <Select
          options={groups}
          selectedOption={groups.find(({ value }) => value === group) ?? { value: group, label: device.groupName }}
          onChange={({ detail }) => setGroup(detail.selectedOption.value ?? group)}
          expandToViewport
        />
      </FormField>
    </AskFirst>
  );
};

const asks = {
  revoke: { title: 'revokeKey', ask: 'revokeAsk' },
  reset: { title: 'resetViruses', ask: 'resetAsk' },
  delete: { title: 'deleteDevice', ask: 'deleteAsk' },
} as const;

/** Asks before an act that cannot be taken back. */
export const DeviceActView = ({
  device,
  act,
  isBusy,
  problem,
  onConfirm,
  onCancel,
}: DialogProps & { act: Exclude<DeviceAct, 'rename' | 'tags'>; onConfirm(): void }) => {
  const text = useText(deviceMessages);
  const { title, ask } = asks[act];
  return (
    <AskFirst
      title={text(title)}
      confirm={text(title)}
      isBusy={isBusy}
      problem={problem}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <p className="gh-wrap">{text(ask, { name: device.name, count: device.virusCount })}</p>
    </AskFirst>
  );
};
