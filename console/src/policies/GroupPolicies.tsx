import Button from '@cloudscape-design/components/button';
import type { PolicyRow } from '@gatehouse/contract';
import { useState } from 'react';
import { ListTable, paths, useAddress, useGo, useMay, useSay, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { PolicyDialogView } from './PolicyDialogView.tsx';
import { usePolicyColumns } from './PolicyListView.tsx';
import { usePlaces, usePolicyActs, usePolicyList } from './usePolicies.ts';

/** Policies of a group and those that it inherits: a tab of the group's page. */
export const GroupPolicies = ({ tenantId, groupId }: { tenantId: string; groupId: number }) => {
  const text = useText(policyMessages);
  const answer = usePolicyList({ tenantId, groupId });
  const columns = usePolicyColumns({ withClient: false });
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const mayWrite = useMay()('policies:write');
  const [isAdding, setAdding] = useState(false);
  const [chosenTenant, setTenant] = useState(tenantId);
  const places = usePlaces(isAdding ? chosenTenant : undefined);
  const { add } = usePolicyActs();
  const addButton = mayWrite && (
    <Button
      onClick={() => {
        add.reset();
        setTenant(tenantId);
        setAdding(true);
      }}
    >
      {text('add')}
    </Button>
  );
  return (
    <>
      <ListTable
        label={text('groupPolicies')}
        description={text('groupPoliciesHint')}
        answer={answer}
        idOf={({ id }) => String(id)}
        nameOf={({ name }) => name}
        actions={addButton}
        empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: addButton }}
        columns={columns.map((column) =>
          column.id === 'group'
            ? {
                ...column,
                cell: (policy: PolicyRow) => (
                  <span className="gh-wrap">
                    {policy.groupId === groupId
                      ? policy.groupName
                      : text('inheritedGroup', { group: policy.groupName })}
                  </span>
                ),
              }
            : column,
        )}
      />
      {isAdding && (
        <PolicyDialogView
          what="add"
          origin={null}
          tenants={places.tenants}
          groups={places.groups}
          tenantId={chosenTenant}
          groupId={groupId}
          isBusy={add.isPending}
          problem={add.error}
          onTenant={setTenant}
          onCancel={() => setAdding(false)}
          onSave={({ file: _file, ...policy }) =>
            add.mutate(
              { body: policy },
              {
                onSuccess: ({ id, name }) => {
                  say({ type: 'success', content: text('added', { name }) });
                  go(address(paths.policy(String(id))));
                },
              },
            )
          }
        />
      )}
    </>
  );
};
