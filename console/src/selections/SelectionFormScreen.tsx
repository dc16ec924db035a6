import Checkbox from '@cloudscape-design/components/checkbox';
import type { EventSelection, EventSelectionSettings } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { EventSearch } from '../events/index.ts';
import {
  AskFirst,
  Loaded,
  paths,
  UnsavedGuard,
  urlOneOf,
  useAddress,
  useGo,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { type Draft, draftOf, newDraft, savedOf, type Tab, tabs, wrongsOf } from './drafts.ts';
import { selectionMessages } from './messages.ts';
import { SelectionFormView } from './SelectionFormView.tsx';
import { useSelection, useSelectionChoices } from './useSelections.ts';

const FormSearch = z.object({ ...EventSearch.shape, tab: urlOneOf(tabs) });

/** A new selection at `/event-selections/new`, which begins with the filters that come in the address; else a saved one. */
export const SelectionFormScreen = () => {
  const { selectionId } = useParams({ strict: false }) as { selectionId: string };
  const [{ selection: baseId }] = useUrlState(FormSearch);
  const isNew = selectionId === 'new';
  const { selection } = useSelection(isNew ? (baseId ?? null) : selectionId);
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

const SelectionForm = ({ selection, base }: { selection: EventSelection | null; base?: EventSelectionSettings }) => {
  const text = useText(selectionMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search] = useUrlState(FormSearch);
  // Not in the address: a step from tab to tab is no way out of the form, about which the guard would ask.
  const [tab, setTab] = useState<Tab>(search.tab ?? 'general');
  const [draft, setDraft] = useState<Draft>(() => (selection ? draftOf(selection) : newDraft(search, base)));
  const [isDirty, setDirty] = useState(false);
  const [tried, setTried] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [toResult, setToResult] = useState(true);
  const [groupTenantId, setGroupTenant] = useState<string>();
  const { add, change: save } = useSelection(null);
  const choices = useSelectionChoices(groupTenantId);
  const wrongs = wrongsOf(draft);
  const [leaveTo, setLeaveTo] = useState<string>();
  // Only when the guard has seen that nothing is unsaved any more: its effects come before these.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each target
  useEffect(() => {
    if (leaveTo) go(leaveTo);
  }, [leaveTo]);
  const problem = add.error ?? save.error;

  const onSuccess = ({ id, name }: EventSelection) => {
    setAsking(false);
    say({ type: 'success', content: text('saved', { name }) });
    setLeaveTo(address(toResult ? withQuery(paths.events, { selection: id }) : paths.eventSelections));
  };
  const confirm = () => {
    const body = savedOf(draft);
    if (selection) save.mutate({ params: { selectionId: selection.id }, body }, { onSuccess });
    else add.mutate({ body }, { onSuccess });
  };
  return (
    <>
      <UnsavedGuard isUnsaved={isDirty && leaveTo === undefined} />
      <SelectionFormView
        title={selection?.name ?? text('newTitle')}
        isPredefined={selection?.predefined ?? false}
        mayChange={selection?.mayChange ?? true}
        tab={tab}
        choices={choices}
        groupTenantId={groupTenantId}
        problem={problem}
        draft={draft}
        wrongs={tried ? wrongs : []}
        onTab={setTab}
        onGroupTenant={setGroupTenant}
        onChange={(part) => {
          setDraft((before) => ({ ...before, ...part }));
          setDirty(true);
        }}
        onSave={() => {
          setTried(true);
          add.reset();
          save.reset();
          if (wrongs.length === 0) setAsking(true);
          else if (wrongs[0]) setTab(wrongs[0].tab);
        }}
      />
      {isAsking && (
        <AskFirst
          title={text('saveTitle')}
          confirm={text('save')}
          isBusy={add.isPending || save.isPending}
          problem={problem}
          onCancel={() => setAsking(false)}
          onConfirm={confirm}
        >
          <p>{text('saveAsk', { name: draft.name.trim() })}</p>
          <Checkbox checked={toResult} onChange={({ detail }) => setToResult(detail.checked)}>
            {text('goToResult')}
          </Checkbox>
        </AskFirst>
      )}
    </>
  );
};
