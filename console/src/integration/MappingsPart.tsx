import { useDeferredValue, useState } from 'react';
import { useSay, useText } from '../platform/index.ts';
import { MappingsView } from './MappingsView.tsx';
import { integrationMessages } from './messages.ts';
import { useMappings } from './useIntegrations.ts';

export const MappingsPart = ({ integrationId }: { integrationId: string }) => {
  const text = useText(integrationMessages);
  const say = useSay();
  const [accountText, setAccountText] = useState('');
  const { mappings, accounts, put } = useMappings(integrationId, useDeferredValue(accountText));
  return (
    <MappingsView
      answer={mappings}
      accounts={accounts}
      savingKey={put.isPending ? put.variables.params.sourceTenantId : undefined}
      problem={put.error}
      onSearch={setAccountText}
      onMap={({ sourceId, sourceTenantId, sourceTenantName: tenant }, account) =>
        put.mutate(
          { params: { integrationId, sourceId, sourceTenantId }, body: { accountId: account?.id ?? null } },
          {
            onSuccess: () =>
              say({
                type: 'success',
                content: account
                  ? text('mappedSay', { tenant, account: account.name })
                  : text('unmappedSay', { tenant }),
              }),
          },
        )
      }
    />
  );
};
