import { type DeviceQuery, DeviceSelectionSettings, type DeviceSort } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import type { Actor } from '../../platform/http/index.ts';
import { type DeviceFilter, type DeviceLists, type FilterGroups, resolveDeviceFilter } from '../devices/index.ts';
import { mayRead } from '../selections/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceSelectionStore } from './store.ts';

const standard = DeviceSelectionSettings.parse({});

export interface DeviceSearchParts {
  store: DeviceSelectionStore;
  listsOf: (scope: TenantScope) => DeviceLists;
  filterGroupsOf: (scope: TenantScope) => FilterGroups;
  clock: Clock;
  visibleSince: () => Date;
}

/** What selections and filters find. */
export const createDeviceSearches = ({ store, listsOf, filterGroupsOf, clock, visibleSince }: DeviceSearchParts) => {
  const contextOf = (scope: TenantScope) => ({
    now: clock(),
    visibleSince: visibleSince(),
    groups: filterGroupsOf(scope),
  });

  return {
    /** A question with its meaning fixed. @throws NotFound for a selection that the caller may not use */
    plan: async (
      actor: Actor,
      { selectionId, filter, sort }: DeviceQuery,
    ): Promise<{ filter: DeviceFilter; sort: DeviceSort }> => {
      const selection = selectionId === undefined ? null : await store.get(selectionId);
      if (selection && !mayRead(selection, actor)) throw new NotFound('device selection', selectionId ?? '');
      const context = contextOf(actor.tenantIds ?? 'all');
      const both = [...(selection ? [selection.settings.filter] : []), ...(filter ? [filter] : [])];
      return {
        filter: { and: await Promise.all(both.map((each) => resolveDeviceFilter(each, context))) },
        sort: sort ?? selection?.settings.sort ?? standard.sort,
      };
    },

    /** What a selection means as of now, for tasks. @throws NotFound when it is gone */
    filterOf: async (selectionId: string, scope: TenantScope): Promise<{ name: string; filter: DeviceFilter }> => {
      const { name, settings } = await store.get(selectionId);
      return { name, filter: await resolveDeviceFilter(settings.filter, contextOf(scope)) };
    },

    /**
     * All devices of a scope that a selection finds now, a page at a time in the order of their ids: for tasks and
     * whatever else acts on many devices. Nothing is held in memory but one page.
     *
     * @throws NotFound when the selection is gone
     */
    targets: async function* (selectionId: string, scope: TenantScope) {
      const { settings } = await store.get(selectionId);
      yield* listsOf(scope).walk(await resolveDeviceFilter(settings.filter, contextOf(scope)));
    },
  };
};
export type DeviceSearches = ReturnType<typeof createDeviceSearches>;
