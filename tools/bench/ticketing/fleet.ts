/** Devices whose problems come and go by chance, as a source that the Integration Service reads; and the truth about them. */
import type { Source, SourceDevice, SourceTenant } from '../../../server/src/integrations/sources/source.ts';
import type { Chance } from '../../lib/chance.ts';

export const STEP_MS = 5 * 60_000;
const HOUR_STEPS = 12;
const DAY_STEPS = 24 * HOUR_STEPS;

/** A problem of a device, from the step at which it is there up to, not with, the one at which it is gone. */
export interface Episode {
  device: number;
  from: number;
  until: number;
}

export interface FleetDevice {
  id: string;
  name: string;
  client: number;
}

export interface Fleet {
  devices: FleetDevice[];
  episodes: Episode[];
  steps: number;
}

/** Makes a fleet: lasting problems, problems that flap, and storms of one client. The last day is calm, so that all ends. */
export const makeFleet = ({
  chance,
  devices: count,
  days,
  clients,
  activity = 1,
}: {
  chance: Chance;
  devices: number;
  days: number;
  clients: number;
  /** 1: a device has one lasting problem in two months and one that flaps in three. */
  activity?: number;
}): Fleet => {
  const steps = days * DAY_STEPS;
  const calmFrom = steps - DAY_STEPS;
  const devices = Array.from({ length: count }, (_, at) => ({
    id: `host-${at}`,
    name: `pc-${String(at).padStart(4, '0')}`,
    client: at % clients,
  }));
  const taken = new Map<number, Episode[]>();
  const add = (device: number, from: number, length: number): void => {
    const until = Math.min(from + Math.max(1, length), calmFrom);
    const own = taken.get(device) ?? [];
    // A step apart at least: what touches would be one problem to whoever reads once a step.
    if (from >= until || own.some((each) => from <= each.until + 1 && until + 1 >= each.from)) return;
    taken.set(device, [...own, { device, from, until }]);
  };

  for (let device = 0; device < count; device += 1) {
    for (let times = chance.times((activity * days) / 60); times > 0; times -= 1) {
      add(device, chance.whole(1, calmFrom - 1), chance.whole(HOUR_STEPS / 2, 2 * DAY_STEPS));
    }
    for (let times = chance.times((activity * days) / 90); times > 0; times -= 1) {
      let at = chance.whole(1, calmFrom - 1);
      for (let repeats = chance.whole(3, 5); repeats > 0; repeats -= 1) {
        const length = chance.whole(1, 3);
        add(device, at, length);
        at += length + chance.whole(2, 4);
      }
    }
  }
  for (let storms = Math.max(1, Math.round(days / 10)); storms > 0; storms -= 1) {
    const client = chance.whole(0, clients - 1);
    const at = chance.whole(1, calmFrom - 1);
    for (const [device, each] of devices.entries()) {
      if (each.client === client && chance.happens(0.6)) add(device, at, chance.whole(2, 6) * HOUR_STEPS);
    }
  }
  return { devices, steps, episodes: [...taken.values()].flat().sort((a, b) => a.from - b.from) };
};

/** The hour at which an outage of the PSA leaves most problems that end in it and had a ticket before. */
export const worstHour = ({ episodes, steps }: Fleet, hours: number): number => {
  const endingIn = (hour: number): number => {
    const [from, until] = [hour * HOUR_STEPS, (hour + hours) * HOUR_STEPS];
    return episodes.filter((each) => each.from < from - 2 && each.until >= from && each.until < until).length;
  };
  const candidates = Array.from({ length: Math.max(1, steps / HOUR_STEPS - hours - 36) }, (_, at) => at + 12);
  return candidates.reduce((worst, hour) => (endingIn(hour) > endingIn(worst) ? hour : worst), 12);
};

/** The fleet as it stands at a step. */
export const playFleet = ({ devices, episodes, steps }: Fleet) => {
  const begins = Map.groupBy(episodes, ({ from }) => from);
  const ends = Map.groupBy(episodes, ({ until }) => until);
  const sick = new Set<number>();
  let changed = new Set<number>();

  const deviceAt = (at: number): SourceDevice => {
    const { id, name } = devices[at] as FleetDevice;
    const isSick = sick.has(at);
    return {
      deviceId: id,
      name,
      level: isSick ? 'critical' : 'ok',
      signals: isSick ? ['activeThreats'] : [],
      visible: true,
      lastVisibleAt: null,
      applicationStatus: null,
    };
  };
  const clients = new Map<number, number[]>();
  for (const [at, { client }] of devices.entries()) clients.set(client, [...(clients.get(client) ?? []), at]);
  const tenantOf = (client: number): SourceTenant => ({
    tenantId: String(client + 1),
    name: `Client ${client + 1}`,
    uid: null,
  });

  const source: Source = {
    // Only those with news: what did not change decides nothing, and a month has many steps.
    tenants: async () => [...changed].map(tenantOf),
    inTenant: ({ tenantId }, read) =>
      read({
        devices: async () => (clients.get(Number(tenantId) - 1) ?? []).map(deviceAt),
        groups: async () => [],
        licenses: async () => {
          throw new Error('a replay reads no licences');
        },
        async *events() {},
      } as Parameters<typeof read>[0]),
  };
  return {
    source,
    steps,
    tenants: [...clients.keys()].map(tenantOf),
    /** @param readAll clients without news too */
    goTo(step: number, readAll: boolean): void {
      changed = new Set(readAll ? clients.keys() : []);
      const turn = ({ device }: Episode, isSick: boolean) => {
        if (isSick) sick.add(device);
        else sick.delete(device);
        changed.add((devices[device] as FleetDevice).client);
      };
      for (const episode of ends.get(step) ?? []) turn(episode, false);
      for (const episode of begins.get(step) ?? []) turn(episode, true);
    },
    hasNews: () => changed.size > 0,
    sick: (): FleetDevice[] => [...sick].map((at) => devices[at] as FleetDevice),
  };
};
