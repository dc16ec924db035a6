import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { RevisionListView } from './RevisionListView.tsx';
import { RevisionPanelPart } from './RevisionPanelPart.tsx';
import { RevisionSearch, useRevisions } from './useRevisions.ts';

export const RevisionListScreen = () => {
  const [search, change] = useUrlState(RevisionSearch);
  const revisions = useRevisions(search);
  const pages = useKeysetPages(search.after);
  const rows = revisions.data?.items ?? [];
  const at = rows.findIndex(({ id, number }) =>
    search.selected === undefined ? search.object !== undefined && number === search.number : id === search.selected,
  );
  const chosen = rows[at];
  const stepTo = (row: (typeof rows)[number] | undefined) => row && (() => change({ selected: row.id }));
  return (
    <>
      <RevisionListView answer={revisions} search={search} chosen={chosen} pages={pages} onChange={change} />
      {chosen && (
        <RevisionPanelPart
          revision={chosen}
          rows={rows}
          otherId={search.with}
          onPrevious={stepTo(rows[at - 1])}
          onNext={stepTo(rows[at + 1])}
          onClose={() =>
            search.number === undefined
              ? change({ selected: undefined })
              : change({ selected: undefined, number: undefined, after: search.after })
          }
          onCompare={(other) => change({ with: other, selected: chosen.id, after: search.after })}
        />
      )}
    </>
  );
};
