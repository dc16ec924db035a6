import type { Adjustment } from '@gatehouse/contract';
import { Loaded, SidePanel, useMay, useSay, useText } from '../platform/index.ts';
import { EvidenceView } from './EvidenceView.tsx';
import { billingMessages } from './messages.ts';
import { useDecisions, useEvidence } from './useBilling.ts';

/** One change in the split panel: what it rests on and what happened to it. */
export const AdjustmentPanel = ({ line, onClose }: { line: Adjustment; onClose(): void }) => {
  const text = useText(billingMessages);
  const say = useSay();
  const evidence = useEvidence(line.id);
  const { reopen } = useDecisions();
  const canWrite = useMay()('billing:write');
  return (
    <SidePanel title={`${line.accountName}: ${line.serviceName}`} onClose={onClose}>
      <Loaded of={evidence}>
        {(found) => (
          <EvidenceView
            // What was typed into the search belongs to the line.
            key={line.id}
            line={line}
            evidence={found}
            reopen={
              canWrite && line.state === 'rejected'
                ? {
                    isBusy: reopen.isPending,
                    problem: reopen.error,
                    onClick: () =>
                      reopen.mutate(
                        { params: { adjustmentId: line.id } },
                        { onSuccess: () => say({ type: 'success', content: text('takenBackSay') }) },
                      ),
                  }
                : null
            }
          />
        )}
      </Loaded>
    </SidePanel>
  );
};
