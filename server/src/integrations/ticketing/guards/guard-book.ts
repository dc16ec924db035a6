import type { ReplyIn, TicketGuards } from '@gatehouse/contract';
import { type GuardName as Guard, GuardName, type getTicketGuards } from '@gatehouse/contract';
import { Conflict, InvalidInput } from '../../../platform/errors/index.ts';
import { plainGuards, recommendedGuards } from './settings.ts';
import type { GuardStore } from './store-guards.ts';

const DAY_MS = 86_400_000;

/** The noise guards of all integrations: their settings, and what they held back. */
export const guardBook = ({ store, clock }: { store: GuardStore; clock: () => Date }) => {
  const current = async (integrationId: string): Promise<{ settings: TicketGuards; revision: number }> => {
    const row = await store.find(integrationId);
    // Settings of a newer release that were not saved yet are off.
    return row
      ? { settings: { ...plainGuards, ...row.settings }, revision: row.revision }
      : { settings: plainGuards, revision: 0 };
  };

  return {
    of: async (integrationId: string): Promise<TicketGuards> => (await current(integrationId)).settings,

    async shown(integrationId: string): Promise<ReplyIn<typeof getTicketGuards>> {
      const { settings, revision } = await current(integrationId);
      const now = clock().getTime();
      const held = new Map(
        (await store.countHeld(integrationId, { day: new Date(now - DAY_MS), week: new Date(now - 7 * DAY_MS) })).map(
          (each) => [each.guard, each],
        ),
      );
      const none = (guard: Guard) => ({ guard, lastDay: 0, lastWeek: 0, lastAt: null });
      return {
        guards: settings,
        revision,
        defaults: plainGuards,
        recommended: recommendedGuards,
        held: GuardName.options.map((guard) => {
          const found = held.get(guard);
          return found ? { ...found, lastAt: found.lastAt.toISOString() } : none(guard);
        }),
      };
    },

    /** @throws Conflict when somebody saved meanwhile; InvalidInput when a window is there twice */
    async save(integrationId: string, guards: TicketGuards, revision: number): Promise<void> {
      const ids = guards.maintenance.map(({ id }) => id);
      const twice = ids.findIndex((id, at) => ids.indexOf(id) !== at);
      if (twice !== -1) {
        throw new InvalidInput('A maintenance window is there twice', [
          { where: `body.guards.maintenance[${twice}].id`, what: 'the id of another window of this list' },
        ]);
      }
      if (!(await store.save(integrationId, guards, revision))) {
        throw new Conflict(
          'ticket-guards.changed-meanwhile',
          'Somebody else saved these settings since they were opened: look at them as they are now, then change them again',
        );
      }
    },
  };
};
export type GuardBook = ReturnType<typeof guardBook>;
