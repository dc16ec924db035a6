import { useDeferredValue, useState } from 'react';
import { useSay, useText } from '../platform/index.ts';
import { TenantsView } from './TenantsView.tsx';
import { tenantMessages } from './tenant-messages.ts';
import { useIntegrationTenants } from './useIntegrationTenants.ts';

export const TenantsPart = ({ integrationId, onAccounts }: { integrationId: string; onAccounts(): void }) => {
  const text = useText(tenantMessages);
  const say = useSay();
  const [search, setSearch] = useState('');
  const { tenants, put } = useIntegrationTenants(integrationId, useDeferredValue(search));
  return (
    <TenantsView
      answer={tenants}
      search={search}
      isSaving={put.isPending}
      problem={put.error}
      onSearch={setSearch}
      onSave={({ add, remove }, done) =>
        put.mutate(
          { params: { integrationId }, body: { add, remove } },
          {
            onSuccess: ({ added, removed }) => {
              done();
              say({ type: 'success', content: text('savedSay', { added, removed }) });
            },
          },
        )
      }
      onAccounts={onAccounts}
    />
  );
};
