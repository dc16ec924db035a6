import { useState } from 'react';
import { useKeysetPages, useSay, useText, withQuery } from '../platform/index.ts';
import { FreeServerPicker } from './FreeServerPicker.tsx';
import { mappingMessages } from './mapping-messages.ts';
import { UnmappedAccountsView } from './UnmappedAccountsView.tsx';
import { useUnmappedAccounts } from './useMappings.ts';

const LIMIT = 50;

/** Accounts of the PSA without a virtual server: whom did we forget? */
export const UnmappedAccountsPart = ({
  integrationId,
  search,
  after,
  onSearch,
}: {
  integrationId: string;
  search: string;
  after: string | undefined;
  onSearch(text: string): void;
}) => {
  const text = useText(mappingMessages);
  const say = useSay();
  const [onlyActive, setOnlyActive] = useState(true);
  const offset = Number(after ?? 0) || 0;
  const { accounts, put } = useUnmappedAccounts(integrationId, { text: search, onlyActive, limit: LIMIT, offset });
  const pages = useKeysetPages(after);
  const params = { integrationId };
  const { data } = accounts;
  const end = offset + (data?.items.length ?? 0);
  return (
    <UnmappedAccountsView
      answer={{
        data: data && { ...data, next: end < data.total ? String(end) : null },
        error: accounts.error,
        isFetching: accounts.isFetching,
        refetch: accounts.refetch,
      }}
      pages={pages}
      search={search}
      onlyActive={onlyActive}
      problem={put.error}
      fileHref={withQuery(`/api/integrations/${integrationId}/accounts/file`, {
        text: search || undefined,
        active: onlyActive ? 'true' : undefined,
      })}
      onSearch={onSearch}
      onOnlyActive={setOnlyActive}
      picker={(account) => (
        <FreeServerPicker
          integrationId={integrationId}
          name={account.name}
          isBusy={put.isPending}
          onChoose={({ sourceId, sourceTenantId, sourceTenantName: name }) => {
            const wish = { sourceId, sourceTenantId, accountId: account.id, seenAccountId: null };
            put.mutate(
              { params, body: { changes: [wish] } },
              {
                onSuccess: () =>
                  say({
                    type: 'success',
                    content: text('mappedSay', { name, account: account.name }),
                    undo: {
                      label: text('undo'),
                      run: () =>
                        put.mutate(
                          { params, body: { changes: [{ ...wish, accountId: null, seenAccountId: account.id }] } },
                          { onSuccess: () => say({ type: 'success', content: text('undone') }) },
                        ),
                    },
                  }),
              },
            );
          }}
        />
      )}
    />
  );
};
