import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { EffectivePolicySetting, PolicyProfile } from '@gatehouse/contract';
import { useState } from 'react';
import { platformMessages, useText } from '../platform/index.ts';
import { draftOfProfile, type ProfileDraft, profileFrom } from './draft.ts';
import { policyMessages } from './messages.ts';
import { SettingsView } from './SettingsView.tsx';

const families = ['linux', 'windows', 'macos', 'other'] as const;

/** A profile of a policy, new or known; it is saved with the policy. */
export const ProfileDialogView = ({
  profile,
  otherNames,
  inherited,
  onApply,
  onCancel,
}: {
  profile: PolicyProfile | null;
  otherNames: readonly string[];
  /** What is locked above cannot be set in a profile either. */
  inherited: readonly EffectivePolicySetting[];
  onApply(profile: PolicyProfile): void;
  onCancel(): void;
}) => {
  const text = useText(policyMessages);
  const words = useText(platformMessages);
  const [draft, setDraft] = useState<ProfileDraft>(() => draftOfProfile(profile));
  const [tried, setTried] = useState(false);
  const set = (change: Partial<ProfileDraft>) => setDraft((all) => ({ ...all, ...change }));
  const read = profileFrom(draft);
  const isTaken = otherNames.includes(draft.name.trim());
  const kinds = [
    { value: 'any', label: text('anyKind') },
    { value: 'server', label: text('server') },
    { value: 'workstation', label: text('workstation') },
  ];
  const lines = (field: 'tags' | 'ipRanges') => (
    <FormField label={text(field)} constraintText={text(`${field}Hint`)} errorText={tried && read.issues[field]}>
      <Textarea
        value={draft[field]}
        rows={Math.min(6, Math.max(2, draft[field].split('\n').length))}
        spellcheck={false}
        onChange={({ detail }) => set({ [field]: detail.value })}
      />
    </FormField>
  );
  const apply = () => {
    setTried(true);
    if (read.profile && !isTaken) onApply(read.profile);
  };
  return (
    <Modal
      visible
      size="large"
      header={profile ? text('editProfile', { name: profile.name }) : text('addProfile')}
      closeAriaLabel={words('close')}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onCancel}>
              {words('cancel')}
            </Button>
            <Button variant="primary" onClick={apply}>
              {text('apply')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField
          label={text('name')}
          errorText={tried && ((read.issues.name && text('nameWrong')) || (isTaken && text('profileNameTaken')))}
        >
          <Input value={draft.name} onChange={({ detail }) => set({ name: detail.value })} />
        </FormField>
        <Checkbox checked={draft.enabled} onChange={({ detail }) => set({ enabled: detail.checked })}>
          {text('profileEnabled')}
        </Checkbox>
        <div className="gh-grid">
          {lines('tags')}
          {lines('ipRanges')}
          <FormField label={text('deviceKind')}>
            <Select
              options={kinds}
              selectedOption={kinds.find(({ value }) => value === draft.deviceKind) ?? null}
              onChange={({ detail }) => set({ deviceKind: detail.selectedOption.value as ProfileDraft['deviceKind'] })}
              expandToViewport
            />
          </FormField>
          <FormField label={text('osFamilies')}>
            <Multiselect
              options={families.map((value) => ({ value, label: text(value) }))}
              selectedOptions={draft.osFamilies.map((value) => ({ value, label: text(value) }))}
              placeholder={text('anyOs')}
              deselectAriaLabel={({ label }) => text('removeOf', { name: label ?? '' })}
              onChange={({ detail }) =>
                set({ osFamilies: detail.selectedOptions.map(({ value }) => value as (typeof families)[number]) })
              }
              expandToViewport
            />
          </FormField>
        </div>
        <SettingsView
          isProfile
          draft={draft.settings}
          inherited={inherited.filter(({ locked }) => locked)}
          wrongs={tried ? read.wrongs : new Map()}
          disabled={false}
          onChange={(settings) => set({ settings })}
        />
      </SpaceBetween>
    </Modal>
  );
};
