import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { Page, useText } from '../platform/index.ts';
import { AccessTabView } from './AccessTabView.tsx';
import { DevicesTabView } from './DevicesTabView.tsx';
import { type Tab, tabs } from './drafts.ts';
import { EventsTabView } from './EventsTabView.tsx';
import type { TabProps } from './form.ts';
import { GeneralTabView } from './GeneralTabView.tsx';
import { selectionMessages } from './messages.ts';
import { TextTabView } from './TextTabView.tsx';
import { TimeTabView } from './TimeTabView.tsx';
import type { SelectionChoices } from './useSelections.ts';

const tabWords = {
  general: 'tabGeneral',
  events: 'tabEvents',
  devices: 'tabDevices',
  time: 'tabTime',
  text: 'tabText',
  access: 'tabAccess',
} as const satisfies Record<Tab, keyof typeof selectionMessages>;
/** What of a predefined selection can be changed. */
const open: readonly Tab[] = ['general', 'time', 'access'];

/** The settings of an event selection on the tabs that the field knows. */
export const SelectionFormView = ({
  title,
  isPredefined,
  mayChange,
  tab,
  choices,
  groupTenantId,
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
  choices: SelectionChoices;
  groupTenantId: string | undefined;
  /** What the server said of the last try. */
  problem: unknown;
  onTab(tab: Tab): void;
  onGroupTenant(id: string): void;
  onSave(): void;
}) => {
  const text = useText(selectionMessages);
  const isLocked = isPredefined && !open.includes(tab);
  const props: TabProps = { ...given, disabled: !mayChange || isLocked };
  const contents: Record<Tab, ReactNode> = {
    general: <GeneralTabView {...props} isPredefined={isPredefined} problem={problem} />,
    events: <EventsTabView {...props} types={choices.types} />,
    devices: (
      <DevicesTabView
        {...props}
        tenants={choices.tenants}
        groups={choices.groups}
        groupTenantId={groupTenantId}
        onGroupTenant={onGroupTenant}
      />
    ),
    time: <TimeTabView {...props} />,
    text: <TextTabView {...props} />,
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
          <Button variant="primary" onClick={onSave}>
            {text('save')}
          </Button>
        )
      }
    >
      <SpaceBetween size="m">
        {!mayChange && <Alert type="info">{text('notYours')}</Alert>}
        {mayChange && isLocked && <Alert type="info">{text('lockedTabs')}</Alert>}
        {wrongTabs.length > 0 && <Alert type="error">{text('tabsWrong', { tabs: wrongTabs.join(', ') })}</Alert>}
        <Tabs
          activeTabId={tab}
          ariaLabel={title}
          onChange={({ detail }) => onTab(detail.activeTabId as Tab)}
          tabs={tabs.map((id) => ({
            id,
            label: text(tabWords[id]),
            content: id === tab && <Container>{contents[id]}</Container>,
          }))}
        />
      </SpaceBetween>
    </Page>
  );
};
