import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { Page, ProblemAlert, useText } from '../platform/index.ts';
import { AccessTabView } from '../selections/index.ts';
import { type Tab, tabs } from './drafts.ts';
import type { TabProps } from './form.ts';
import { GeneralTabView } from './GeneralTabView.tsx';
import { deviceSelectionMessages } from './messages.ts';
import { NetworkTabView } from './NetworkTabView.tsx';
import { StateTabView } from './StateTabView.tsx';
import { SystemTabView } from './SystemTabView.tsx';
import type { DeviceSelectionChoices } from './useDeviceSelections.ts';

const tabWords = {
  general: 'tabGeneral',
  network: 'tabNetwork',
  system: 'tabSystem',
  state: 'tabState',
  access: 'tabAccess',
} as const satisfies Record<Tab, keyof typeof deviceSelectionMessages>;

/** The settings of a device selection. */
export const DeviceSelectionFormView = ({
  title,
  isPredefined,
  mayChange,
  tab,
  choices,
  groupTenantId,
  isBusy,
  problem,
  onTab,
  onGroupTenant,
  onSave,
  ...given
}: Omit<TabProps, 'disabled'> & {
  title: string;
  isPredefined: boolean;
  mayChange: boolean;
  tab: Tab;
  choices: DeviceSelectionChoices;
  groupTenantId: string | undefined;
  isBusy: boolean;
  /** What the server said of the last try. */
  problem: unknown;
  onTab(tab: Tab): void;
  onGroupTenant(id: string): void;
  onSave(): void;
}) => {
  const text = useText(deviceSelectionMessages);
  const props: TabProps = { ...given, disabled: !mayChange };
  const contents: Record<Tab, ReactNode> = {
    general: (
      <GeneralTabView {...props} choices={choices} groupTenantId={groupTenantId} onGroupTenant={onGroupTenant} />
    ),
    network: <NetworkTabView {...props} />,
    system: <SystemTabView {...props} />,
    state: <StateTabView {...props} conditions={choices.conditions} />,
    access: (
      <AccessTabView
        access={props.draft.access}
        disabled={props.disabled}
        isPredefined={isPredefined}
        users={choices.users}
        onChange={(access) => props.onChange({ access })}
      />
    ),
  };
  const wrongTabs = [...new Set(given.wrongs.map((wrong) => text(tabWords[wrong.tab])))];
  return (
    <Page
      title={title}
      isThing
      actions={
        mayChange && (
          <Button variant="primary" loading={isBusy} onClick={onSave}>
            {text('save')}
          </Button>
        )
      }
    >
      <SpaceBetween size="m">
        {!mayChange && <Alert type="info">{text(isPredefined ? 'notChangeable' : 'notYours')}</Alert>}
        {wrongTabs.length > 0 && <Alert type="error">{text('tabsWrong', { tabs: wrongTabs.join(', ') })}</Alert>}
        <ProblemAlert problem={problem} />
        <Tabs
          activeTabId={tab}
          ariaLabel={title}
          onChange={({ detail }) => onTab(detail.activeTabId as Tab)}
          tabs={tabs
            .filter((id) => id !== 'access' || !isPredefined)
            .map((id) => ({
              id,
              label: text(tabWords[id]),
              content: id === tab && <Container>{contents[id]}</Container>,
            }))}
        />
      </SpaceBetween>
    </Page>
  );
};
