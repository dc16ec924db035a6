import { useState } from 'react';
import { z } from 'zod';
import { listState, paths, useAddress, useGo, useSay, useText, useUrlState } from '../platform/index.ts';
import { AddIntegrationView } from './AddIntegrationView.tsx';
import { IntegrationListView } from './IntegrationListView.tsx';
import { integrationMessages } from './messages.ts';
import { useIntegrations } from './useIntegrations.ts';

const IntegrationListSearch = z.object(listState);

export const IntegrationListScreen = () => {
  const text = useText(integrationMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(IntegrationListSearch);
  const { integrations, kinds, add } = useIntegrations();
  const [isAdding, setAdding] = useState(false);
  const known = kinds.data?.items ?? [];
  return (
    <>
      <IntegrationListView
        answer={integrations}
        kindTitle={(kind) => known.find((each) => each.kind === kind)?.title ?? kind}
        selected={search.selected}
        onChoose={(selected) => change({ selected })}
        onAdd={() => setAdding(true)}
      />
      {isAdding && known.length > 0 && (
        <AddIntegrationView
          kinds={known}
          isBusy={add.isPending}
          problem={add.error}
          onCancel={() => {
            setAdding(false);
            add.reset();
          }}
          onAdd={(body) =>
            add.mutate(
              { body },
              {
                onSuccess: ({ id, name }) => {
                  say({ type: 'success', content: text('connectedSay', { name }) });
                  go(address(`${paths.integration(id)}?tab=tenants`));
                },
              },
            )
          }
        />
      )}
    </>
  );
};
