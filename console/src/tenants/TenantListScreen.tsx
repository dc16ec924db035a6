import { useState } from 'react';
import { z } from 'zod';
import { listState, paths, useAddress, useGo, useSay, useText, useUrlState } from '../platform/index.ts';
import { tenantMessages } from './messages.ts';
import { NameDialogView } from './NameDialogView.tsx';
import { TenantListView } from './TenantListView.tsx';
import { useTenants } from './useTenants.ts';

const TenantSearch = z.object(listState);

export const TenantListScreen = () => {
  const text = useText(tenantMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(TenantSearch);
  const { tenants, add } = useTenants();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <TenantListView
        answer={tenants}
        selected={search.selected}
        onChoose={(selected) => change({ selected })}
        onAdd={() => setAdding(true)}
      />
      {isAdding && (
        <NameDialogView
          title={text('add')}
          confirm={text('add')}
          hint={text('addHint')}
          label={text('name')}
          isBusy={add.isPending}
          problem={add.error}
          onCancel={() => setAdding(false)}
          onSave={(name) =>
            add.mutate(
              { body: { name } },
              {
                onSuccess: ({ id }) => {
                  say({ type: 'success', content: text('addedSay', { name }) });
                  go(address(`${paths.tenant(id)}?tab=tokens`));
                },
              },
            )
          }
        />
      )}
    </>
  );
};
