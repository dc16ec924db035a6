import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { type Role, roleNames } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { userMessages } from './messages.ts';

export const roleWords = {
  administrator: 'administrator',
  technician: 'technician',
  billing: 'billing',
  'read-only': 'readOnly',
} as const satisfies Record<Role, unknown>;

/** A tenant to choose from. */
export interface TenantChoice {
  id: string;
  name: string;
}

/** Role and clients, for users and for tokens. */
export const RightsFieldsView = ({
  role,
  tenantIds,
  tenants,
  onRole,
  onTenants,
}: {
  role: Role;
  /** Null: all clients. */
  tenantIds: string[] | null;
  tenants: TenantChoice[];
  onRole(role: Role): void;
  onTenants(ids: string[] | null): void;
}) => {
  const text = useText(userMessages);
  const options = tenants.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <FormField label={text('role')}>
        <Select
          options={roleNames.map((value) => ({ value, label: text(roleWords[value]) }))}
          selectedOption={{ value: role, label: text(roleWords[role]) }}
          onChange={({ detail }) => onRole(detail.selectedOption.value as Role)}
          expandToViewport
        />
      </FormField>
      <FormField label={text('clients')} description={text('clientsHint')}>
        <Multiselect
          options={options}
          selectedOptions={(tenantIds ?? []).map(
            (id) => options.find(({ value }) => value === id) ?? { value: id, label: id },
          )}
          onChange={({ detail }) => {
            const ids = detail.selectedOptions.flatMap(({ value }) => (value ? [value] : []));
            onTenants(ids.length === 0 ? null : ids);
          }}
          placeholder={text('chooseClients')}
          filteringType={options.length > 8 ? 'auto' : 'none'}
          deselectAriaLabel={({ label }) => text('removeClient', { name: label ?? '' })}
          expandToViewport
        />
      </FormField>
    </>
  );
};
