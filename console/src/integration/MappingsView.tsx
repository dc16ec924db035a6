import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { type AccountListState, type AccountMapping, type MappingShow, mappingShows } from '@gatehouse/contract';
import { type ReactNode, useState } from 'react';
import {
  type Answer,
  type KeysetPages,
  ListTable,
  ProblemAlert,
  RelativeTime,
  StateMark,
  useMay,
  useText,
} from '../platform/index.ts';
import { AccountCell, BillingCell, RowActs } from './MappingRowView.tsx';
import { type Drafts, type MappingDraft, type RowIssues, rowId, savedOf } from './mapping-drafts.ts';
import { mappingMessages } from './mapping-messages.ts';

interface Page {
  items: AccountMapping[];
  next: string | null;
  total: number;
  counts: { all: number; mapped: number; billed: number; problems: number; changed: number };
}

const percent = (some: number, all: number): number => (all === 0 ? 0 : Math.round((some / all) * 100));

/** How far mapping and billing have come, drawn, and how old the list of accounts is. */
const StandingView = ({ counts, list }: { counts: Page['counts']; list: AccountListState | undefined }) => {
  const text = useText(mappingMessages);
  const share = (label: string, some: number, all: number) => (
    <ProgressBar
      label={label}
      value={percent(some, all)}
      additionalInfo={text('share', { some, all })}
      variant="standalone"
    />
  );
  return (
    <ColumnLayout columns={3} minColumnWidth={200}>
      {share(text('mappedShare'), counts.mapped, counts.all)}
      {share(text('billedShare'), counts.billed, counts.mapped)}
      <div className="gh-wrap">
        <div>{text('accountList')}</div>
        {list?.readAt ? (
          <span>
            {text('accountsKnown', { count: list.known })} <RelativeTime at={list.readAt} />
          </span>
        ) : (
          <span>{text('accountsNever')}</span>
        )}
        {list?.problem && <StateMark tone="warning">{list.problem}</StateMark>}
      </div>
    </ColumnLayout>
  );
};

/** Draws the virtual servers with their accounts. Props in, events out. */
export const MappingsView = ({
  answer,
  list,
  pages,
  search,
  show,
  drafts,
  issues,
  problem,
  elsewhere,
  busy,
  exportHref,
  accountPicker,
  contractPicker,
  onSearch,
  onShow,
  onDraft,
  onSave,
  onCancel,
  onDismiss,
  onRefresh,
  onSuggest,
  onImport,
  onAddServers,
}: {
  answer: Answer<Page>;
  list: AccountListState | undefined;
  pages: KeysetPages;
  search: string;
  show: MappingShow;
  drafts: Drafts;
  issues: ReadonlyMap<string, RowIssues>;
  problem: unknown;
  /** What is wrong with changed rows of other pages, in words. */
  elsewhere: string[];
  busy: { saving: boolean; refreshing: boolean; dismissing: boolean };
  exportHref: string;
  accountPicker(row: AccountMapping, draft: MappingDraft, isInvalid: boolean): ReactNode;
  contractPicker(row: AccountMapping, draft: MappingDraft, isInvalid: boolean): ReactNode;
  onSearch(text: string): void;
  onShow(show: MappingShow): void;
  onDraft(row: AccountMapping, change: Partial<MappingDraft>): void;
  /** Without rows: all that were changed. */
  onSave(rows?: AccountMapping[]): void;
  onCancel(row?: AccountMapping): void;
  onDismiss(rows: AccountMapping[]): void;
  onRefresh(): void;
  onSuggest(): void;
  onImport(): void;
  onAddServers(): void;
}) => {
  const text = useText(mappingMessages);
  const canWrite = useMay()('integrations:write');
  const [typed, setTyped] = useState(search);
  const draftOf = (row: AccountMapping) => drafts.get(rowId(row))?.draft ?? savedOf(row);
  const issuesOf = (row: AccountMapping): RowIssues => issues.get(rowId(row)) ?? {};
  const counts = answer.data?.counts;
  const isFiltered = search !== '' || show !== 'all';
  const clear = () => {
    setTyped('');
    onSearch('');
    onShow('all');
  };
  return (
    <SpaceBetween size="m">
      {problem ? (
        issues.size > 0 ? (
          <Alert type="error">{text('cannotSave')}</Alert>
        ) : (
          <ProblemAlert problem={problem} />
        )
      ) : null}
      {elsewhere.length > 0 && (
        <Alert type="error" header={text('elsewhereIssues')}>
          <ul>
            {elsewhere.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Alert>
      )}
      {counts && counts.changed > 0 && show !== 'changed' && (
        <Alert type="warning" action={<Button onClick={() => onShow('changed')}>{text('showChanged')}</Button>}>
          {text('changedAlert', { count: counts.changed })}
        </Alert>
      )}
      {counts && <StandingView counts={counts} list={list} />}
      <ListTable<AccountMapping>
        label={text('label')}
        description={text('hint')}
        answer={answer}
        idOf={rowId}
        nameOf={({ sourceTenantName }) => sourceTenantName}
        pages={pages}
        isFiltered={isFiltered}
        onClearFilters={clear}
        filter={
          <div className="gh-filters">
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={text('search')}
              filteringAriaLabel={text('search')}
              filteringClearAriaLabel={text('clearSearch')}
              onChange={({ detail }) => setTyped(detail.filteringText)}
              onDelayedChange={({ detail }) => onSearch(detail.filteringText)}
            />
            <Select
              selectedOption={{ value: show, label: text(`show-${show}`) }}
              options={mappingShows.map((value) => ({ value, label: text(`show-${value}`) }))}
              ariaLabel={text('show')}
              onChange={({ detail }) => onShow(detail.selectedOption.value as MappingShow)}
            />
          </div>
        }
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            {canWrite ? (
              <ButtonDropdown
                items={[
                  { id: 'refresh', text: text('refresh'), iconName: 'refresh', disabled: busy.refreshing },
                  { id: 'import', text: text('importCsv'), iconName: 'upload' },
                  { id: 'export', text: text('exportCsv'), iconName: 'download', href: exportHref },
                ]}
                loading={busy.refreshing}
                onItemClick={({ detail }) => {
                  if (detail.id === 'refresh') onRefresh();
                  if (detail.id === 'import') onImport();
                }}
              >
                {text('acts')}
              </ButtonDropdown>
            ) : (
              <Button href={exportHref} download iconName="download">
                {text('exportCsv')}
              </Button>
            )}
            {canWrite && <Button onClick={onSuggest}>{text('suggest')}</Button>}
            {canWrite && (
              <Button disabled={drafts.size === 0 || busy.saving} onClick={() => onCancel()}>
                {text('cancelAll')}
              </Button>
            )}
            {canWrite && (
              <Button variant="primary" disabled={drafts.size === 0} loading={busy.saving} onClick={() => onSave()}>
                {text('saveAll', { count: drafts.size })}
              </Button>
            )}
          </SpaceBetween>
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={onAddServers}>{text('goToServers')}</Button>,
        }}
        columns={[
          {
            id: 'tenant',
            header: text('virtualServer'),
            minWidth: 150,
            cell: (row) => (
              <div>
                <div>{row.sourceTenantName}</div>
                <span className="gh-wrap">
                  {issuesOf(row).tenant && <StateMark tone="critical">{issuesOf(row).tenant ?? ''}</StateMark>}
                </span>
              </div>
            ),
          },
          {
            id: 'account',
            header: text('account'),
            minWidth: 250,
            cell: (row) => (
              <AccountCell
                row={row}
                draft={draftOf(row)}
                issue={issuesOf(row).account}
                picker={accountPicker(row, draftOf(row), issuesOf(row).account !== undefined)}
                isBusy={busy.dismissing}
                onDismiss={() => onDismiss([row])}
              />
            ),
          },
          {
            id: 'billing',
            header: text('billing'),
            minWidth: 300,
            cell: (row) => (
              <BillingCell
                row={row}
                draft={draftOf(row)}
                issues={issuesOf(row)}
                picker={contractPicker(row, draftOf(row), issuesOf(row).contract !== undefined)}
                onSwitch={(enabled) => onDraft(row, { enabled })}
              />
            ),
          },
          ...(canWrite
            ? [
                {
                  id: 'acts',
                  header: text('acts'),
                  minWidth: 120,
                  cell: (row: AccountMapping) =>
                    drafts.has(rowId(row)) && (
                      <RowActs
                        name={row.sourceTenantName}
                        isBusy={busy.saving}
                        onSave={() => onSave([row])}
                        onCancel={() => onCancel(row)}
                      />
                    ),
                },
              ]
            : []),
        ]}
      />
    </SpaceBetween>
  );
};
