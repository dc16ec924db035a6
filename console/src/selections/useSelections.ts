import {
  addEventSelection,
  changeEventSelection,
  deleteEventSelections,
  duplicateEventSelection,
  EventSelectionFile,
  exportEventSelection,
  getEventSelection,
  importEventSelection,
  listEventSelections,
  listEventTypes,
  listGroups,
  listTenants,
  listUsers,
} from '@gatehouse/contract';
import { call, saveFile, useAsk, useTell } from '../api/index.ts';
import { useMay } from '../platform/index.ts';

const changes = { changes: [listEventSelections] };

export const useSelections = () => {
  const bring = useTell(importEventSelection, changes);
  return {
    list: useAsk(listEventSelections, {}),
    duplicate: useTell(duplicateEventSelection, changes),
    remove: useTell(deleteEventSelections, changes),
    /** @throws ApiProblem */
    toFile: async (selectionId: string): Promise<void> => {
      const file = await call(exportEventSelection, { params: { selectionId } });
      saveFile(
        `${file.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_')}.json`,
        `${JSON.stringify(file, null, 2)}\n`,
        'application/json',
      );
    },
    /** @throws SyntaxError, ZodError for a file that is none, ApiProblem */
    fromFile: async (file: File) =>
      bring.mutateAsync({ body: EventSelectionFile.parse(JSON.parse(await file.text())) }),
  };
};

/** One selection, or none for a new one, and the ways to save it. */
export const useSelection = (selectionId: string | null) => ({
  selection: useAsk(
    getEventSelection,
    { params: { selectionId: selectionId ?? '' } },
    { enabled: selectionId !== null },
  ),
  add: useTell(addEventSelection, changes),
  change: useTell(changeEventSelection, { changes: [listEventSelections, getEventSelection] }),
});

/** What the form can offer. @param tenantId the client whose groups are shown */
export const useSelectionChoices = (tenantId: string | undefined) => {
  const maySeeUsers = useMay()('users:read');
  const users = useAsk(listUsers, {}, { enabled: maySeeUsers });
  return {
    types: useAsk(listEventTypes, {}).data?.items ?? [],
    tenants: useAsk(listTenants, {}).data?.items ?? [],
    groups:
      useAsk(listGroups, { params: { tenantId: tenantId ?? '' } }, { enabled: tenantId !== undefined }).data?.items ??
      [],
    /** Null: the caller may not see who there is. */
    users: maySeeUsers ? (users.data?.items ?? []) : null,
  };
};
export type SelectionChoices = ReturnType<typeof useSelectionChoices>;
