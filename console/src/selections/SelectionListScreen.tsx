import type { EventSelection, EventSort } from '@gatehouse/contract';
import { useState } from 'react';
import { ApiProblem, AskFirst, paths, useAddress, useGo, useSay, useText, withQuery } from '../platform/index.ts';
import { selectionMessages } from './messages.ts';
import { SelectionListView } from './SelectionListView.tsx';
import { SortFieldsView } from './SortFieldsView.tsx';
import { useSelections } from './useSelections.ts';

type Dialog =
  | { what: 'delete'; selections: EventSelection[] }
  | { what: 'resort'; selection: EventSelection; sort: EventSort };

export const SelectionListScreen = () => {
  const text = useText(selectionMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const { list, duplicate, remove, toFile, fromFile } = useSelections();
  const [marked, setMarked] = useState<string[]>([]);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const failed = (error: unknown) =>
    say({ type: 'error', content: error instanceof Error ? error.message : String(error) });
  const close = () => {
    remove.reset();
    setDialog(null);
  };
  const bring = async (file: File) => {
    try {
      const { name } = await fromFile(file);
      say({ type: 'success', content: text('imported', { name }) });
    } catch (error) {
      if (error instanceof ApiProblem) return failed(error);
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      say({ type: 'error', content: text('importFailed', { reason: reason.slice(0, 200) }) });
    }
  };
  return (
    <>
      <SelectionListView
        answer={list}
        marked={marked}
        onMark={setMarked}
        onAdd={() => go(address(paths.eventSelection('new')))}
        onProperties={({ id }) => go(address(paths.eventSelection(id)))}
        onDuplicate={({ id }) =>
          duplicate.mutate(
            { params: { selectionId: id } },
            {
              onSuccess: (made) => {
                setMarked([made.id]);
                say({ type: 'success', content: text('duplicated', { name: made.name }) });
              },
              onError: failed,
            },
          )
        }
        onResort={(selection) => setDialog({ what: 'resort', selection, sort: selection.settings.sort })}
        onToFile={({ id }) => void toFile(id).catch(failed)}
        onImport={(file) => void bring(file)}
        onDelete={(selections) => setDialog({ what: 'delete', selections })}
      />
      {dialog?.what === 'delete' && (
        <AskFirst
          title={text('deleteTitle')}
          confirm={text('delete')}
          isBusy={remove.isPending}
          problem={remove.error}
          onCancel={close}
          onConfirm={() =>
            remove.mutate(
              { body: { ids: dialog.selections.map(({ id }) => id) } },
              {
                onSuccess: () => {
                  close();
                  setMarked([]);
                  say({ type: 'success', content: text('deleted', { count: dialog.selections.length }) });
                },
              },
            )
          }
        >
          <p>{text('deleteAsk', { count: dialog.selections.length, name: dialog.selections[0]?.name })}</p>
        </AskFirst>
      )}
      {dialog?.what === 'resort' && (
        <AskFirst
          title={text('resortTitle')}
          confirm={text('resortStart')}
          onCancel={close}
          onConfirm={() => {
            const { by, descending } = dialog.sort;
            const sort = { sort: by, descending: descending ? undefined : 'false' };
            close();
            go(address(withQuery(paths.events, { selection: dialog.selection.id, ...sort })));
          }}
        >
          <SortFieldsView sort={dialog.sort} onChange={(sort) => setDialog({ ...dialog, sort })} />
        </AskFirst>
      )}
    </>
  );
};
