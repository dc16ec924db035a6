import type { Revision } from '@gatehouse/contract';
import { AskFirst, Loaded, useSay, useText } from '../platform/index.ts';
import { ChangesView } from './ChangesView.tsx';
import { revisionMessages } from './messages.ts';
import { useRollBack } from './useRevisions.ts';

/** Says what rolling back would change, then does it. */
export const RollBackPart = ({ revision, onClose }: { revision: Revision; onClose(): void }) => {
  const text = useText(revisionMessages);
  const say = useSay();
  const { preview, rollBack } = useRollBack(revision.id);
  const { objectName: name, number } = revision;
  const lastNumber = preview.data?.lastNumber;
  return (
    <AskFirst
      title={text('rollBackTitle', { number })}
      confirm={text('rollBackTitle', { number })}
      isBusy={rollBack.isPending}
      problem={rollBack.error}
      disabled={lastNumber === undefined || preview.data?.changes.length === 0}
      onCancel={onClose}
      onConfirm={() =>
        rollBack.mutate(
          { params: { revisionId: revision.id }, body: { lastNumber: lastNumber ?? 0 } },
          {
            onSuccess: () => {
              onClose();
              say({ type: 'success', content: text('rolledBackSay', { name, number }) });
            },
            // Somebody saved the object meanwhile: show what would change now.
            onError: () => void preview.refetch(),
          },
        )
      }
    >
      <Loaded of={preview}>
        {({ changes }) => (
          <>
            <p className="gh-wrap">{text(changes.length > 0 ? 'rollBackAsk' : 'rollBackNothing', { name, number })}</p>
            {changes.length > 0 && (
              <ChangesView
                changes={changes}
                label={text('rollBackTitle', { number })}
                titles={{ before: text('now'), after: text('afterwards') }}
              />
            )}
          </>
        )}
      </Loaded>
    </AskFirst>
  );
};
