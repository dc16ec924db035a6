import type { CallOf, DeviceRow, giveCommand } from '@gatehouse/contract';
import { useEffect, useState } from 'react';
import {
  paths,
  useAddress,
  useGo,
  useKeysetPages,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { ChangeTagsView, DeleteDevicesView, MoveDevicesView, oneTenantOf } from './BulkDialogsView.tsx';
import type { BulkAct } from './DeviceActionsView.tsx';
import { DeviceListView } from './DeviceListView.tsx';
import { DeviceFilterState, DeviceSearch } from './device-query.ts';
import { deviceMessages } from './messages.ts';
import { useDeviceActs, useDevices, useGroupsOf } from './useDevices.ts';

const commands: Record<'scanQuick' | 'scanFull' | 'updateDatabases', CallOf<typeof giveCommand>['body']> = {
  scanQuick: { kind: 'scan', scan: { mode: 'quick', paths: [] } },
  scanFull: { kind: 'scan', scan: { mode: 'full', paths: [] } },
  updateDatabases: { kind: 'update-databases' },
};

export const DeviceListScreen = () => {
  const text = useText(deviceMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(DeviceSearch);
  const [marked, setMarkedHere] = useState<string[]>([]);
  /** Ticked beyond this page. */
  const [allFound, setAllFound] = useState<DeviceRow[] | null>(null);
  const setMarked = (ids: string[]) => {
    setAllFound(null);
    setMarkedHere(ids);
  };
  const [dialog, setDialog] = useState<'move' | 'tags' | 'delete' | null>(null);
  const { asked, devices, selections, choices } = useDevices(search);
  const pages = useKeysetPages(search.after);
  const acts = useDeviceActs();

  // Ticks belong to what is seen: another question or page begins without any.
  const place = JSON.stringify([asked, search.after]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the place counts
  useEffect(() => setMarked([]), [place]);

  const rows = devices.data?.items ?? [];
  const ticked = allFound ?? rows.filter(({ id }) => marked.includes(id));
  const deviceIds = ticked.map(({ id }) => id);
  const tenantOfTicked = oneTenantOf(ticked) ?? undefined;
  const groups = useGroupsOf(dialog === 'move' ? tenantOfTicked : undefined);
  const failed = (error: unknown) =>
    say({ type: 'error', content: error instanceof Error ? error.message : String(error) });
  const close = () => {
    acts.move.reset();
    acts.tags.reset();
    acts.remove.reset();
    setDialog(null);
  };
  const done = (content: string) => ({
    onSuccess: () => {
      close();
      setMarked([]);
      say({ type: 'success', content });
    },
  });
  const act = async (what: BulkAct) => {
    if (what === 'move' || what === 'tags' || what === 'delete') return setDialog(what);
    const { given, refused } = await acts.commandAll(deviceIds, commands[what]);
    if (given > 0) say({ type: 'success', content: text('commandGivenMany', { command: text(what), count: given }) });
    if (refused !== undefined) failed(refused);
  };
  const props = { devices: ticked, onCancel: close };
  return (
    <>
      <DeviceListView
        answer={devices}
        search={search}
        choices={choices}
        selections={selections.data?.items ?? []}
        pages={pages}
        marked={marked}
        markedCount={ticked.length}
        onMark={setMarked}
        onMarkAll={() =>
          void acts.findAll(asked).then((found) => {
            setMarkedHere(rows.map(({ id }) => id));
            setAllFound(found);
          }, failed)
        }
        isExporting={acts.isExporting}
        onAct={(what) => void act(what)}
        onExport={() => acts.exportAll(asked, failed)}
        onSave={() => {
          const { after: _, selected: __, limit: ___, columns: ____, ...kept } = search;
          const query = Object.fromEntries(
            Object.entries(kept).flatMap(([key, value]) =>
              value === undefined ? [] : [[key, Array.isArray(value) ? value : String(value)]],
            ),
          );
          go(address(withQuery(paths.deviceSelection('new'), query)));
        }}
        onClearFilters={() => {
          const nothing = Object.fromEntries(Object.keys(DeviceFilterState.shape).map((key) => [key, undefined]));
          change({ ...nothing, selection: undefined });
        }}
        onChange={change}
      />
      {dialog === 'move' && (
        <MoveDevicesView
          {...props}
          groups={(groups.data?.items ?? [])
            .filter(({ kind }) => kind !== 'super')
            .map(({ id, fullName }) => ({ value: String(id), label: fullName.replace(/\/$/, '') }))}
          isBusy={acts.move.isPending}
          problem={acts.move.error}
          onMove={(groupId) =>
            acts.move.mutate({ body: { deviceIds, groupId } }, done(text('movedMany', { count: ticked.length })))
          }
        />
      )}
      {dialog === 'tags' && (
        <ChangeTagsView
          {...props}
          isBusy={acts.tags.isPending}
          problem={acts.tags.error}
          onSave={(tags) =>
            acts.tags.mutate({ body: { deviceIds, ...tags } }, done(text('taggedMany', { count: ticked.length })))
          }
        />
      )}
      {dialog === 'delete' && (
        <DeleteDevicesView
          {...props}
          isBusy={acts.remove.isPending}
          problem={acts.remove.error}
          onConfirm={() =>
            acts.remove.mutate({ body: { deviceIds } }, done(text('deletedMany', { count: ticked.length })))
          }
        />
      )}
    </>
  );
};
