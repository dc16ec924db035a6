import {
  addEventSelection,
  changeEventSelection,
  deleteEventSelections,
  duplicateEventSelection,
  type EventSelection,
  exportEventSelection,
  getEventSelection,
  importEventSelection,
  listEventSelections,
  SelectionAccess,
} from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { isOwn, mayChange, mayRead } from './access.ts';
import { isPredefined, requireOnlyChangeable } from './predefined.ts';
import type { Selection } from './selection.ts';
import type { SelectionStore } from './store.ts';

const shown = (selection: Selection, actor: Actor): EventSelection => ({
  id: selection.id,
  name: selection.name,
  predefined: selection.owner === null,
  ownerName: selection.owner?.name ?? null,
  isOwn: isOwn(selection, actor),
  mayChange: mayChange(selection, actor),
  settings: selection.settings,
  access: selection.access,
  changedAt: selection.changedAt.toISOString(),
  changedBy: selection.changedBy,
});

interface Caller {
  actor: Actor;
  request: { address: string };
}

const ownerOf = ({ id, name, tenantIds }: Actor) => ({ id, name, tenantIds });

export const selectionRoutes = (
  http: Http,
  {
    store,
    inTransaction,
    clock,
  }: {
    store: SelectionStore;
    /** What is added, changed and removed in it becomes history under the name of that person. */
    inTransaction: <T>(doer: Doer, work: (store: SelectionStore) => Promise<T>) => Promise<T>;
    clock: Clock;
  },
): void => {
  const readable = async (from: SelectionStore, id: string, actor: Actor): Promise<Selection> => {
    const selection = await from.get(id);
    if (!mayRead(selection, actor)) throw new NotFound('event selection', id);
    return selection;
  };
  const changeable = async (from: SelectionStore, id: string, actor: Actor): Promise<Selection> => {
    const selection = await readable(from, id, actor);
    if (mayChange(selection, actor)) return selection;
    throw new Forbidden(
      `“${selection.name}” is shared with you to be used, not to be changed; duplicate it to have one of your own`,
      'event-selection.not-yours',
    );
  };
  const addOwn = (call: Caller, given: Pick<Selection, 'name' | 'settings' | 'access'>) => {
    const now = clock();
    const { actor } = call;
    return inTransaction(doerOf(call), (tx) =>
      tx.add(newId(now), ownerOf(actor), { ...given, changedAt: now, changedBy: actor.name }),
    );
  };

  route(http, listEventSelections, async ({ actor }) => ({
    items: (await store.list())
      .filter((selection) => mayRead(selection, actor))
      .map((selection) => shown(selection, actor)),
  }));

  route(http, getEventSelection, async ({ actor, params }) =>
    shown(await readable(store, params.selectionId, actor), actor),
  );

  route(http, addEventSelection, async ({ actor, body, request }) =>
    shown(await addOwn({ actor, request }, body), actor),
  );

  route(http, changeEventSelection, async ({ actor, params, body, request, audit }) => {
    const before = await changeable(store, params.selectionId, actor);
    requireOnlyChangeable(before.id, body);
    audit({ before: { name: before.name, settings: before.settings, access: before.access } });
    const saved = { ...body, changedAt: clock(), changedBy: actor.name };
    return shown(await inTransaction(doerOf({ actor, request }), (tx) => tx.change(before.id, saved)), actor);
  });

  route(http, deleteEventSelections, ({ actor, body, request, audit }) =>
    inTransaction(doerOf({ actor, request }), async (tx) => {
      const going: Selection[] = [];
      for (const id of new Set(body.ids)) {
        const selection = await readable(tx, id, actor);
        if (isPredefined(id)) {
          throw new Conflict('event-selection.predefined', `“${selection.name}” is predefined and cannot be deleted`);
        }
        going.push(await changeable(tx, id, actor));
      }
      audit({ before: going.map(({ id, name, settings }) => ({ id, name, settings })) });
      await tx.remove(going.map(({ id }) => id));
      return {};
    }),
  );

  route(http, duplicateEventSelection, async ({ actor, params, request }) => {
    const { name, settings } = await readable(store, params.selectionId, actor);
    const free = await store.freeName(actor.id, name);
    return shown(await addOwn({ actor, request }, { name: free, settings, access: SelectionAccess.parse({}) }), actor);
  });

  route(http, exportEventSelection, async ({ actor, params }) => {
    const { name, settings } = await readable(store, params.selectionId, actor);
    return { kind: 'gatehouse-event-selection' as const, version: 1 as const, name, settings };
  });

  route(http, importEventSelection, async ({ actor, body, request }) => {
    const name = await store.freeName(actor.id, body.name);
    return shown(
      await addOwn({ actor, request }, { name, settings: body.settings, access: SelectionAccess.parse({}) }),
      actor,
    );
  });
};
