import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { IntegrationTenant, listIntegrationTenants, ReplyOf } from '@gatehouse/contract';
import { useState } from 'react';
import {
  type Answer,
  AppLink,
  AskFirst,
  EmptyState,
  ProblemAlert,
  paths,
  platformMessages,
  StateMark,
  UnsavedGuard,
  useDisplay,
  useMay,
  useText,
} from '../platform/index.ts';
import { changeOf, isChosen, type TenantWishes, tenantKey, wishFor } from './tenant-choice.ts';
import { tenantMessages } from './tenant-messages.ts';

const ROWS_PER_PAGE = 50;
const NAMED = 8;

/** The virtual servers of an integration: ticked ones belong to it. */
export const TenantsView = ({
  answer,
  search,
  isSaving,
  problem,
  onSearch,
  onSave,
  onAccounts,
}: {
  answer: Answer<ReplyOf<typeof listIntegrationTenants>>;
  search: string;
  isSaving: boolean;
  problem: unknown;
  onSearch(text: string): void;
  /** @param done forgets the wishes */
  onSave(change: ReturnType<typeof changeOf>, done: () => void): void;
  onAccounts(): void;
}) => {
  const text = useText(tenantMessages);
  const words = useText(platformMessages);
  const { display } = useDisplay();
  const mayWrite = useMay()('integrations:write');
  const [wishes, setWishes] = useState<TenantWishes>(new Map());
  const [page, setPage] = useState(1);
  const [isAsking, setAsking] = useState(false);
  const { data, error } = answer;
  const all = data?.items ?? [];
  const failed = Boolean(error) && data === undefined && !answer.isFetching;
  const pages = Math.max(1, Math.ceil(all.length / ROWS_PER_PAGE));
  const current = Math.min(page, pages);
  const rows = all.slice((current - 1) * ROWS_PER_PAGE, current * ROWS_PER_PAGE);
  const chosenCount = all.filter((tenant) => isChosen(wishes, tenant)).length;
  const change = changeOf(wishes);
  const { mappingsThatEnd } = change;
  const save = () =>
    onSave(change, () => {
      setWishes(new Map());
      setAsking(false);
    });
  const mark = (tenants: readonly IntegrationTenant[], isMember: boolean) =>
    setWishes((before) => wishFor(before, tenants, isMember));
  const isFirst = data !== undefined && data.members === 0 && wishes.size === 0 && search === '' && data.total > 0;
  return (
    <SpaceBetween size="m">
      <UnsavedGuard isUnsaved={wishes.size > 0 && !isSaving} />
      {isFirst && mayWrite && (
        <Alert type="info" header={text('firstTitle')}>
          {text('firstHint')}
        </Alert>
      )}
      {data !== undefined && data.members > 0 && wishes.size === 0 && (
        <Alert type="info" action={<Button onClick={onAccounts}>{text('toAccounts')}</Button>}>
          {text('nextHint', { count: data.members })}
        </Alert>
      )}
      <ProblemAlert problem={isAsking ? null : problem} />
      {error && data ? <ProblemAlert problem={error} onRetry={() => answer.refetch()} /> : null}
      <Table
        items={rows}
        trackBy={tenantKey}
        contentDensity={display.density}
        loading={data === undefined && !failed}
        loadingText={words('loading')}
        skeleton={data === undefined && !failed ? { totalRows: 8 } : undefined}
        selectionType={mayWrite ? 'multi' : undefined}
        selectedItems={rows.filter((tenant) => isChosen(wishes, tenant))}
        onSelectionChange={({ detail }) => {
          const kept = new Set(detail.selectedItems.map(tenantKey));
          const isKept = (tenant: IntegrationTenant) => kept.has(tenantKey(tenant));
          mark(rows.filter(isKept), true);
          mark(
            rows.filter((tenant) => !isKept(tenant)),
            false,
          );
        }}
        ariaLabels={{
          tableLabel: text('title'),
          selectionGroupLabel: text('title'),
          allItemsSelectionLabel: () => text('selectPage'),
          itemSelectionLabel: (_, { sourceTenantName }) => text('selectRow', { name: sourceTenantName }),
        }}
        columnDefinitions={[
          {
            id: 'name',
            header: text('name'),
            isRowHeader: true,
            minWidth: 180,
            cell: ({ sourceTenantName, isListed }) => (
              <span className="gh-wrap">
                {sourceTenantName}
                {!isListed && <StateMark tone="warning">{text('gone')}</StateMark>}
              </span>
            ),
          },
          { id: 'source', header: text('source'), minWidth: 150, cell: ({ sourceName }) => sourceName },
          {
            id: 'account',
            header: text('account'),
            minWidth: 150,
            cell: ({ accountName, isMember }) => accountName ?? (isMember ? text('notMapped') : ''),
          },
        ]}
        header={
          <Header
            variant="h2"
            counter={data && `(${search === '' ? `${chosenCount}/${data.total}` : data.total})`}
            description={
              <>
                {text('hint')}{' '}
                {data !== undefined && data.elsewhere > 0 && text('elsewhere', { count: data.elsewhere })}
              </>
            }
            actions={
              mayWrite && (
                <SpaceBetween size="xs" direction="horizontal">
                  <Button disabled={wishes.size === 0} onClick={() => setWishes(new Map())}>
                    {text('cancelChanges')}
                  </Button>
                  <Button
                    variant="primary"
                    disabled={wishes.size === 0}
                    loading={isSaving}
                    onClick={() => (mappingsThatEnd.length > 0 ? setAsking(true) : save())}
                  >
                    {text('save')}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {text('title')}
          </Header>
        }
        filter={
          <SpaceBetween size="xs">
            <TextFilter
              filteringText={search}
              filteringAriaLabel={text('search')}
              filteringPlaceholder={text('search')}
              filteringClearAriaLabel={text('clearSearch')}
              onChange={({ detail }) => {
                setPage(1);
                onSearch(detail.filteringText);
              }}
            />
            {mayWrite && all.length > 0 && (
              <Checkbox
                checked={chosenCount === all.length}
                indeterminate={chosenCount > 0 && chosenCount < all.length}
                onChange={({ detail }) => mark(all, detail.checked)}
              >
                {text(search === '' ? 'selectAll' : 'selectAllFound', { count: all.length })}
              </Checkbox>
            )}
            {data !== undefined && data.total > all.length && text('more', { shown: all.length, total: data.total })}
            {wishes.size > 0 && (
              <span aria-live="polite">
                {[text('added', { count: change.add.length }), text('removed', { count: change.remove.length })]
                  .filter((each) => each !== '')
                  .join(', ')}
              </span>
            )}
          </SpaceBetween>
        }
        pagination={
          pages > 1 && (
            <Pagination
              currentPageIndex={current}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
              ariaLabels={{
                nextPageLabel: words('pageNext'),
                previousPageLabel: words('pagePrevious'),
                pageLabel: (at) => words('pageLabel', { page: at }),
              }}
            />
          )
        }
        empty={
          failed ? (
            <ProblemAlert problem={error} onRetry={() => answer.refetch()} />
          ) : search !== '' ? (
            <EmptyState
              title={text('noMatch')}
              hint={text('noMatchHint')}
              action={<Button onClick={() => onSearch('')}>{text('clearSearch')}</Button>}
            />
          ) : (
            <EmptyState
              title={text('emptyTitle')}
              hint={text('emptyHint')}
              action={<AppLink to={paths.sources}>{text('toSources')}</AppLink>}
            />
          )
        }
      />
      {isAsking && (
        <AskFirst
          title={text('removeTitle')}
          confirm={text('save')}
          isBusy={isSaving}
          problem={problem}
          onCancel={() => setAsking(false)}
          onConfirm={save}
        >
          <p>{text('removeAsk', { count: mappingsThatEnd.length })}</p>
          <ul>
            {mappingsThatEnd.slice(0, NAMED).map((tenant) => (
              <li key={tenantKey(tenant)}>
                {tenant.sourceTenantName} ({tenant.accountName})
              </li>
            ))}
            {mappingsThatEnd.length > NAMED && <li>{text('removeMore', { count: mappingsThatEnd.length - NAMED })}</li>}
          </ul>
          <p>{text('removeKept')}</p>
        </AskFirst>
      )}
    </SpaceBetween>
  );
};
