import type { Policy } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { GroupEventConfiguration } from '../event-configuration/index.ts';
import { Loaded, UnsavedGuard, urlOneOf, urlText, useMay, useSay, useText, useUrlState } from '../platform/index.ts';
import { draftOfSettings, settingsFrom } from './draft.ts';
import { policyMessages } from './messages.ts';
import { PolicyDevicesPart } from './PolicyDevicesPart.tsx';
import { type PolicyDraft, type PolicyTab, PolicyView, policyTabs } from './PolicyView.tsx';
import { usePolicy, usePolicyActs } from './usePolicies.ts';

const PolicyPageSearch = z.object({ tab: urlOneOf(policyTabs), after: urlText });

const draftOf = (policy: Policy): PolicyDraft => ({
  name: policy.name,
  state: policy.state,
  afterSyncs: String(policy.outOfOfficeAfterSyncs),
  settings: draftOfSettings(policy),
  profiles: policy.profiles,
});

export const PolicyScreen = () => {
  const { policyId = '' } = useParams({ strict: false }) as { policyId?: string };
  const answer = usePolicy(Number(policyId));
  return <Loaded of={answer}>{(policy) => <PolicyEditor key={policy.id} policy={policy} />}</Loaded>;
};

const PolicyEditor = ({ policy }: { policy: Policy }) => {
  const text = useText(policyMessages);
  const say = useSay();
  const mayWrite = useMay()('policies:write');
  const [search] = useUrlState(PolicyPageSearch);
  // Not in the address: a step from tab to tab is no way out of the form, about which the guard would ask.
  const [tab, setTab] = useState<PolicyTab>(search.tab ?? 'general');
  const { change } = usePolicyActs();
  /** What was changed and the policy that it was changed on; null: nothing was. */
  const [edited, setEdited] = useState<{ draft: PolicyDraft; version: number } | null>(null);
  const [tried, setTried] = useState(false);
  const draft = edited?.draft ?? draftOf(policy);

  const { settings, locked, wrongs } = settingsFrom(draft.settings);
  const afterSyncs = /^\d{1,4}$/.test(draft.afterSyncs.trim()) ? Number(draft.afterSyncs) : 0;
  const wrong = {
    name: draft.name.trim() === '' || draft.name.trim().length > 100,
    afterSyncs: afterSyncs < 1 || afterSyncs > 1000,
    settings: wrongs,
  };
  const nothingWrong = { name: false, afterSyncs: false, settings: new Map() };
  const forget = () => {
    setEdited(null);
    setTried(false);
    change.reset();
  };
  const save = () => {
    setTried(true);
    if (!edited || wrong.name || wrong.afterSyncs || wrongs.size > 0) return;
    const { name, state, profiles } = draft;
    const body = {
      version: edited.version,
      name,
      state,
      outOfOfficeAfterSyncs: afterSyncs,
      settings,
      locked,
      profiles,
    };
    change.mutate(
      { params: { policyId: policy.id }, body },
      {
        onSuccess: (saved) => {
          forget();
          say({ type: 'success', content: text('saved', { name: saved.name }) });
        },
      },
    );
  };
  return (
    <>
      <UnsavedGuard isUnsaved={edited !== null} />
      <PolicyView
        policy={policy}
        draft={draft}
        wrongs={tried ? wrong : nothingWrong}
        isDirty={edited !== null}
        isSaving={change.isPending}
        problem={change.error}
        mayWrite={mayWrite}
        tab={tab}
        parts={{
          events: (
            <GroupEventConfiguration
              tenantId={policy.tenantId}
              groupId={policy.groupId}
              components={policy.eventComponents}
            />
          ),
          devices: <PolicyDevicesPart policyId={policy.id} after={search.after} />,
        }}
        onTab={setTab}
        onChange={(part) =>
          // A policy that somebody else changed meanwhile is not overwritten: the server refuses the older version.
          setEdited((before) => ({
            draft: { ...(before?.draft ?? draftOf(policy)), ...part },
            version: before?.version ?? policy.version,
          }))
        }
        onSave={save}
        onDiscard={forget}
      />
    </>
  );
};
