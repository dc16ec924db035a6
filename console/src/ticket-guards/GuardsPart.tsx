import type { getTicketGuards, ReplyOf } from '@gatehouse/contract';
import { useState } from 'react';
import { ApiProblem, Loaded, UnsavedGuard, useSay, useText } from '../platform/index.ts';
import { GuardsView } from './GuardsView.tsx';
import { toGuards, typedOf } from './guard-form.ts';
import { guardMessages } from './messages.ts';
import { useTicketGuards } from './useTicketGuards.ts';

/** The section "Noise guards" of the Ticketing tab: saves by itself. */
export const GuardsPart = ({ integrationId }: { integrationId: string }) => {
  const calls = useTicketGuards(integrationId);
  const [version, setVersion] = useState(0);
  return (
    <Loaded of={calls.guards}>
      {(answer) => (
        <Guards
          // What is loaded anew is shown, not an old draft.
          key={version}
          integrationId={integrationId}
          answer={answer}
          calls={calls}
          onLoad={() => {
            calls.put.reset();
            void calls.guards.refetch().then(() => setVersion((before) => before + 1));
          }}
        />
      )}
    </Loaded>
  );
};

const Guards = ({
  integrationId,
  answer,
  calls,
  onLoad,
}: {
  integrationId: string;
  answer: ReplyOf<typeof getTicketGuards>;
  calls: ReturnType<typeof useTicketGuards>;
  onLoad(): void;
}) => {
  const text = useText(guardMessages);
  const say = useSay();
  const { guards: saved, recommended, defaults, held } = answer;
  /** The revision stays that of the beginning, so that a save never goes over somebody else's. */
  const [{ typed, revision }, setDraft] = useState({ typed: typedOf(saved, recommended), revision: answer.revision });
  const setTyped = (next: typeof typed) => setDraft({ typed: next, revision });
  const before = typedOf(saved, recommended);
  const isChanged = JSON.stringify(typed) !== JSON.stringify(before);
  const wanted = toGuards(typed, saved.maintenance);
  const problem = calls.put.error;
  const isOvertaken =
    (isChanged && revision !== answer.revision) ||
    (problem instanceof ApiProblem && problem.code === 'ticket-guards.changed-meanwhile');

  const save = (guards: typeof saved, on: number, undoTo: typeof saved | null) =>
    calls.put.mutate(
      { params: { integrationId }, body: { guards, revision: on } },
      {
        onSuccess: (reply) => {
          setDraft({ typed: typedOf(reply.guards, reply.recommended), revision: reply.revision });
          say({
            type: 'success',
            content: text('saved'),
            ...(undoTo ? { undo: { label: text('undo'), run: () => save(undoTo, reply.revision, null) } } : {}),
          });
        },
      },
    );

  return (
    <>
      <UnsavedGuard isUnsaved={isChanged} />
      <GuardsView
        typed={typed}
        held={held}
        isChanged={isChanged}
        isSaving={calls.put.isPending}
        isOvertaken={isOvertaken}
        problem={problem}
        onChange={(change) => setTyped({ ...typed, ...change })}
        onRecommended={() => setTyped(typedOf({ ...recommended, maintenance: [] }, recommended))}
        onAllOff={() => setTyped(typedOf(defaults, recommended))}
        onSave={() => wanted && save(wanted, revision, saved)}
        onCancel={() => {
          calls.put.reset();
          setDraft({ typed: before, revision: answer.revision });
        }}
        onLoad={onLoad}
      />
    </>
  );
};
