import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { type DeviceRow, DeviceTag } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

interface BulkProps {
  devices: readonly DeviceRow[];
  isBusy: boolean;
  problem: unknown;
  onCancel(): void;
}

/** Whose devices these are; null for several clients, whose devices share no group. */
export const oneTenantOf = (devices: readonly Pick<DeviceRow, 'tenantId'>[]): string | null => {
  const [first, ...more] = new Set(devices.map(({ tenantId }) => tenantId));
  return more.length === 0 ? (first ?? null) : null;
};

export const MoveDevicesView = ({
  devices,
  groups,
  isBusy,
  problem,
  onMove,
  onCancel,
}: BulkProps & { groups: { value: string; label: string }[]; onMove(groupId: number): void }) => {
  const text = useText(deviceMessages);
  const [group, setGroup] = useState<string>();
  const isPossible = oneTenantOf(devices) !== null;
  return (
    <AskFirst
      title={text('moveDevices')}
      confirm={text('move')}
      isBusy={isBusy}
      problem={problem}
      disabled={group === undefined || !isPossible}
      onConfirm={() => group !== undefined && onMove(Number(group))}
      onCancel={onCancel}
    >
      <p className="gh-wrap">
        {text(isPossible ? 'moveAsk' : 'moveSeveral', { count: devices.length, name: devices[0]?.name ?? '' })}
      </p>
      {isPossible && (
        <FormField label={text('newGroup')} errorText={issueOf(problem, 'groupId')}>
          <Select
            options={groups}
            selectedOption={groups.find(({ value }) => value === group) ?? null}
            placeholder={text('chooseGroup')}
            onChange={({ detail }) => setGroup(detail.selectedOption.value)}
            filteringType={groups.length > 8 ? 'auto' : 'none'}
            virtualScroll={groups.length > 100}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};

/** Words with commas between. */
export const tagsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

export const ChangeTagsView = ({
  devices,
  isBusy,
  problem,
  onSave,
  onCancel,
}: BulkProps & { onSave(change: { add: string[]; remove: string[] }): void }) => {
  const text = useText(deviceMessages);
  const [typed, setTyped] = useState('');
  const [remove, setRemove] = useState<string[]>([]);
  const present = [...new Set(devices.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));
  const add = tagsOf(typed);
  const wrong = add.find((tag) => !DeviceTag.safeParse(tag).success);
  const options = present.map((tag) => ({ value: tag, label: tag }));
  return (
    <AskFirst
      title={text('changeTags')}
      confirm={text('saveTags')}
      isBusy={isBusy}
      problem={problem}
      disabled={wrong !== undefined || add.length + remove.length === 0}
      onConfirm={() => onSave({ add, remove })}
      onCancel={onCancel}
    >
      <p className="gh-wrap">{text('tagsAsk', { count: devices.length, name: devices[0]?.name ?? '' })}</p>
      <FormField
        label={text('addTags')}
        constraintText={text('addTagsHint')}
        errorText={wrong === undefined ? issueOf(problem, 'add') : text('tagWrong', { tag: wrong })}
      >
        <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} autoFocus />
      </FormField>
      {present.length > 0 && (
        <FormField label={text('removeTags')}>
          <Multiselect
            options={options}
            selectedOptions={options.filter(({ value }) => remove.includes(value))}
            placeholder={text('removeTagsNone')}
            onChange={({ detail }) => setRemove(detail.selectedOptions.flatMap(({ value }) => (value ? [value] : [])))}
            deselectAriaLabel={({ label }) => text('keepTag', { tag: label ?? '' })}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};

export const DeleteDevicesView = ({
  devices,
  isBusy,
  problem,
  onConfirm,
  onCancel,
}: BulkProps & { onConfirm(): void }) => {
  const text = useText(deviceMessages);
  return (
    <AskFirst
      title={text('deleteDevices')}
      confirm={text('deleteDevices')}
      isBusy={isBusy}
      problem={problem}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <p className="gh-wrap">{text('deleteManyAsk', { count: devices.length, name: devices[0]?.name ?? '' })}</p>
    </AskFirst>
  );
};
