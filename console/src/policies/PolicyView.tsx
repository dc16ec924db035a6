import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { ENDPOINT_AGENT, type Policy, type PolicyProfile, type PolicyState } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { AppLink, Page, ProblemAlert, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import type { SettingsDraft, Wrong } from './draft.ts';
import { GeneralTabView } from './GeneralTabView.tsx';
import { policyMessages } from './messages.ts';
import { PolicyStateMark } from './PolicyStateMark.tsx';
import { ProfilesView } from './ProfilesView.tsx';
import { SettingsView } from './SettingsView.tsx';

export interface PolicyDraft {
  name: string;
  state: PolicyState;
  afterSyncs: string;
  settings: SettingsDraft;
  profiles: PolicyProfile[];
}

export const policyTabs = ['general', 'settings', 'profiles', 'events', 'devices'] as const;
export type PolicyTab = (typeof policyTabs)[number];
const tabWords = {
  general: 'tabGeneral',
  settings: 'tabSettings',
  profiles: 'tabProfiles',
  events: 'tabEvents',
  devices: 'tabDevices',
} as const satisfies Record<PolicyTab, keyof typeof policyMessages>;

export const PolicyView = ({
  policy,
  draft,
  wrongs,
  isDirty,
  isSaving,
  problem,
  mayWrite,
  tab,
  parts,
  onTab,
  onChange,
  onSave,
  onDiscard,
}: {
  policy: Policy;
  draft: PolicyDraft;
  wrongs: { name: boolean; afterSyncs: boolean; settings: ReadonlyMap<string, Wrong> };
  isDirty: boolean;
  isSaving: boolean;
  problem: unknown;
  mayWrite: boolean;
  tab: PolicyTab;
  /** What fetches by itself. */
  parts: { events: ReactNode; devices: ReactNode };
  onTab(tab: PolicyTab): void;
  onChange(change: Partial<PolicyDraft>): void;
  onSave(): void;
  onDiscard(): void;
}) => {
  const text = useText(policyMessages);
  const isOurs = policy.application === ENDPOINT_AGENT;
  const shown = policyTabs.filter((each) => isOurs || each === 'general' || each === 'events');
  const wrongTabs = [
    ...(wrongs.name || wrongs.afterSyncs ? [text('tabGeneral')] : []),
    ...(wrongs.settings.size > 0 ? [text('tabSettings')] : []),
  ];
  const contents: Record<PolicyTab, () => ReactNode> = {
    general: () => (
      <GeneralTabView policy={policy} draft={draft} wrong={wrongs} disabled={!mayWrite} onChange={onChange} />
    ),
    settings: () => (
      <SettingsView
        draft={draft.settings}
        inherited={policy.inherited}
        wrongs={wrongs.settings}
        disabled={!mayWrite}
        onChange={(settings) => onChange({ settings })}
      />
    ),
    profiles: () => (
      <ProfilesView
        profiles={draft.profiles}
        inherited={policy.inherited}
        mayWrite={mayWrite}
        onChange={(profiles) => onChange({ profiles })}
      />
    ),
    events: () => (
      <SpaceBetween size="m">
        <Alert type="info">{text('eventsShared', { group: policy.groupName })}</Alert>
        {parts.events}
      </SpaceBetween>
    ),
    devices: () => parts.devices,
  };
  return (
    <Page
      title={policy.name}
      isThing
      status={<PolicyStateMark state={policy.state} />}
      description={<AppLink to={historyPath({ kind: 'policy', id: String(policy.id) })}>{text('history')}</AppLink>}
      actions={
        mayWrite && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={!isDirty} onClick={onDiscard}>
              {text('discard')}
            </Button>
            <Button variant="primary" disabled={!isDirty} loading={isSaving} onClick={onSave}>
              {text('save')}
            </Button>
          </SpaceBetween>
        )
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={problem} />
        {wrongTabs.length > 0 && <Alert type="error">{text('somethingWrong', { tabs: wrongTabs.join(', ') })}</Alert>}
        <Tabs
          activeTabId={shown.includes(tab) ? tab : 'general'}
          ariaLabel={policy.name}
          onChange={({ detail }) => onTab(detail.activeTabId as PolicyTab)}
          tabs={shown.map((id) => ({ id, label: text(tabWords[id]), content: id === tab && contents[id]() }))}
        />
      </SpaceBetween>
    </Page>
  );
};
