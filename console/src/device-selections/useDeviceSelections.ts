import {
  addDeviceSelection,
  changeDeviceSelection,
  DeviceSelectionFile,
  deleteDeviceSelections,
  duplicateDeviceSelection,
  exportDeviceSelection,
  getAdministrationOverview,
  getDeviceSelection,
  importDeviceSelection,
  listDeviceSelections,
  listDeviceTags,
  listGroups,
  listTenants,
  listUsers,
} from '@gatehouse/contract';
import { call, saveFile, useAsk, useTell } from '../api/index.ts';
import { useMay } from '../platform/index.ts';

const changes = { changes: [listDeviceSelections] };

export const useDeviceSelections = () => {
  const bring = useTell(importDeviceSelection, changes);
  return {
    list: useAsk(listDeviceSelections, {}),
    duplicate: useTell(duplicateDeviceSelection, changes),
    remove: useTell(deleteDeviceSelections, changes),
    /** @throws ApiProblem */
    toFile: async (selectionId: string): Promise<void> => {
      const file = await call(exportDeviceSelection, { params: { selectionId } });
      const name = `${file.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_')}.json`;
      saveFile(name, `${JSON.stringify(file, null, 2)}\n`, 'application/json');
    },
    /** @throws SyntaxError, ZodError for a file that is none, ApiProblem */
    fromFile: async (file: File) =>
      bring.mutateAsync({ body: DeviceSelectionFile.parse(JSON.parse(await file.text())) }),
  };
};

/** One selection, or none for a new one, and the ways to save it. */
export const useDeviceSelection = (selectionId: string | null) => ({
  selection: useAsk(
    getDeviceSelection,
    { params: { selectionId: selectionId ?? '' } },
    { enabled: selectionId !== null },
  ),
  add: useTell(addDeviceSelection, changes),
  change: useTell(changeDeviceSelection, { changes: [listDeviceSelections, getDeviceSelection] }),
});

/** What the form can offer. @param tenantId the client whose groups are shown */
export const useDeviceSelectionChoices = (tenantId: string | undefined) => {
  const maySeeUsers = useMay()('users:read');
  const users = useAsk(listUsers, {}, { enabled: maySeeUsers });
  const overview = useAsk(getAdministrationOverview, { query: {} });
  const conditions = new Map(overview.data?.conditions.map(({ condition, title }) => [condition, title]));
  return {
    tenants: useAsk(listTenants, {}).data?.items ?? [],
    groups:
      useAsk(listGroups, { params: { tenantId: tenantId ?? '' } }, { enabled: tenantId !== undefined }).data?.items ??
      [],
    tags: (useAsk(listDeviceTags, {}).data?.items ?? []).map(({ tag }) => ({ value: tag, label: tag })),
    conditions: [...conditions].map(([value, label]) => ({ value, label })),
    /** Null: the caller may not see who there is. */
    users: maySeeUsers ? (users.data?.items ?? []) : null,
  };
};
export type DeviceSelectionChoices = ReturnType<typeof useDeviceSelectionChoices>;
