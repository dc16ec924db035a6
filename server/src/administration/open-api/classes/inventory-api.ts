import { long, type Params } from '@gatehouse/protocols/ksc-open-api';
import type { SoftwareRecord } from '../../inventory/index.ts';
import { hostOf } from '../host-group/hosts.ts';
import type { Method, MethodClass } from '../method.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });
const ROWS_AT_ONCE = 2000;
const NO_PATCHES = 'None: agents tell of programs, not of patches to them';

/** One program as it is told, with the natural empty value of what no agent tells. */
export const productRow = (item: SoftwareRecord): Params => ({
  ProductID: String(item.id),
  DisplayName: item.name,
  DisplayVersion: item.version,
  Publisher: item.publisher ?? '',
  ARPRegKey: '',
  InstallDate: '',
  InstallDir: '',
  LangId: 0,
  bIsMsi: false,
  VapmBuild: long(0),
});

const listed = (rows: readonly Params[]): Params => ({ PxgRetVal: { GNRL_EA_PARAM_1: rows } });

/** InventoryApi: what is installed on hosts, as their agents told (KSCAPI 13, class InventoryApi). */
export const inventoryApiClass: MethodClass = {
  GetInvProductsList: read(async ({ administration, login, now }) => {
    const inventory = administration.inventoryOf(login.scope());
    const ids = await inventory.findIds({ kind: 'all' }, [], now);
    const rows: Params[] = [];
    for (let from = 0; from < ids.length; from += ROWS_AT_ONCE) {
      rows.push(...(await inventory.byIds(ids.subarray(from, from + ROWS_AT_ONCE))).map(productRow));
    }
    return listed(rows);
  }),

  GetHostInvProducts: read(async (call) => {
    const host = await hostOf(call, 'szwHostId');
    const inventory = call.administration.inventoryOf(call.login.scope());
    const rows: Params[] = [];
    let after: string | undefined;
    do {
      const page = await inventory.ofDevice(host.id, {}, ROWS_AT_ONCE, after);
      rows.push(...page.items.map(productRow));
      after = page.next ?? undefined;
    } while (after !== undefined);
    return listed(rows);
  }),

  GetInvPatchesList: { ...read(() => listed([])), note: NO_PATCHES },
  GetHostInvPatches: {
    ...read(async (call) => {
      await hostOf(call, 'szwHostId');
      return listed([]);
    }),
    note: NO_PATCHES,
  },
};
