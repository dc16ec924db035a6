import Select from '@cloudscape-design/components/select';
import type { ChosenContract } from '@gatehouse/contract';
import { useState } from 'react';
import { useText } from '../platform/index.ts';
import { mappingMessages } from './mapping-messages.ts';
import { useContracts } from './useMappings.ts';

const NONE = '';

/** A contract of an account that takes recurring services. Expired and inactive ones are shown and cannot be chosen. */
export const ContractPicker = ({
  integrationId,
  accountId,
  name,
  value,
  isInvalid,
  onChange,
}: {
  integrationId: string;
  accountId: string;
  /** Of the virtual server that it is chosen for. */
  name: string;
  value: ChosenContract | null;
  isInvalid: boolean;
  onChange(contract: ChosenContract | null): void;
}) => {
  const text = useText(mappingMessages);
  const [isOpened, setOpened] = useState(false);
  const { data, error, isFetching, refetch } = useContracts(integrationId, accountId, isOpened);
  const contracts = data?.items ?? [];
  const known = contracts.find(({ id }) => id === value?.id);
  const endsOn = known?.endsOn ?? value?.endsOn;
  const isExpired = known?.expired ?? value?.expired ?? false;
  const isUsable = known?.active ?? value?.usable ?? true;
  const standing = isExpired ? text('ended', { day: endsOn }) : isUsable ? undefined : text('contractInactive');
  return (
    <Select
      selectedOption={value ? { value: value.id, label: standing ? `${value.name} (${standing})` : value.name } : null}
      placeholder={text('chooseContract')}
      ariaLabel={text('contractOf', { name })}
      filteringType={contracts.length > 8 ? 'auto' : 'none'}
      filteringAriaLabel={text('contractOf', { name })}
      options={[
        ...(value ? [{ value: NONE, label: text('noContract') }] : []),
        ...contracts.map((contract) => ({
          value: contract.id,
          label: contract.name,
          description: contract.expired
            ? text('ended', { day: contract.endsOn })
            : contract.active
              ? text('until', { from: contract.startsOn, to: contract.endsOn })
              : text('contractInactive'),
          disabled: contract.expired || !contract.active,
        })),
      ]}
      statusType={error ? 'error' : isFetching ? 'loading' : 'finished'}
      errorText={error ? text('readingFailed', { message: error instanceof Error ? error.message : '' }) : undefined}
      recoveryText={text('refresh')}
      empty={data && !data.supported ? text('noBilling') : text('noContracts')}
      invalid={isInvalid}
      expandToViewport
      onLoadItems={({ detail }) => (detail.samePage ? void refetch() : setOpened(true))}
      onFocus={() => setOpened(true)}
      onChange={({ detail }) => {
        const chosen = contracts.find(({ id }) => id === detail.selectedOption.value);
        onChange(
          chosen
            ? {
                id: chosen.id,
                name: chosen.name,
                endsOn: chosen.endsOn,
                expired: chosen.expired,
                usable: chosen.active,
              }
            : null,
        );
      }}
    />
  );
};
