import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useDeferredValue, useState } from 'react';
import { useText } from '../platform/index.ts';
import { rehearsalMessages } from './messages.ts';
import { useClientChoice } from './useRehearsals.ts';

/** A client as its source knows it. */
export interface ChosenClient {
  sourceId: string;
  tenantId: string;
  name: string;
}

const keyOf = ({ sourceId, tenantId }: ChosenClient): string => `${sourceId} ${tenantId}`;

/** Clients to try rules on, found by a part of their name on the server. */
export const ClientsPicker = ({
  integrationId,
  chosen,
  issue,
  onChange,
}: {
  integrationId: string;
  chosen: ChosenClient[];
  issue: string | undefined;
  onChange(chosen: ChosenClient[]): void;
}) => {
  const text = useText(rehearsalMessages);
  const [typed, setTyped] = useState<string | null>(null);
  const { data, error, isFetching, refetch } = useClientChoice(
    integrationId,
    useDeferredValue(typed ?? ''),
    typed !== null,
  );
  const found = (data?.items ?? []).map(({ sourceId, sourceTenantId, sourceTenantName, sourceName, account }) => ({
    client: { sourceId, tenantId: sourceTenantId, name: sourceTenantName },
    description: account ? `${sourceName}, ${account.name}` : sourceName,
  }));
  // Those that were chosen stay chosen while another name is searched for.
  const known = new Map([...chosen, ...found.map(({ client }) => client)].map((client) => [keyOf(client), client]));
  return (
    <FormField label={text('clients')} errorText={issue}>
      <Multiselect
        selectedOptions={chosen.map((client) => ({ value: keyOf(client), label: client.name }))}
        options={found.map(({ client, description }) => ({ value: keyOf(client), label: client.name, description }))}
        placeholder={text('chooseClients')}
        filteringType="manual"
        filteringPlaceholder={text('searchClients')}
        filteringAriaLabel={text('searchClients')}
        statusType={error ? 'error' : isFetching ? 'loading' : 'finished'}
        errorText={error ? text('clientsFailed', { message: error instanceof Error ? error.message : '' }) : undefined}
        recoveryText={text('readAgain')}
        empty={text('noClients')}
        noMatch={text('noClients')}
        tokenLimit={10}
        deselectAriaLabel={({ label }) => text('removeClient', { name: label ?? '' })}
        expandToViewport
        onLoadItems={({ detail }) => (detail.samePage ? void refetch() : setTyped(detail.filteringText))}
        onChange={({ detail }) =>
          onChange(
            detail.selectedOptions.flatMap(({ value }) => {
              const client = known.get(value ?? '');
              return client ? [client] : [];
            }),
          )
        }
      />
    </FormField>
  );
};
