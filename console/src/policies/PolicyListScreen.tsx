import type { PolicyRow, PolicySettingKey } from '@gatehouse/contract';
import { useState } from 'react';
import { saveFile } from '../api/index.ts';
import {
  AskFirst,
  ProblemAlert,
  paths,
  useAddress,
  useGo,
  useMay,
  useSay,
  useTenantScope,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { policyMessages } from './messages.ts';
import { type NewPolicy, PolicyDialogView } from './PolicyDialogView.tsx';
import { type PolicyAct, PolicyListSearch, PolicyListView } from './PolicyListView.tsx';
import { fetchPolicyFile, usePlaces, usePolicyActs, usePolicyList } from './usePolicies.ts';
import { usePolicyWords } from './words.ts';

type Dialog =
  | { what: 'add' | 'import'; origin: null }
  | { what: 'copy'; origin: PolicyRow }
  | { what: 'delete' | 'activate'; origin: PolicyRow };

export const PolicyListScreen = () => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const mayWrite = useMay()('policies:write');
  const [search, onSearch] = useUrlState(PolicyListSearch);
  const scope = useTenantScope();
  const answer = usePolicyList({ tenantId: scope });
  const acts = usePolicyActs();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [tenantId, setTenant] = useState<string>();
  const [exportProblem, setExportProblem] = useState<unknown>(null);
  const places = usePlaces(dialog === null ? undefined : (tenantId ?? scope));

  const rows = (answer.data?.items ?? []).filter(
    (policy) =>
      (search.state === undefined || policy.state === search.state) &&
      (search.application === undefined || policy.application === search.application) &&
      (search.group === undefined || policy.groupName === search.group),
  );
  const open = (next: Dialog) => {
    for (const each of Object.values(acts)) each.reset();
    setTenant(next.what === 'copy' ? next.origin.tenantId : scope);
    setDialog(next);
  };
  const close = () => setDialog(null);
  const told = (content: string) => () => {
    close();
    say({ type: 'success', content });
  };
  const made = ({ policy, leftOut = [] }: { policy: { id: number; name: string }; leftOut?: PolicySettingKey[] }) => {
    close();
    say({ type: 'success', content: text('added', { name: policy.name }) });
    if (leftOut.length > 0) {
      say({ type: 'warning', content: text('leftOut', { settings: leftOut.map(words.longTitle).join(', ') }) });
    }
    go(address(paths.policy(String(policy.id))));
  };
  const save = ({ application, state, file, ...place }: NewPolicy) => {
    if (dialog?.what === 'copy') {
      const { id } = dialog.origin;
      return acts.copy.mutate({ params: { policyId: id }, body: place }, { onSuccess: made });
    }
    if (file) return acts.import.mutate({ body: { ...place, file } }, { onSuccess: made });
    acts.add.mutate({ body: { ...place, application, state } }, { onSuccess: (policy) => made({ policy }) });
  };
  const setState = (policy: PolicyRow, state: 'active' | 'inactive') =>
    acts.change.mutate(
      { params: { policyId: policy.id }, body: { version: policy.version, state } },
      { onSuccess: told(text('saved', { name: policy.name })) },
    );
  const exportIt = async (policy: PolicyRow) => {
    setExportProblem(null);
    try {
      const file = await fetchPolicyFile(policy.id);
      const name = `${policy.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.policy.json`;
      saveFile(name, JSON.stringify(file, null, 2), 'application/json');
    } catch (error) {
      setExportProblem(error);
    }
  };
  const onAct = (act: PolicyAct, policy: PolicyRow) => {
    if (act === 'export') void exportIt(policy);
    else if (act === 'history') go(address(historyPath({ kind: 'policy', id: String(policy.id) })));
    else if (act === 'deactivate') setState(policy, 'inactive');
    else open({ what: act, origin: policy });
  };
  return (
    <>
      <ProblemAlert problem={exportProblem} />
      {dialog === null && <ProblemAlert problem={acts.change.error} />}
      <PolicyListView
        answer={answer}
        rows={rows}
        search={search}
        withClient={scope === undefined}
        mayWrite={mayWrite}
        onSearch={onSearch}
        onAdd={() => open({ what: 'add', origin: null })}
        onImport={() => open({ what: 'import', origin: null })}
        onAct={onAct}
      />
      {(dialog?.what === 'add' || dialog?.what === 'import' || dialog?.what === 'copy') && (
        <PolicyDialogView
          what={dialog.what}
          origin={dialog.origin}
          tenants={places.tenants}
          groups={places.groups}
          tenantId={tenantId}
          isBusy={acts.add.isPending || acts.copy.isPending || acts.import.isPending}
          problem={acts.add.error ?? acts.copy.error ?? acts.import.error}
          onTenant={setTenant}
          onSave={save}
          onCancel={close}
        />
      )}
      {dialog?.what === 'delete' && (
        <AskFirst
          title={text('deleteTitle')}
          confirm={text('deleteTitle')}
          isBusy={acts.remove.isPending}
          problem={acts.remove.error}
          onCancel={close}
          onConfirm={() =>
            acts.remove.mutate(
              { params: { policyId: dialog.origin.id } },
              { onSuccess: told(text('deleted', { name: dialog.origin.name })) },
            )
          }
        >
          <p>{text('deleteAsk', { name: dialog.origin.name, devices: dialog.origin.progress.devices })}</p>
        </AskFirst>
      )}
      {dialog?.what === 'activate' && (
        <AskFirst
          title={text('activateTitle')}
          confirm={text('activate')}
          isBusy={acts.change.isPending}
          problem={acts.change.error}
          onCancel={close}
          onConfirm={() => setState(dialog.origin, 'active')}
        >
          <p>{text('activateAsk', { name: dialog.origin.name, group: dialog.origin.groupName })}</p>
        </AskFirst>
      )}
    </>
  );
};
