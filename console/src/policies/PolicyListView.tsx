import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type PolicyRow, PolicyState } from '@gatehouse/contract';
import { z } from 'zod';
import {
  type Answer,
  AppLink,
  ListTable,
  paths,
  RelativeTime,
  urlOneOf,
  urlText,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { PolicyStateMark } from './PolicyStateMark.tsx';
import { ProgressView } from './ProgressView.tsx';
import { usePolicyWords } from './words.ts';

export const PolicyListSearch = z.object({
  state: urlOneOf(['active', 'inactive', 'out-of-office']),
  application: urlText,
  group: urlText,
});
export type PolicyListSearch = z.output<typeof PolicyListSearch>;

export const policyActs = ['activate', 'deactivate', 'copy', 'export', 'history', 'delete'] as const;
export type PolicyAct = (typeof policyActs)[number];

/** Columns that lists of policies have in common. */
export const usePolicyColumns = ({ withClient }: { withClient: boolean }) => {
  const text = useText(policyMessages);
  return [
    {
      id: 'name',
      header: text('name'),
      minWidth: 190,
      cell: ({ id, name, application, profiles }: PolicyRow) => (
        <span className="gh-wrap">
          <AppLink to={paths.policy(String(id))}>{name}</AppLink>
          <Box variant="small" color="text-body-secondary" display="block">
            {[application, ...(profiles > 0 ? [text('profileCount', { count: profiles })] : [])].join(' · ')}
          </Box>
        </span>
      ),
    },
    {
      id: 'state',
      header: text('state'),
      minWidth: 120,
      cell: ({ state }: PolicyRow) => <PolicyStateMark state={state} />,
    },
    {
      id: 'group',
      header: text('group'),
      minWidth: 170,
      cell: ({ groupName, tenantName }: PolicyRow) => (
        <span className="gh-wrap">
          {groupName}
          {withClient && (
            <Box variant="small" color="text-body-secondary" display="block">
              {tenantName}
            </Box>
          )}
        </span>
      ),
    },
    {
      id: 'applied',
      header: text('applied'),
      minWidth: 190,
      cell: (policy: PolicyRow) => <ProgressView policy={policy} />,
    },
    {
      id: 'changed',
      header: text('changed'),
      minWidth: 120,
      cell: ({ changedAt, changedBy }: PolicyRow) => (
        <>
          <RelativeTime at={changedAt} />
          <Box variant="small" color="text-body-secondary" display="block">
            {changedBy}
          </Box>
        </>
      ),
    },
  ];
};

/** What can be done with a policy, on its row. */
export const PolicyActs = ({
  policy,
  mayWrite,
  onAct,
}: {
  policy: Pick<PolicyRow, 'name' | 'state'>;
  mayWrite: boolean;
  onAct(act: PolicyAct): void;
}) => {
  const text = useText(policyMessages);
  const isIdle = policy.state === 'inactive';
  const acts = policyActs.filter((act) => {
    if (act === 'activate') return mayWrite && policy.state !== 'active';
    if (act === 'deactivate') return mayWrite && !isIdle;
    return mayWrite || act === 'export' || act === 'history';
  });
  return (
    <ButtonDropdown
      variant="inline-icon"
      ariaLabel={text('actionsOf', { name: policy.name })}
      expandToViewport
      items={acts.map((id) => ({ id, text: text(id) }))}
      onItemClick={({ detail }) => onAct(detail.id as PolicyAct)}
    />
  );
};

export const PolicyListView = ({
  answer,
  rows,
  search,
  withClient,
  mayWrite,
  onSearch,
  onAdd,
  onImport,
  onAct,
}: {
  answer: Answer<{ items: PolicyRow[] }>;
  /** Those that the filters let through. */
  rows: PolicyRow[];
  search: PolicyListSearch;
  withClient: boolean;
  mayWrite: boolean;
  onSearch(search: Partial<PolicyListSearch>): void;
  onAdd(): void;
  onImport(): void;
  onAct(act: PolicyAct, policy: PolicyRow): void;
}) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const columns = usePolicyColumns({ withClient });
  usePageTitle(text('title'));
  const all = answer.data?.items ?? [];
  const choose = (
    key: keyof PolicyListSearch,
    label: string,
    any: string,
    options: readonly { value: string; label: string }[],
  ) => (
    <FormField label={label}>
      <Select
        options={[{ value: '', label: any }, ...options]}
        selectedOption={options.find(({ value }) => value === search[key]) ?? { value: '', label: any }}
        onChange={({ detail }) => onSearch({ [key]: detail.selectedOption.value || undefined })}
        filteringType={options.length > 8 ? 'auto' : 'none'}
        expandToViewport
      />
    </FormField>
  );
  const namesOf = (pick: (policy: PolicyRow) => string) =>
    [...new Set(all.map(pick))].sort().map((value) => ({ value, label: value }));
  const add = mayWrite && (
    <SpaceBetween size="xs" direction="horizontal">
      <Button onClick={onImport}>{text('import')}</Button>
      <Button variant="primary" onClick={onAdd}>
        {text('add')}
      </Button>
    </SpaceBetween>
  );
  return (
    <ListTable
      variant="full-page"
      label={text('title')}
      description={text('hint')}
      answer={{ ...answer, data: answer.data && { items: rows } }}
      idOf={({ id }) => String(id)}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: add }}
      isFiltered={Object.values(PolicyListSearch.parse(search)).some((value) => value !== undefined)}
      onClearFilters={() => onSearch({ state: undefined, application: undefined, group: undefined })}
      filter={
        all.length > 0 && (
          <div className="gh-filters gh-filters-wide">
            {choose(
              'group',
              text('group'),
              text('anyGroup'),
              namesOf(({ groupName }) => groupName),
            )}
            {choose(
              'state',
              text('state'),
              text('anyState'),
              PolicyState.options.map((value) => ({ value, label: words.state(value) })),
            )}
            {choose(
              'application',
              text('application'),
              text('anyApplication'),
              namesOf(({ application }) => application),
            )}
          </div>
        )
      }
      columns={[
        ...columns,
        {
          id: 'actions',
          header: text('actions'),
          minWidth: 90,
          cell: (policy) => <PolicyActs policy={policy} mayWrite={mayWrite} onAct={(act) => onAct(act, policy)} />,
        },
      ]}
    />
  );
};
