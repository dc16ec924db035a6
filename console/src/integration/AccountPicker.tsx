import Select from '@cloudscape-design/components/select';
import type { ListedAccount, PsaAccount } from '@gatehouse/contract';
import { useDeferredValue, useState } from 'react';
import { useText } from '../platform/index.ts';
import { mappingMessages } from './mapping-messages.ts';
import { useAccountChoice } from './useMappings.ts';

const NONE = '';

/** An account of the PSA, found by a part of its name on the server. Those that cannot be chosen say why. */
export const AccountPicker = ({
  integrationId,
  name,
  value,
  isInvalid,
  onChange,
}: {
  integrationId: string;
  /** Of the virtual server that it is chosen for. */
  name: string;
  value: PsaAccount | null;
  isInvalid: boolean;
  onChange(account: PsaAccount | null): void;
}) => {
  const text = useText(mappingMessages);
  const [typed, setTyped] = useState<string | null>(null);
  const { data, error, isFetching, refetch } = useAccountChoice(
    integrationId,
    useDeferredValue(typed ?? ''),
    typed !== null,
  );
  const accounts = data?.items ?? [];
  const option = ({ id, name: label, active, tenantName }: ListedAccount) => {
    const isOther = tenantName !== null && id !== value?.id;
    return {
      value: id,
      label,
      description: active ? (isOther ? text('belongsTo', { name: tenantName }) : undefined) : text('inactive'),
      disabled: !active,
    };
  };
  return (
    <Select
      selectedOption={value ? { value: value.id, label: value.name } : null}
      placeholder={text('notMapped')}
      ariaLabel={text('accountOf', { name })}
      filteringType="manual"
      filteringPlaceholder={text('searchAccounts')}
      filteringAriaLabel={text('searchAccounts')}
      options={[
        ...(value ? [{ value: NONE, label: text('noAccount'), description: text('noAccountHint') }] : []),
        ...accounts.map(option),
      ]}
      statusType={error ? 'error' : isFetching ? 'loading' : 'finished'}
      errorText={error ? text('readingFailed', { message: error instanceof Error ? error.message : '' }) : undefined}
      recoveryText={text('refresh')}
      empty={text('noneFound')}
      noMatch={text('noneFound')}
      invalid={isInvalid}
      expandToViewport
      onLoadItems={({ detail }) => (detail.samePage ? void refetch() : setTyped(detail.filteringText))}
      onChange={({ detail }) => {
        const chosen = accounts.find(({ id }) => id === detail.selectedOption.value);
        onChange(chosen ? { id: chosen.id, name: chosen.name, active: chosen.active } : null);
      }}
    />
  );
};
