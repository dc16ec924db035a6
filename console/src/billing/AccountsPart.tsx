import { useKeysetPages, useMay, useSay, useText } from '../platform/index.ts';
import { AccountPanel } from './AccountPanel.tsx';
import { AccountsView } from './AccountsView.tsx';
import { billingMessages } from './messages.ts';
import { type BillingSearch, useBilledAccounts, useBillingOverview } from './useBilling.ts';

/** Mapped accounts as billing sees them, a page at a time. */
export const AccountsPart = ({
  search,
  onChange,
}: {
  search: BillingSearch;
  onChange(search: Partial<BillingSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(billingMessages);
  const say = useSay();
  const canWrite = useMay()('billing:write');
  const answer = useBilledAccounts(search);
  const pages = useKeysetPages(search.after);
  const { start } = useBillingOverview(search.integration);
  const chosen = answer.data?.items.find(
    ({ sourceId, sourceTenantId }) => `${sourceId} ${sourceTenantId}` === search.selected,
  );
  return (
    <>
      <AccountsView answer={answer} pages={pages} search={search} problem={start.error} onChange={onChange} />
      {chosen && (
        <AccountPanel
          account={chosen}
          period={search.days ?? '30'}
          onPeriod={(days) => onChange({ days: days === '30' ? undefined : days, selected: search.selected })}
          onClose={() => onChange({ selected: undefined })}
          onLines={() => onChange({ tab: 'journal', text: chosen.accountName, selected: undefined, after: undefined })}
          run={
            canWrite && chosen.billing
              ? {
                  isBusy: start.isPending,
                  onClick: () =>
                    start.mutate(
                      {
                        params: { integrationId: chosen.integrationId },
                        body: { only: { sourceId: chosen.sourceId, sourceTenantId: chosen.sourceTenantId } },
                      },
                      { onSuccess: () => say({ type: 'success', content: text('runStarted', { count: 1 }) }) },
                    ),
                }
              : null
          }
        />
      )}
    </>
  );
};
