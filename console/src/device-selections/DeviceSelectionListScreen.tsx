import type { DeviceSelection } from '@gatehouse/contract';
import { useState } from 'react';
import { ApiProblem, AskFirst, paths, useAddress, useGo, useSay, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { DeviceSelectionListView } from './DeviceSelectionListView.tsx';
import { deviceSelectionMessages } from './messages.ts';
import { useDeviceSelections } from './useDeviceSelections.ts';

export const DeviceSelectionListScreen = () => {
  const text = useText(deviceSelectionMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const { list, duplicate, remove, toFile, fromFile } = useDeviceSelections();
  const [marked, setMarked] = useState<string[]>([]);
  const [deleting, setDeleting] = useState<DeviceSelection[] | null>(null);
  const failed = (error: unknown) =>
    say({ type: 'error', content: error instanceof Error ? error.message : String(error) });
  const close = () => {
    remove.reset();
    setDeleting(null);
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
      <DeviceSelectionListView
        answer={list}
        marked={marked}
        onMark={setMarked}
        onAdd={() => go(address(paths.deviceSelection('new')))}
        onProperties={({ id }) => go(address(paths.deviceSelection(id)))}
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
        onHistory={({ id }) => go(address(historyPath({ kind: 'device-selection', id })))}
        onToFile={({ id }) => void toFile(id).catch(failed)}
        onImport={(file) => void bring(file)}
        onDelete={setDeleting}
      />
      {deleting && (
        <AskFirst
          title={text('deleteTitle')}
          confirm={text('delete')}
          isBusy={remove.isPending}
          problem={remove.error}
          onCancel={close}
          onConfirm={() =>
            remove.mutate(
              { body: { ids: deleting.map(({ id }) => id) } },
              {
                onSuccess: () => {
                  close();
                  setMarked([]);
                  say({ type: 'success', content: text('deleted', { count: deleting.length }) });
                },
              },
            )
          }
        >
          <p>{text('deleteAsk', { count: deleting.length, name: deleting[0]?.name ?? '' })}</p>
        </AskFirst>
      )}
    </>
  );
};
