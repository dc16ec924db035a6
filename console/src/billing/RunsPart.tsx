import { useKeysetPages, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import { RunAccounts } from './RunAccounts.tsx';
import { RunsView } from './RunsView.tsx';
import { type BillingSearch, useBillingRuns } from './useBilling.ts';

/** Runs, and how each account fared in the one that is open. */
export const RunsPart = ({
  search,
  onChange,
}: {
  search: BillingSearch;
  onChange(search: Partial<BillingSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(billingMessages);
  const answer = useBillingRuns(search);
  const pages = useKeysetPages(search.after);
  const run = answer.data?.items.find(({ id }) => id === search.selected);
  return (
    <>
      <RunsView
        answer={answer}
        pages={pages}
        selected={search.selected}
        onSelect={(selected) => onChange({ selected })}
      />
      {run && (
        <RunAccounts title={text('runAccounts')} runId={run.id} onClose={() => onChange({ selected: undefined })} />
      )}
    </>
  );
};
