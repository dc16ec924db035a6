import { changeStatusSettings, getStatusSettings, listDevices, previewStatusSettings } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

/** Which conditions make the devices of a group Critical or Warning. */
export const useStatusSettings = (tenantId: string, groupId: number | undefined) => ({
  settings: useAsk(
    getStatusSettings,
    { params: { tenantId, groupId: groupId ?? 0 } },
    { topics: ['tenants'], enabled: groupId !== undefined },
  ),
  change: useTell(changeStatusSettings, { changes: [getStatusSettings, listDevices] }),
  /** How many devices a change would move. */
  preview: useTell(previewStatusSettings),
});
