import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type AccountMapping, type MappingWish, mappingShows } from '@gatehouse/contract';
import { useState } from 'react';
import { z } from 'zod';
import {
  listState,
  UnsavedGuard,
  urlOneOf,
  urlText,
  useKeysetPages,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { AccountPicker } from './AccountPicker.tsx';
import { ContractPicker } from './ContractPicker.tsx';
import { MappingImportView } from './MappingImportView.tsx';
import { MappingsView } from './MappingsView.tsx';
import {
  type DraftOf,
  type Drafts,
  issuesByRow,
  missingIn,
  type RowIssues,
  rowId,
  undoOf,
  wishOf,
  withDraft,
} from './mapping-drafts.ts';
import { mappingMessages } from './mapping-messages.ts';
import { SuggestionsDialog } from './SuggestionsDialog.tsx';
import { UnmappedAccountsPart } from './UnmappedAccountsPart.tsx';
import { useMappingImport, useMappings } from './useMappings.ts';

const LIMIT = 50;
const views = ['servers', 'accounts'] as const;
const Search = z.object({
  after: listState.after,
  text: urlText,
  show: urlOneOf(mappingShows),
  view: urlOneOf(views),
  tab: urlText,
});

/** The tab Accounts of an integration: its virtual servers with their accounts, or the accounts that have none. */
export const MappingsPart = ({ integrationId }: { integrationId: string }) => {
  const text = useText(mappingMessages);
  const [search, change] = useUrlState(Search);
  const view = search.view ?? 'servers';
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label={text('viewLabel')}
        selectedId={view}
        options={[
          { id: 'servers', text: text('viewServers') },
          { id: 'accounts', text: text('viewAccounts') },
        ]}
        onChange={({ detail }) =>
          change({
            view: detail.selectedId === 'servers' ? undefined : (detail.selectedId as (typeof views)[number]),
            text: undefined,
            show: undefined,
          })
        }
      />
      {view === 'servers' ? (
        <ServersPart integrationId={integrationId} />
      ) : (
        <UnmappedAccountsPart
          integrationId={integrationId}
          search={search.text ?? ''}
          after={search.after}
          onSearch={(words) => change({ text: words || undefined }, { replace: true })}
        />
      )}
    </SpaceBetween>
  );
};

const ServersPart = ({ integrationId }: { integrationId: string }) => {
  const text = useText(mappingMessages);
  const say = useSay();
  const [search, change] = useUrlState(Search);
  const [drafts, setDrafts] = useState<Drafts>(new Map());
  /** What was sent last, by whose order the server names what is wrong. */
  const [sent, setSent] = useState<DraftOf[]>([]);
  const [missing, setMissing] = useState<ReadonlyMap<string, RowIssues>>(new Map());
  const [dialog, setDialog] = useState<'suggest' | 'import' | null>(null);
  const show = search.show ?? 'all';
  const offset = Number(search.after ?? 0) || 0;
  const calls = useMappings(integrationId, { text: search.text, show, limit: LIMIT, offset });
  const importing = useMappingImport();
  const pages = useKeysetPages(search.after);
  const params = { integrationId };
  const { data } = calls.mappings;
  const end = offset + (data?.items.length ?? 0);
  const issues = missing.size > 0 ? missing : issuesByRow(calls.put.error, sent);
  const here = new Set(data?.items.map(rowId));

  const forgetIssues = () => {
    setMissing(new Map());
    calls.put.reset();
  };
  const tell = (changes: MappingWish[], words: string, undo: MappingWish[] | null) =>
    calls.put.mutate(
      { params, body: { changes } },
      {
        onSuccess: () =>
          say({
            type: 'success',
            content: words,
            ...(undo ? { undo: { label: text('undo'), run: () => tell(undo, text('undone'), null) } } : {}),
          }),
      },
    );

  const save = (rows: DraftOf[]) => {
    const lacking = rows.filter(({ draft }) => missingIn(draft).length > 0);
    setSent(rows);
    if (lacking.length > 0) {
      setMissing(new Map(lacking.map(({ seen }) => [rowId(seen), { contract: text('contractNeeded') }])));
      return;
    }
    setMissing(new Map());
    const [only] = rows;
    const name = only?.seen.sourceTenantName ?? '';
    const wordsOf = ({ seen, draft: { account, enabled, contract } }: DraftOf): string => {
      if (!account) return text('endedSay', { name });
      if (account.id !== seen.account?.id) return text('mappedSay', { name, account: account.name });
      return enabled ? text('billedSay', { name, contract: contract?.name ?? '' }) : text('notBilledSay', { name });
    };
    const words = rows.length > 1 || !only ? text('savedSay', { count: rows.length }) : wordsOf(only);
    const undo = rows.map(undoOf);
    calls.put.mutate(
      { params, body: { changes: rows.map(wishOf) } },
      {
        onSuccess: () => {
          const saved = new Set(rows.map(({ seen }) => rowId(seen)));
          setDrafts((all) => new Map([...all].filter(([id]) => !saved.has(id))));
          say({
            type: 'success',
            content: words,
            undo: { label: text('undo'), run: () => tell(undo, text('undone'), null) },
          });
        },
      },
    );
  };

  const draft = (row: AccountMapping, wanted: Parameters<typeof withDraft>[2]) => {
    forgetIssues();
    setDrafts((all) => withDraft(all, row, wanted));
  };
  return (
    <>
      <UnsavedGuard isUnsaved={drafts.size > 0} />
      <MappingsView
        answer={{
          data: data && { ...data, next: end < data.total ? String(end) : null },
          error: calls.mappings.error,
          isFetching: calls.mappings.isFetching,
          refetch: calls.mappings.refetch,
        }}
        list={calls.accountList.data?.list}
        pages={pages}
        search={search.text ?? ''}
        show={show}
        drafts={drafts}
        issues={issues}
        problem={missing.size > 0 ? missing : (calls.put.error ?? calls.refresh.error ?? calls.dismiss.error)}
        elsewhere={[...issues]
          .filter(([id]) => !here.has(id))
          .map(([id, wrong]) => `${drafts.get(id)?.seen.sourceTenantName ?? ''}: ${Object.values(wrong).join('; ')}`)}
        busy={{
          saving: calls.put.isPending,
          refreshing: calls.refresh.isPending,
          dismissing: calls.dismiss.isPending,
        }}
        exportHref={`/api/integrations/${integrationId}/mappings/file`}
        accountPicker={(row, { account }, isInvalid) => (
          <AccountPicker
            integrationId={integrationId}
            name={row.sourceTenantName}
            value={account}
            isInvalid={isInvalid}
            onChange={(chosen) => draft(row, { account: chosen })}
          />
        )}
        contractPicker={(row, { account, contract }, isInvalid) =>
          account && (
            <ContractPicker
              integrationId={integrationId}
              accountId={account.id}
              name={row.sourceTenantName}
              value={contract}
              isInvalid={isInvalid}
              onChange={(chosen) => draft(row, { contract: chosen })}
            />
          )
        }
        onSearch={(words) => change({ text: words || undefined }, { replace: true })}
        onShow={(next) => change({ show: next === 'all' ? undefined : next })}
        onDraft={draft}
        onSave={(rows) => save(rows ? rows.flatMap((row) => drafts.get(rowId(row)) ?? []) : [...drafts.values()])}
        onCancel={(row) => {
          forgetIssues();
          setDrafts((all) => new Map([...all].filter(([id]) => row !== undefined && id !== rowId(row))));
        }}
        onDismiss={(rows) =>
          calls.dismiss.mutate(
            {
              params,
              body: { tenants: rows.map(({ sourceId, sourceTenantId }) => ({ sourceId, sourceTenantId })) },
            },
            { onSuccess: () => say({ type: 'success', content: text('noted') }) },
          )
        }
        onRefresh={() =>
          calls.refresh.mutate(
            { params },
            { onSuccess: ({ known }) => say({ type: 'success', content: text('refreshed', { count: known }) }) },
          )
        }
        onSuggest={() => setDialog('suggest')}
        onImport={() => setDialog('import')}
        onAddServers={() => change({ tab: 'tenants' })}
      />
      {dialog === 'suggest' && (
        <SuggestionsDialog
          integrationId={integrationId}
          onClose={() => setDialog(null)}
          onMapped={(mapped) => {
            setDialog(null);
            const undo = mapped.map(({ sourceId, sourceTenantId, account }) => ({
              sourceId,
              sourceTenantId,
              accountId: null,
              seenAccountId: account.id,
            }));
            say({
              type: 'success',
              content: text('savedSay', { count: mapped.length }),
              undo: { label: text('undo'), run: () => tell(undo, text('undone'), null) },
            });
          }}
        />
      )}
      {dialog === 'import' && (
        <MappingImportView
          result={importing.data}
          isBusy={importing.isPending}
          problem={importing.error}
          onCancel={() => {
            setDialog(null);
            importing.reset();
          }}
          onRead={(csv, apply) =>
            importing.mutate(
              { params, body: { csv, apply } },
              {
                onSuccess: ({ applied, lines }) => {
                  if (!applied) return;
                  setDialog(null);
                  importing.reset();
                  const count = lines.filter(({ what }) => what !== 'same').length;
                  say({ type: 'success', content: text('importedSay', { count }) });
                },
              },
            )
          }
        />
      )}
    </>
  );
};
