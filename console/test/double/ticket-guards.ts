import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const off = contract.TicketGuards.parse({});
const recommended = contract.TicketGuards.parse({
  creationDelayMinutes: 10,
  flapMinutes: 60,
  storm: { devices: 10, minutes: 10 },
  workedOn: 'note',
});
const sourceId = idOf('source');

const someWindows = (): contract.MaintenanceWindow[] => [
  {
    id: idOf('window nightly'),
    name: 'Patch night',
    scope: { kind: 'group', sourceId, sourceTenantId: '1', groupPath: 'Managed devices/Servers' },
    schedule: { kind: 'weekly', days: ['sunday'], startsAt: '22:00', durationMinutes: 240, timeZone: 'Europe/Vienna' },
    events: 'later',
  },
  {
    id: idOf('window move'),
    name: 'Office move',
    scope: { kind: 'everything' },
    schedule: {
      kind: 'once',
      from: new Date(Date.now() - 3_600_000).toISOString(),
      until: new Date(Date.now() + 3_600_000).toISOString(),
    },
    events: 'never',
  },
];

/** Noise guards that held things back lately; the second save of a stale revision is refused. */
export const answerTicketGuards = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  const full = kind === 'full';
  const state = { revision: full ? 3 : 0, guards: full ? { ...off, maintenance: someWindows() } : off };
  const figures: Record<contract.GuardName, [number, number]> = {
    delay: [6, 41],
    flap: [2, 17],
    storm: [0, 58],
    maintenance: [0, 9],
    muting: [1, 4],
    'worked-on': [0, 0],
  };
  const answer = () => ({
    ...state,
    defaults: off,
    recommended,
    held: contract.GuardName.options.map((guard) => ({
      guard,
      lastDay: full ? figures[guard][0] : 0,
      lastWeek: full ? figures[guard][1] : 0,
      lastAt: full && figures[guard][1] > 0 ? new Date(Date.now() - 7_200_000).toISOString() : null,
    })),
  });
  on(contract.getTicketGuards, answer);
  on(contract.putTicketGuards, ({ body }) => {
    if (body.revision !== state.revision) {
      throw new Refusal(409, 'ticket-guards.changed-meanwhile', 'Somebody else saved these settings meanwhile');
    }
    Object.assign(state, { guards: body.guards, revision: state.revision + 1 });
    return answer();
  });
  on(contract.listMaintenanceGroups, () => ({
    paths: ['Managed devices', 'Managed devices/Laptops', 'Managed devices/Servers'],
  }));
  on(contract.getTicketReconciliation, () => ({
    at: null,
    unknown: [],
    reopenedByPeople: [],
    doubled: [],
    found: [],
    closedThere: 0,
  }));
};
