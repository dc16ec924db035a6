import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import {
  EmptyState,
  Loaded,
  Page,
  paths,
  useAddress,
  useGo,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { AccountsPart } from './AccountsPart.tsx';
import { ApprovePart } from './ApprovePart.tsx';
import { JournalPart } from './JournalPart.tsx';
import { billingMessages } from './messages.ts';
import { OverviewView } from './OverviewView.tsx';
import { RunsPart } from './RunsPart.tsx';
import { SettingsPart } from './SettingsPart.tsx';
import { BillingSearch, type BillingTab, billingTabs, useBillingOverview } from './useBilling.ts';

export const BillingScreen = () => {
  const text = useText(billingMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const canWrite = useMay()('billing:write');
  const [search, change] = useUrlState(BillingSearch);
  const { integrations, overview, start } = useBillingOverview(search.integration);
  const tab = search.tab ?? 'approve';
  const items = integrations.data?.items ?? [];
  // With one connection there is nothing to choose.
  const chosen = items.length === 1 ? items[0] : items.find(({ id }) => id === search.integration);
  const part = {
    approve: () => <ApprovePart search={search} onChange={change} />,
    accounts: () => <AccountsPart search={search} onChange={change} />,
    journal: () => <JournalPart search={search} onChange={change} />,
    runs: () => <RunsPart search={search} onChange={change} />,
    settings: () =>
      chosen ? <SettingsPart integrationId={chosen.id} name={chosen.name} /> : <p>{text('chooseOne')}</p>,
  }[tab];
  const labels: Record<BillingTab, string> = {
    approve: text('tabApprove', { count: overview.data?.waiting ?? 0 }),
    accounts: text('tabAccounts'),
    journal: text('tabJournal'),
    runs: text('tabRuns'),
    settings: text('tabSettings'),
  };
  const run = (asksFirst: boolean) =>
    chosen &&
    start.mutate(
      { params: { integrationId: chosen.id }, body: { asksFirst } },
      {
        onSuccess: ({ accounts }) => say({ type: 'success', content: text('runStarted', { count: accounts.waiting }) }),
      },
    );
  return (
    <Page
      title={text('title')}
      description={text('description')}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {items.length > 1 && (
            <Select
              ariaLabel={text('integration')}
              options={[
                { value: '', label: text('allIntegrations') },
                ...items.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              selectedOption={
                chosen ? { value: chosen.id, label: chosen.name } : { value: '', label: text('allIntegrations') }
              }
              onChange={({ detail }) => change({ integration: detail.selectedOption.value || undefined })}
            />
          )}
          {canWrite && (
            <Button disabled={!chosen} loading={start.isPending} onClick={() => run(true)}>
              {text('runAsk')}
            </Button>
          )}
          {canWrite && (
            <Button disabled={!chosen} loading={start.isPending} onClick={() => run(false)}>
              {text('runNow')}
            </Button>
          )}
        </SpaceBetween>
      }
    >
      <Loaded of={integrations}>
        {({ items: all }) =>
          all.length === 0 ? (
            <EmptyState
              title={text('noIntegration')}
              hint={text('noIntegrationHint')}
              action={<Button onClick={() => go(address(paths.integrations))}>{text('goToIntegrations')}</Button>}
            />
          ) : (
            <SpaceBetween size="l">
              <Loaded of={overview}>
                {(found) => (
                  <OverviewView
                    overview={found}
                    problem={start.error}
                    onProblems={() => change({ tab: 'accounts', show: 'problems', text: undefined, state: undefined })}
                  />
                )}
              </Loaded>
              <Tabs
                activeTabId={tab}
                ariaLabel={text('title')}
                onChange={({ detail }) =>
                  change({
                    tab: detail.activeTabId === 'approve' ? undefined : (detail.activeTabId as BillingTab),
                    // What one list is filtered by means nothing in the next.
                    text: undefined,
                    state: undefined,
                    show: undefined,
                    after: undefined,
                    selected: undefined,
                  })
                }
                tabs={billingTabs.map((id) => ({ id, label: labels[id], content: id === tab && part() }))}
              />
            </SpaceBetween>
          )
        }
      </Loaded>
    </Page>
  );
};
