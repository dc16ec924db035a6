import { useState } from 'react';
import { useKeysetPages, useMay, useSay, useText } from '../platform/index.ts';
import { AdjustmentPanel } from './AdjustmentPanel.tsx';
import { ApproveView } from './ApproveView.tsx';
import { billingMessages } from './messages.ts';
import { RejectView } from './RejectView.tsx';
import { type BillingSearch, useAdjustments, useDecisions } from './useBilling.ts';

/** Changes that wait for a person. */
export const ApprovePart = ({
  search,
  onChange,
}: {
  search: BillingSearch;
  onChange(search: Partial<BillingSearch>, how?: { replace?: boolean }): void;
}) => {
  const text = useText(billingMessages);
  const say = useSay();
  const canWrite = useMay()('billing:write');
  const answer = useAdjustments({ ...search, state: ['waiting'], limit: search.limit ?? 200 });
  const pages = useKeysetPages(search.after);
  const { decide } = useDecisions();
  const [marked, setMarked] = useState<string[]>([]);
  const [isRejecting, setRejecting] = useState(false);
  const lines = answer.data?.items ?? [];
  // What was decided elsewhere meanwhile is no longer in the list.
  const chosen = marked.filter((id) => lines.some((line) => line.id === id));
  const line = lines.find(({ id }) => id === search.selected);
  return (
    <>
      <ApproveView
        answer={answer}
        pages={pages}
        selected={search.selected}
        marked={chosen}
        canWrite={canWrite}
        isBusy={decide.isPending && !isRejecting}
        problem={isRejecting ? null : decide.error}
        text={search.text ?? ''}
        onText={(typed) => onChange({ text: typed || undefined }, { replace: true })}
        onSelect={(selected) => onChange({ selected })}
        onMark={setMarked}
        onApprove={() =>
          decide.mutate(
            { body: { approve: chosen } },
            {
              onSuccess: ({ approved }) => {
                setMarked([]);
                say({ type: 'success', content: text('approvedSay', { count: approved }) });
              },
            },
          )
        }
        onReject={() => {
          decide.reset();
          setRejecting(true);
        }}
      />
      {line && <AdjustmentPanel line={line} onClose={() => onChange({ selected: undefined })} />}
      {isRejecting && (
        <RejectView
          lines={lines.filter(({ id }) => chosen.includes(id))}
          isBusy={decide.isPending}
          problem={decide.error}
          onCancel={() => setRejecting(false)}
          onReject={(reason) =>
            decide.mutate(
              { body: { reject: chosen, reason } },
              {
                onSuccess: ({ rejected }) => {
                  setMarked([]);
                  setRejecting(false);
                  say({ type: 'success', content: text('rejectedSay', { count: rejected }) });
                },
              },
            )
          }
        />
      )}
    </>
  );
};
