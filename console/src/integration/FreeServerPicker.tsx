import Select from '@cloudscape-design/components/select';
import type { AccountMapping } from '@gatehouse/contract';
import { useDeferredValue, useState } from 'react';
import { useText } from '../platform/index.ts';
import { rowId } from './mapping-drafts.ts';
import { mappingMessages } from './mapping-messages.ts';
import { useFreeServers } from './useMappings.ts';

/** A virtual server without an account, found by a part of its name on the server. */
export const FreeServerPicker = ({
  integrationId,
  name,
  isBusy,
  onChoose,
}: {
  integrationId: string;
  /** Of the account that it is chosen for. */
  name: string;
  isBusy: boolean;
  onChoose(server: AccountMapping): void;
}) => {
  const text = useText(mappingMessages);
  const [typed, setTyped] = useState<string | null>(null);
  const { data, error, isFetching, refetch } = useFreeServers(
    integrationId,
    useDeferredValue(typed ?? ''),
    typed !== null,
  );
  const servers = data?.items ?? [];
  return (
    <Select
      selectedOption={null}
      placeholder={text('chooseServer')}
      ariaLabel={text('mapAccountTo', { name })}
      filteringType="manual"
      filteringPlaceholder={text('searchAccounts')}
      filteringAriaLabel={text('searchAccounts')}
      options={servers.map((server) => ({
        value: rowId(server),
        label: server.sourceTenantName,
        description: server.sourceName,
      }))}
      statusType={error ? 'error' : isFetching ? 'loading' : 'finished'}
      errorText={error ? text('readingFailed', { message: error instanceof Error ? error.message : '' }) : undefined}
      recoveryText={text('refresh')}
      empty={text('noServers')}
      noMatch={text('noServers')}
      disabled={isBusy}
      expandToViewport
      onLoadItems={({ detail }) => (detail.samePage ? void refetch() : setTyped(detail.filteringText))}
      onChange={({ detail }) => {
        const chosen = servers.find((server) => rowId(server) === detail.selectedOption.value);
        if (chosen) onChoose(chosen);
      }}
    />
  );
};
