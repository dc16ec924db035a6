import type { Revision } from '@gatehouse/contract';
import { useState } from 'react';
import { Loaded, useSay, useText } from '../platform/index.ts';
import { ChangesView } from './ChangesView.tsx';
import { revisionMessages } from './messages.ts';
import { RevisionPanelView } from './RevisionPanelView.tsx';
import { RollBackPart } from './RollBackPart.tsx';
import { useRevision } from './useRevisions.ts';

/** One revision: what it changed, or how it differs from another, and the way back to it. */
export const RevisionPanelPart = ({
  revision,
  rows,
  otherId,
  onCompare,
  ...steps
}: {
  revision: Revision;
  /** The list that it was chosen from. */
  rows: Revision[];
  otherId: string | undefined;
  onPrevious?: () => void;
  onNext?: () => void;
  onClose(): void;
  onCompare(id: string | undefined): void;
}) => {
  const text = useText(revisionMessages);
  const say = useSay();
  const others = rows.filter(
    ({ id, kind, objectId }) => id !== revision.id && kind === revision.kind && objectId === revision.objectId,
  );
  const other = others.find(({ id }) => id === otherId);
  const { one, difference, describe } = useRevision(revision.id, other?.id);
  const [isRollingBack, setIsRollingBack] = useState(false);
  const { number } = revision;
  return (
    <>
      <RevisionPanelView
        key={revision.id}
        revision={revision}
        others={others}
        other={other}
        isDescribing={describe.isPending}
        problem={describe.error}
        onCompare={onCompare}
        onDescribe={(description) =>
          describe.mutate(
            { params: { revisionId: revision.id }, body: { description } },
            { onSuccess: () => say({ type: 'success', content: text('described') }) },
          )
        }
        onRollBack={() => setIsRollingBack(true)}
        changes={
          other ? (
            <Loaded of={difference}>
              {({ changes }) => (
                <ChangesView
                  changes={changes}
                  label={text('changesBetween', { left: other.number, right: number })}
                  titles={{
                    before: text('revisionColumn', { number: other.number }),
                    after: text('revisionColumn', { number }),
                  }}
                />
              )}
            </Loaded>
          ) : (
            <Loaded of={one}>
              {({ changes }) => (
                <ChangesView
                  changes={changes}
                  label={text('changesOf', { number })}
                  titles={{ before: text('before'), after: text('after') }}
                />
              )}
            </Loaded>
          )
        }
        {...steps}
      />
      {isRollingBack && <RollBackPart revision={revision} onClose={() => setIsRollingBack(false)} />}
    </>
  );
};
