import { emptyWorld, type World } from '../rehearsal/world.ts';

/** More than one reading brings; older ones cannot come again, since the cursor is past them. */
const REMEMBERED_EVENTS = 2_000;
const MINUTE_MS = 60_000;

/** A world as it is kept: dates as ISO 8601 texts, maps as pairs. */
export type StoredWorld = Record<string, unknown>;

type Plain<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T;

const revived = <T>(dates: readonly string[], item: Plain<T>): T =>
  Object.fromEntries(
    Object.entries(item as object).map(([key, value]) => [
      key,
      dates.includes(key) && typeof value === 'string' ? new Date(value) : value,
    ]),
  ) as T;

/** Statuses are not kept: each reading brings them. */
export const storedWorld = ({ devices: _, known, ticketed, standing, ...world }: World): StoredWorld =>
  JSON.parse(
    JSON.stringify({
      ...world,
      known: [...known],
      ticketed: [...ticketed].slice(-REMEMBERED_EVENTS),
      standing: [...standing],
    }),
  );

export const worldOf = (stored: StoredWorld): World => {
  const plain = stored as unknown as {
    [Key in 'tickets' | 'storms' | 'closed' | 'opened' | 'waiting' | 'pending']: Plain<World[Key]>;
  } & {
    begun: number;
    isInMaintenance: boolean;
    known: [string, never][];
    ticketed: number[];
    standing: [string, string][];
  };
  return {
    ...emptyWorld(),
    begun: plain.begun,
    isInMaintenance: plain.isInMaintenance,
    known: new Map(plain.known),
    ticketed: new Set(plain.ticketed),
    standing: new Map(plain.standing),
    tickets: plain.tickets.map((each) => revived<World['tickets'][number]>(['closedAt'], each)),
    storms: plain.storms.map(({ members, ...storm }) => ({
      ...revived<World['storms'][number]>(['joinedAt'], { ...storm, members: [] }),
      members: members.map((each) => revived<World['storms'][number]['members'][number]>(['goneAt'], each)),
    })),
    closed: plain.closed.map((each) => revived<World['closed'][number]>(['closedAt'], each)),
    opened: plain.opened.map((each) => revived<World['opened'][number]>(['at'], each)),
    waiting: plain.waiting.map((each) => revived<World['waiting'][number]>(['since'], each)),
    pending: plain.pending.map((each) => revived<World['pending'][number]>(['happenedAt', 'storedAt'], each)),
  };
};

/** Forgets what no decision asks for any more, so that a world stays as small as its open tickets. */
export const forgetPast = (
  world: World,
  { flapMinutes, stormMinutes }: { flapMinutes: number; stormMinutes: number },
  now: Date,
): void => {
  const within = (at: Date, minutes: number): boolean => now.getTime() - at.getTime() <= minutes * MINUTE_MS;
  world.closed = world.closed.filter(({ closedAt }) => within(closedAt, flapMinutes));
  world.opened = world.opened.filter(({ at }) => within(at, stormMinutes));
  const spokenOf = new Set([...world.tickets, ...world.storms, ...world.closed].map(({ ticketId }) => ticketId));
  for (const ticketId of world.known.keys()) if (!spokenOf.has(ticketId)) world.known.delete(ticketId);
};
