import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AccountMapping, PsaAccount } from '@gatehouse/contract';
import {
  type Answer,
  ListTable,
  ProblemAlert,
  paths,
  StateMark,
  useAddress,
  useGo,
  useMay,
  useText,
} from '../platform/index.ts';
import { integrationMessages } from './messages.ts';

const NO_ACCOUNT = '';

export const MappingsView = ({
  answer,
  accounts,
  savingKey,
  problem,
  onSearch,
  onMap,
}: {
  answer: Answer<{ items: AccountMapping[] }>;
  accounts: Answer<{ items: PsaAccount[] }>;
  savingKey: string | undefined;
  problem: unknown;
  onSearch(text: string): void;
  onMap(mapping: AccountMapping, account: PsaAccount | null): void;
}) => {
  const text = useText(integrationMessages);
  const canWrite = useMay()('integrations:write');
  const go = useGo();
  const address = useAddress();
  const labelOf = ({ name, active }: PsaAccount) => (active ? name : `${name} (${text('inactive')})`);
  const items = answer.data?.items ?? [];
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      {accounts.error ? <ProblemAlert problem={accounts.error} onRetry={() => accounts.refetch()} /> : null}
      {items.length > 0 && items.every(({ account }) => account === null) && (
        <Alert type="info">{text('mappingsHint')}</Alert>
      )}
      <ListTable
        label={text('mappings')}
        description={text('mappingsHint')}
        answer={answer}
        idOf={({ sourceId, sourceTenantId }) => `${sourceId} ${sourceTenantId}`}
        nameOf={({ sourceTenantName }) => sourceTenantName}
        actions={
          <StateMark tone="info">
            {text('mapped', { mapped: items.filter(({ account }) => account).length, all: items.length })}
          </StateMark>
        }
        empty={{
          title: text('mappingsEmptyTitle'),
          hint: text('mappingsEmptyHint'),
          action: <Button onClick={() => go(address(paths.sources))}>{text('goToSources')}</Button>,
        }}
        columns={[
          { id: 'tenant', header: text('tenant'), cell: ({ sourceTenantName }) => sourceTenantName, minWidth: 160 },
          {
            id: 'account',
            header: text('account'),
            minWidth: 280,
            cell: (mapping) =>
              canWrite ? (
                <Select
                  selectedOption={
                    mapping.account ? { value: mapping.account.id, label: labelOf(mapping.account) } : null
                  }
                  placeholder={text('notMapped')}
                  ariaLabel={text('choose', { tenant: mapping.sourceTenantName })}
                  filteringType="manual"
                  filteringPlaceholder={text('searchAccounts')}
                  filteringAriaLabel={text('searchAccounts')}
                  options={[
                    ...(mapping.account ? [{ value: NO_ACCOUNT, label: text('endMapping') }] : []),
                    ...(accounts.data?.items ?? []).map((account) => ({ value: account.id, label: labelOf(account) })),
                  ]}
                  statusType={accounts.error ? 'error' : accounts.isFetching ? 'loading' : 'finished'}
                  errorText={text('accountsFailed')}
                  empty={text('noAccounts')}
                  noMatch={text('noAccounts')}
                  disabled={savingKey !== undefined}
                  expandToViewport
                  onLoadItems={({ detail }) => onSearch(detail.filteringText)}
                  onChange={({ detail }) => {
                    const id = detail.selectedOption.value;
                    onMap(mapping, accounts.data?.items.find((account) => account.id === id) ?? null);
                  }}
                />
              ) : (
                (mapping.account?.name ?? text('notMapped'))
              ),
          },
          { id: 'source', header: text('source'), cell: ({ sourceName }) => sourceName, minWidth: 120 },
          {
            id: 'problem',
            header: text('problem'),
            minWidth: 220,
            cell: ({ problem: heldUp }) => heldUp && <StateMark tone="warning">{heldUp}</StateMark>,
          },
        ]}
      />
    </SpaceBetween>
  );
};
