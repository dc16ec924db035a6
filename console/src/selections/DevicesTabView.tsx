import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useText } from '../platform/index.ts';
import { ChoicesField } from './ChoicesField.tsx';
import { filterChanges, type TabProps } from './form.ts';
import { LinesField } from './LinesField.tsx';
import { selectionMessages } from './messages.ts';

export const DevicesTabView = ({
  draft,
  wrongs,
  disabled,
  tenants,
  groups,
  groupTenantId,
  onGroupTenant,
  onChange,
}: TabProps & {
  tenants: readonly { id: string; name: string }[];
  /** Of the client whose groups are offered. */
  groups: readonly { id: number; fullName: string }[];
  groupTenantId: string | undefined;
  onGroupTenant(id: string): void;
}) => {
  const text = useText(selectionMessages);
  const { filter } = draft.settings;
  const { change, changeLines } = filterChanges({ draft, onChange });
  const tenantOptions = tenants.map(({ id, name }) => ({ value: id, label: name }));
  const nameOf = (id: number) =>
    groups.find((group) => group.id === id)?.fullName.replace(/\/$/, '') ?? text('groupNumber', { id });
  const wrong = wrongs.find(({ field }) => field === 'addresses');
  const lines = (field: 'deviceNames' | 'notDeviceNames', label: string) => (
    <LinesField
      label={label}
      hint={text('masksHint')}
      value={draft.lines[field]}
      disabled={disabled}
      onChange={(typed) => changeLines(field, typed)}
    />
  );
  return (
    <SpaceBetween size="l">
      <ChoicesField
        label={text('clients')}
        options={tenantOptions}
        chosen={filter.tenantIds}
        disabled={disabled}
        onChange={(tenantIds) => change({ tenantIds })}
      />
      {lines('deviceNames', text('deviceNames'))}
      {lines('notDeviceNames', text('notDeviceNames'))}
      <LinesField
        label={text('addresses')}
        hint={text('addressesHint')}
        value={draft.lines.addresses}
        error={wrong && text('addressWrong', { line: wrong.line, text: wrong.text })}
        disabled={disabled}
        onChange={(typed) => changeLines('addresses', typed)}
      />
      <FormField label={text('groups')} stretch>
        <SpaceBetween size="xs">
          {filter.groups.length === 0 && <div>{text('groupsNone')}</div>}
          {filter.groups.map(({ id, withSubgroups }) => (
            <SpaceBetween key={id} size="s" direction="horizontal" alignItems="center">
              <span className="gh-wrap">{nameOf(id)}</span>
              <Checkbox
                checked={withSubgroups}
                disabled={disabled}
                onChange={({ detail }) =>
                  change({
                    groups: filter.groups.map((group) =>
                      group.id === id ? { id, withSubgroups: detail.checked } : group,
                    ),
                  })
                }
              >
                {text('withSubgroups')}
              </Checkbox>
              <Button
                iconName="close"
                variant="icon"
                ariaLabel={text('remove', { name: nameOf(id) })}
                disabled={disabled}
                onClick={() => change({ groups: filter.groups.filter((group) => group.id !== id) })}
              />
            </SpaceBetween>
          ))}
        </SpaceBetween>
      </FormField>
      {!disabled && (
        <>
          <FormField label={text('groupClient')}>
            <Select
              options={tenantOptions}
              selectedOption={tenantOptions.find(({ value }) => value === groupTenantId) ?? null}
              placeholder={text('groupClientChoose')}
              onChange={({ detail }) => detail.selectedOption.value && onGroupTenant(detail.selectedOption.value)}
              filteringType={tenantOptions.length > 8 ? 'auto' : 'none'}
              expandToViewport
            />
          </FormField>
          {groupTenantId && (
            <FormField label={text('groupAdd')}>
              <Select
                options={groups
                  .filter(({ id }) => !filter.groups.some((group) => group.id === id))
                  .map(({ id, fullName }) => ({ value: String(id), label: fullName.replace(/\/$/, '') }))}
                selectedOption={null}
                placeholder={text('groupAdd')}
                onChange={({ detail }) =>
                  change({
                    groups: [...filter.groups, { id: Number(detail.selectedOption.value), withSubgroups: true }],
                  })
                }
                filteringType={groups.length > 8 ? 'auto' : 'none'}
                expandToViewport
              />
            </FormField>
          )}
        </>
      )}
    </SpaceBetween>
  );
};
