import type { Source } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, ProblemAlert, useSay, useText } from '../platform/index.ts';
import { SourceDialogView } from './SourceDialogView.tsx';
import { SourcesView } from './SourcesView.tsx';
import { newSourceOf, sourceAccessOf } from './source-form.ts';
import { sourceMessages } from './source-messages.ts';
import { useSources } from './useSources.ts';

export const SourcesScreen = () => {
  const text = useText(sourceMessages);
  const say = useSay();
  const { sources, add, change, remove, test } = useSources();
  const [editing, setEditing] = useState<Source | 'new' | null>(null);
  const [removing, setRemoving] = useState<Source | null>(null);
  const known = editing === 'new' ? null : editing;
  const isSwitch = change.variables?.body.enabled !== undefined;
  const close = () => {
    setEditing(null);
    for (const each of [add, change, test]) each.reset();
  };
  const saved = ({ name }: Source) => {
    close();
    say({ type: 'success', content: text('savedSay', { name }) });
  };
  const turn = ({ id, name }: Source, enabled: boolean, undo = true) =>
    change.mutate(
      { params: { sourceId: id }, body: { enabled } },
      {
        onSuccess: (after) =>
          say({
            type: 'success',
            content: text(enabled ? 'onSay' : 'offSay', { name }),
            ...(undo && !enabled ? { undo: { label: text('undo'), run: () => turn(after, true, false) } } : {}),
          }),
      },
    );
  return (
    <>
      {isSwitch && <ProblemAlert problem={change.error} />}
      <SourcesView
        answer={sources}
        switching={change.isPending && isSwitch ? change.variables.params.sourceId : null}
        onAdd={() => setEditing('new')}
        onChange={setEditing}
        onSwitch={(source) => turn(source, !source.enabled)}
        onRemove={setRemoving}
      />
      {editing && (
        <SourceDialogView
          source={known}
          isBusy={add.isPending || change.isPending}
          problem={known ? (isSwitch ? null : change.error) : add.error}
          test={{ isBusy: test.isPending, result: test.data, problem: test.error }}
          onTest={(typed) =>
            test.mutate({ body: { ...sourceAccessOf(typed), ...(known ? { sourceId: known.id } : {}) } })
          }
          onSave={(typed) =>
            known
              ? change.mutate(
                  { params: { sourceId: known.id }, body: { name: typed.name.trim(), ...sourceAccessOf(typed) } },
                  { onSuccess: saved },
                )
              : add.mutate({ body: newSourceOf(typed) }, { onSuccess: saved })
          }
          onCancel={close}
        />
      )}
      {removing && (
        <AskFirst
          title={text('remove')}
          confirm={text('remove')}
          isBusy={remove.isPending}
          problem={remove.error}
          onCancel={() => {
            setRemoving(null);
            remove.reset();
          }}
          onConfirm={() =>
            remove.mutate(
              { params: { sourceId: removing.id } },
              {
                onSuccess: () => {
                  setRemoving(null);
                  say({ type: 'success', content: text('removedSay', { name: removing.name }) });
                },
              },
            )
          }
        >
          <p>{text('removeAsk', { name: removing.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
