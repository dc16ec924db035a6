import {
  addSiemTarget,
  changeSiemTarget,
  deleteSiemTarget,
  getSystemLogState,
  listEventTypes,
  listSiemTargets,
  listTenants,
  testSiemTarget,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

/** How the export goes changes by itself. */
const REFETCH_MS = 5000;

export const useSiemExports = () => ({
  targets: useAsk(listSiemTargets, {}, { refetchMs: () => REFETCH_MS }),
  log: useAsk(getSystemLogState, {}, { refetchMs: () => REFETCH_MS }),
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
  types: useAsk(listEventTypes, {}),
  add: useTell(addSiemTarget, { changes: [listSiemTargets] }),
  change: useTell(changeSiemTarget, { changes: [listSiemTargets] }),
  remove: useTell(deleteSiemTarget, { changes: [listSiemTargets] }),
  test: useTell(testSiemTarget),
});
