import {
  addDeviceSelection,
  changeDeviceSelection,
  type DeviceSelection as DeviceSelectionReply,
  deleteDeviceSelections,
  duplicateDeviceSelection,
  exportDeviceSelection,
  getDeviceSelection,
  importDeviceSelection,
  listDeviceSelections,
  SelectionAccess,
} from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { isOwn, mayChange, mayRead } from '../selections/index.ts';
import type { DeviceSelection } from './selection.ts';
import type { DeviceSelectionStore } from './store.ts';

const isChangeable = (selection: DeviceSelection, actor: Actor): boolean =>
  selection.owner !== null && mayChange(selection, actor);

const shown = (selection: DeviceSelection, actor: Actor): DeviceSelectionReply => ({
  id: selection.id,
  name: selection.name,
  predefined: selection.owner === null,
  ownerName: selection.owner?.name ?? null,
  isOwn: isOwn(selection, actor),
  mayChange: isChangeable(selection, actor),
  settings: selection.settings,
  access: selection.access,
  changedAt: selection.changedAt?.toISOString() ?? null,
  changedBy: selection.changedBy,
});

interface Caller {
  actor: Actor;
  request: { address: string };
}

export const deviceSelectionRoutes = (
  http: Http,
  {
    store,
    inTransaction,
    clock,
  }: {
    store: DeviceSelectionStore;
    /** What is added, changed and removed in it becomes history under the name of that person. */
    inTransaction: <T>(doer: Doer, work: (store: DeviceSelectionStore) => Promise<T>) => Promise<T>;
    clock: Clock;
  },
): void => {
  const readable = async (from: DeviceSelectionStore, id: string, actor: Actor): Promise<DeviceSelection> => {
    const selection = await from.get(id);
    if (!mayRead(selection, actor)) throw new NotFound('device selection', id);
    return selection;
  };
  const changeable = async (from: DeviceSelectionStore, id: string, actor: Actor): Promise<DeviceSelection> => {
    const selection = await readable(from, id, actor);
    if (selection.owner === null) {
      throw new Conflict(
        'device-selection.predefined',
        `“${selection.name}” is predefined and stays as it is; duplicate it to have one of your own`,
      );
    }
    if (isChangeable(selection, actor)) return selection;
    throw new Forbidden(
      `“${selection.name}” is shared with you to be used, not to be changed; duplicate it to have one of your own`,
      'device-selection.not-yours',
    );
  };
  const addOwn = ({ actor, request }: Caller, given: Pick<DeviceSelection, 'name' | 'settings' | 'access'>) => {
    const now = clock();
    const { id, name, tenantIds } = actor;
    return inTransaction(doerOf({ actor, request }), (tx) =>
      tx.add(newId(now), { id, name, tenantIds }, { ...given, changedAt: now, changedBy: name }),
    );
  };
  const addUnshared = async (call: Caller, { name, settings }: Pick<DeviceSelection, 'name' | 'settings'>) =>
    addOwn(call, { name: await store.freeName(call.actor.id, name), settings, access: SelectionAccess.parse({}) });

  route(http, listDeviceSelections, async ({ actor }) => ({
    items: (await store.list())
      .filter((selection) => mayRead(selection, actor))
      .map((selection) => shown(selection, actor)),
  }));

  route(http, getDeviceSelection, async ({ actor, params }) =>
    shown(await readable(store, params.selectionId, actor), actor),
  );

  route(http, addDeviceSelection, async ({ actor, body, request }) =>
    shown(await addOwn({ actor, request }, body), actor),
  );

  route(http, changeDeviceSelection, async ({ actor, params, body, request, audit }) => {
    const before = await changeable(store, params.selectionId, actor);
    audit({ before: { name: before.name, settings: before.settings, access: before.access } });
    const saved = { ...body, changedAt: clock(), changedBy: actor.name };
    return shown(await inTransaction(doerOf({ actor, request }), (tx) => tx.change(before.id, saved)), actor);
  });

  route(http, deleteDeviceSelections, ({ actor, body, request, audit }) =>
    inTransaction(doerOf({ actor, request }), async (tx) => {
      const going: DeviceSelection[] = [];
      for (const id of new Set(body.ids)) going.push(await changeable(tx, id, actor));
      audit({ before: going.map(({ id, name, settings }) => ({ id, name, settings })) });
      await tx.remove(going.map(({ id }) => id));
      return {};
    }),
  );

  route(http, duplicateDeviceSelection, async ({ actor, params, request }) =>
    shown(await addUnshared({ actor, request }, await readable(store, params.selectionId, actor)), actor),
  );

  route(http, exportDeviceSelection, async ({ actor, params }) => {
    const { name, settings } = await readable(store, params.selectionId, actor);
    return { kind: 'gatehouse-device-selection' as const, version: 1 as const, name, settings };
  });

  route(http, importDeviceSelection, async ({ actor, body, request }) =>
    shown(await addUnshared({ actor, request }, body), actor),
  );
};
