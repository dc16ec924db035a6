import type { PolicyRow } from '@gatehouse/contract';
import { ListTable, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { usePolicyColumns } from './PolicyListView.tsx';
import { usePolicyList } from './usePolicies.ts';

/** Policies of a group and those that it inherits: a tab of the group's page. */
export const GroupPolicies = ({ tenantId, groupId }: { tenantId: string; groupId: number }) => {
  const text = useText(policyMessages);
  const answer = usePolicyList({ tenantId, groupId });
  const columns = usePolicyColumns({ withClient: false });
  return (
    <ListTable
      label={text('groupPolicies')}
      description={text('groupPoliciesHint')}
      answer={answer}
      idOf={({ id }) => String(id)}
      nameOf={({ name }) => name}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
      columns={columns.map((column) =>
        column.id === 'group'
          ? {
              ...column,
              cell: (policy: PolicyRow) => (
                <span className="gh-wrap">
                  {policy.groupId === groupId ? policy.groupName : text('inheritedGroup', { group: policy.groupName })}
                </span>
              ),
            }
          : column,
      )}
    />
  );
};
