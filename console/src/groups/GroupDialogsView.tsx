import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { Group } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, platformMessages, useText } from '../platform/index.ts';
import { groupMessages } from './messages.ts';
import { possibleParents, treeOf } from './tree.ts';

interface DialogProps {
  isBusy: boolean;
  problem: unknown;
  onCancel(): void;
}
const choicesOf = (groups: readonly Group[]) =>
  groups.map(({ id, fullName }) => ({ value: String(id), label: fullName.replace(/\/$/, '') }));

const isName = (name: string): boolean => name !== '' && name.length <= 128 && !/[/\\\p{Cc}]/u.test(name);

/** Adds a group below another, or renames and moves one. */
export const GroupNameView = ({
  group,
  below,
  groups,
  isBusy,
  problem,
  onSave,
  onCancel,
}: DialogProps & {
  /** Null: a new one. */
  group: Group | null;
  /** Of a new one: where it goes. */
  below?: Group;
  groups: readonly Group[];
  onSave(name: string, parentId: number | undefined): void;
}) => {
  const text = useText(groupMessages);
  const words = useText(platformMessages);
  const [typed, setTyped] = useState(group?.name ?? '');
  const [parent, setParent] = useState(group?.parentId ?? undefined);
  const [tried, setTried] = useState(false);
  const name = typed.trim();
  const wrong = name === '' ? text('nameMissing') : isName(name) ? undefined : text('nameWrong');
  const save = () => {
    setTried(true);
    if (!wrong) onSave(name, parent);
  };
  const parents = group ? choicesOf(possibleParents(groups, group)) : [];
  return (
    <AskFirst
      title={group ? text('renameGroup') : text('addGroupBelow', { name: below?.name ?? '' })}
      confirm={group ? words('save') : text('addGroup')}
      isBusy={isBusy}
      problem={problem}
      onConfirm={save}
      onCancel={onCancel}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <FormField label={text('groupName')} errorText={(tried && wrong) || issueOf(problem, 'name')}>
          <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} autoFocus />
        </FormField>
      </form>
      {group && (
        <FormField label={text('groupParent')} errorText={issueOf(problem, 'parentId')}>
          <Select
            options={parents}
            selectedOption={parents.find(({ value }) => value === String(parent)) ?? null}
            onChange={({ detail }) => setParent(Number(detail.selectedOption.value))}
            filteringType={parents.length > 8 ? 'auto' : 'none'}
            virtualScroll={parents.length > 100}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};

/** Asks what becomes of what is in the group before it goes. */
export const DeleteGroupView = ({
  group,
  groups,
  isBusy,
  problem,
  onDelete,
  onCancel,
}: DialogProps & {
  group: Group;
  groups: readonly Group[];
  onDelete(how: { withSubgroups: boolean; moveDevicesTo: number | undefined }): void;
}) => {
  const text = useText(groupMessages);
  const below = treeOf(groups).below(group.id);
  const going = new Set([group.id, ...below.map(({ id }) => id)]);
  const targets = choicesOf(groups.filter(({ id, kind }) => !going.has(id) && kind !== 'super'));
  const devices = group.devicesBelow.total;
  const [target, setTarget] = useState<string | undefined>(
    devices > 0 && group.parentId !== null ? String(group.parentId) : undefined,
  );
  const [agreed, setAgreed] = useState(below.length === 0);
  return (
    <AskFirst
      title={text('deleteGroup')}
      confirm={text('deleteGroup')}
      isBusy={isBusy}
      problem={problem}
      disabled={!agreed || (devices > 0 && target === undefined)}
      onConfirm={() =>
        onDelete({
          withSubgroups: below.length > 0,
          moveDevicesTo: devices > 0 && target !== undefined ? Number(target) : undefined,
        })
      }
      onCancel={onCancel}
    >
      <p className="gh-wrap">{text('deleteAsk', { name: group.name })}</p>
      {below.length > 0 && (
        <Checkbox checked={agreed} onChange={({ detail }) => setAgreed(detail.checked)}>
          {text('deleteBelow', { count: below.length })}
        </Checkbox>
      )}
      {devices > 0 && (
        <FormField label={text('deleteInto')} description={text('deleteDevices', { count: devices })}>
          <Select
            options={targets}
            selectedOption={targets.find(({ value }) => value === target) ?? null}
            placeholder={text('chooseGroup')}
            onChange={({ detail }) => setTarget(detail.selectedOption.value)}
            filteringType={targets.length > 8 ? 'auto' : 'none'}
            virtualScroll={targets.length > 100}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};
