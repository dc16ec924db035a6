import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ProblemAlert, useText } from '../platform/index.ts';
import { ChoiceField, type PartProps } from './fields.tsx';
import type { TypedTask } from './form.ts';
import { taskMessages } from './messages.ts';

const words = {
  group: 'targetGroup',
  devices: 'targetDevices',
  selection: 'targetSelection',
  device: 'targetDevice',
} as const;

/** On which devices a task starts. */
export const TargetPart = ({
  typed,
  choices,
  issueOf,
  isSaved,
  onFindDevices,
  onChange,
}: PartProps & {
  /** The client of a saved task stays. */
  isSaved: boolean;
  onFindDevices(text: string): void;
}) => {
  const text = useText(taskMessages);
  const tenants = (choices.tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isOne = typed.targetKind === 'device';
  const hasTenant = typed.tenantId !== '';
  return (
    <SpaceBetween size="m">
      {!isSaved && (
        <ChoiceField
          label={text('client')}
          value={typed.tenantId}
          placeholder={text('chooseClient')}
          options={tenants}
          issue={issueOf('tenantId')}
          onChange={(tenantId) => onChange({ tenantId, groupId: '', devices: [], afterTaskId: '' })}
        />
      )}
      <ChoiceField
        label={text('targetKind')}
        value={typed.targetKind}
        options={(['group', 'devices', 'selection', 'device'] as const).map((value) => ({
          value,
          label: text(words[value]),
        }))}
        onChange={(targetKind) =>
          onChange({
            targetKind: targetKind as TypedTask['targetKind'],
            ...(targetKind === 'device' && { devices: typed.devices.slice(0, 1) }),
          })
        }
      />
      {typed.targetKind === 'group' && hasTenant && (
        <SpaceBetween size="m">
          <ChoiceField
            label={text('group')}
            value={typed.groupId}
            placeholder={text('chooseGroup')}
            options={choices.groups}
            issue={issueOf('target', 'groupId') && text('chooseGroup')}
            onChange={(groupId) => onChange({ groupId })}
          />
          <Checkbox
            checked={typed.withSubgroups}
            onChange={({ detail }) => onChange({ withSubgroups: detail.checked })}
          >
            {text('withSubgroups')}
          </Checkbox>
        </SpaceBetween>
      )}
      {(isOne || typed.targetKind === 'devices') && hasTenant && (
        <FormField
          label={text(isOne ? 'device' : 'devices')}
          errorText={(issueOf('target', 'deviceIds') || issueOf('target', 'deviceId')) && text('chooseDevices')}
        >
          <Multiselect
            options={choices.devices}
            selectedOptions={typed.devices}
            filteringType="manual"
            filteringPlaceholder={text('findDevices')}
            filteringAriaLabel={text('findDevices')}
            placeholder={text('chooseDevices')}
            tokenLimit={10}
            deselectAriaLabel={({ label }) => text('removeToken', { name: label ?? '' })}
            onLoadItems={({ detail }) => onFindDevices(detail.filteringText)}
            onChange={({ detail }) => {
              const chosen = detail.selectedOptions.map(({ value = '', label = '' }) => ({ value, label }));
              onChange({ devices: isOne ? chosen.slice(-1) : chosen });
            }}
            expandToViewport
          />
        </FormField>
      )}
      {typed.targetKind === 'selection' && (
        <ChoiceField
          label={text('selection')}
          value={typed.selectionId}
          placeholder={text('chooseSelection')}
          options={choices.selections}
          issue={issueOf('target', 'selectionId') && text('chooseSelection')}
          onChange={(selectionId) => onChange({ selectionId })}
        />
      )}
      {choices.count.data ? (
        <Box color="text-body-secondary">{text('targetCount', { count: choices.count.data.devices })}</Box>
      ) : (
        <ProblemAlert problem={choices.count.error} />
      )}
    </SpaceBetween>
  );
};
