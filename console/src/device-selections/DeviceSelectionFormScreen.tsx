import type { DeviceSelection, DeviceSelectionSettings } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { DeviceSearch, filterOf } from '../devices/index.ts';
import {
  Loaded,
  paths,
  UnsavedGuard,
  useAddress,
  useGo,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { DeviceSelectionFormView } from './DeviceSelectionFormView.tsx';
import { type Draft, draftOf, newDraft, savedOf, type Tab, wrongsOf } from './drafts.ts';
import { deviceSelectionMessages } from './messages.ts';
import { useDeviceSelection, useDeviceSelectionChoices } from './useDeviceSelections.ts';

/** A new selection at `/device-selections/new`, which begins with the filters that come in the address; else a saved one. */
export const DeviceSelectionFormScreen = () => {
  const { selectionId } = useParams({ strict: false }) as { selectionId: string };
  const [{ selection: baseId }] = useUrlState(DeviceSearch);
  const isNew = selectionId === 'new';
  const { selection } = useDeviceSelection(isNew ? (baseId ?? null) : selectionId);
  if (isNew && baseId === undefined) return <SelectionForm key="new" selection={null} />;
  return (
    <Loaded of={selection}>
      {(known) =>
        isNew ? (
          <SelectionForm key="new" selection={null} base={known.settings} />
        ) : (
          <SelectionForm key={known.id} selection={known} />
        )
      }
    </Loaded>
  );
};

const SelectionForm = ({ selection, base }: { selection: DeviceSelection | null; base?: DeviceSelectionSettings }) => {
  const text = useText(deviceSelectionMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search] = useUrlState(DeviceSearch);
  // Not in the address: a step from tab to tab is no way out of the form, about which the guard would ask.
  const [tab, setTab] = useState<Tab>('general');
  const [draft, setDraft] = useState<Draft>(() =>
    selection ? draftOf(selection) : newDraft(filterOf(search) ?? {}, base),
  );
  const [isDirty, setDirty] = useState(false);
  const [tried, setTried] = useState(false);
  const [groupTenantId, setGroupTenant] = useState<string>();
  const { add, change } = useDeviceSelection(null);
  const choices = useDeviceSelectionChoices(groupTenantId);
  const wrongs = wrongsOf(draft);
  const [leaveTo, setLeaveTo] = useState<string>();
  // Only when the guard has seen that nothing is unsaved any more: its effects come before these.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each target
  useEffect(() => {
    if (leaveTo) go(leaveTo);
  }, [leaveTo]);

  const onSuccess = ({ id, name }: DeviceSelection) => {
    say({ type: 'success', content: text('saved', { name }) });
    setLeaveTo(address(withQuery(paths.devices, { selection: id })));
  };
  const save = () => {
    setTried(true);
    add.reset();
    change.reset();
    if (wrongs[0]) return setTab(wrongs[0].tab);
    const body = savedOf(draft);
    if (selection) change.mutate({ params: { selectionId: selection.id }, body }, { onSuccess });
    else add.mutate({ body }, { onSuccess });
  };
  return (
    <>
      <UnsavedGuard isUnsaved={isDirty && leaveTo === undefined} />
      <DeviceSelectionFormView
        title={selection?.name ?? text('newTitle')}
        isPredefined={selection?.predefined ?? false}
        mayChange={selection?.mayChange ?? true}
        tab={tab}
        choices={choices}
        groupTenantId={groupTenantId}
        isBusy={add.isPending || change.isPending}
        problem={add.error ?? change.error}
        draft={draft}
        wrongs={tried ? wrongs : []}
        onTab={setTab}
        onGroupTenant={setGroupTenant}
        onChange={(part) => {
          setDraft((before) => ({ ...before, ...part }));
          setDirty(true);
        }}
        onSave={save}
      />
    </>
  );
};
