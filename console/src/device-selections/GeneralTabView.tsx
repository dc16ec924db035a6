import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { deviceSorts } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { ChoicesField } from '../selections/index.ts';
import { FlagField } from './FlagField.tsx';
import { filterChanges, type TabProps } from './form.ts';
import { MasksField } from './MasksField.tsx';
import { deviceSelectionMessages } from './messages.ts';
import type { DeviceSelectionChoices } from './useDeviceSelections.ts';

/** Name of the selection, and which devices by their names, tags, clients and groups. */
export const GeneralTabView = ({
  choices,
  groupTenantId,
  onGroupTenant,
  ...props
}: TabProps & {
  choices: DeviceSelectionChoices;
  groupTenantId: string | undefined;
  onGroupTenant(id: string): void;
}) => {
  const text = useText(deviceSelectionMessages);
  const { draft, wrongs, disabled, onChange } = props;
  const { filter, sort } = draft.settings;
  const { change } = filterChanges(props);
  const tenantOptions = choices.tenants.map(({ id, name }) => ({ value: id, label: name }));
  const sortOptions = deviceSorts.map((value) => ({ value, label: text(`sort_${value}`) }));
  const nameOf = (id: number) =>
    choices.groups.find((group) => group.id === id)?.fullName.replace(/\/$/, '') ?? text('groupNumber', { id });
  return (
    <SpaceBetween size="l">
      <FormField
        label={text('name')}
        errorText={wrongs.some(({ field }) => field === 'name') ? text('nameMissing') : undefined}
      >
        <Input value={draft.name} disabled={disabled} onChange={({ detail }) => onChange({ name: detail.value })} />
      </FormField>
      <FormField label={text('sortBy')}>
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <Select
            options={sortOptions}
            selectedOption={sortOptions.find(({ value }) => value === sort.by) ?? null}
            disabled={disabled}
            onChange={({ detail }) => {
              const by = deviceSorts.find((each) => each === detail.selectedOption.value);
              if (by) onChange({ settings: { ...draft.settings, sort: { ...sort, by } } });
            }}
            expandToViewport
          />
          <Checkbox
            checked={sort.descending}
            disabled={disabled}
            onChange={({ detail }) =>
              onChange({ settings: { ...draft.settings, sort: { ...sort, descending: detail.checked } } })
            }
          >
            {text('descending')}
          </Checkbox>
        </SpaceBetween>
      </FormField>
      <MasksField {...props} field="names" label={text('names')} hint={text('masksHint')} />
      <MasksField {...props} field="notNames" label={text('notNames')} hint={text('masksHint')} />
      <ChoicesField
        label={text('tags')}
        options={choices.tags}
        chosen={filter.tags}
        disabled={disabled}
        onChange={(tags) => change({ tags })}
      />
      <ChoicesField
        label={text('notTags')}
        placeholder={text('noneOfThem')}
        options={choices.tags}
        chosen={filter.notTags}
        disabled={disabled}
        onChange={(notTags) => change({ notTags })}
      />
      <ChoicesField
        label={text('clients')}
        options={tenantOptions}
        chosen={filter.tenantIds}
        disabled={disabled}
        onChange={(tenantIds) => change({ tenantIds })}
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
        <FormField label={text('groupClient')}>
          <SpaceBetween size="xs" direction="horizontal">
            <Select
              options={tenantOptions}
              selectedOption={tenantOptions.find(({ value }) => value === groupTenantId) ?? null}
              placeholder={text('groupClientChoose')}
              onChange={({ detail }) => detail.selectedOption.value && onGroupTenant(detail.selectedOption.value)}
              filteringType={tenantOptions.length > 8 ? 'auto' : 'none'}
              expandToViewport
            />
            {groupTenantId && (
              <Select
                options={choices.groups
                  .filter(({ id, kind }) => kind !== 'super' && !filter.groups.some((group) => group.id === id))
                  .map(({ id, fullName }) => ({ value: String(id), label: fullName.replace(/\/$/, '') }))}
                selectedOption={null}
                placeholder={text('groupAdd')}
                ariaLabel={text('groupAdd')}
                onChange={({ detail }) =>
                  change({
                    groups: [...filter.groups, { id: Number(detail.selectedOption.value), withSubgroups: true }],
                  })
                }
                filteringType={choices.groups.length > 8 ? 'auto' : 'none'}
                expandToViewport
              />
            )}
          </SpaceBetween>
        </FormField>
      )}
      <FlagField {...props} field="unassigned" />
      <FlagField {...props} field="sameName" />
    </SpaceBetween>
  );
};
