import type { FollowedTicket } from '../decide.ts';
import { placeOf, stormSubject } from '../guards/guard-facts.ts';
import type { TenantDesk } from '../new-ticket.ts';
import { emptyWorld, type World } from '../rehearsal/world.ts';
import type { TicketRow } from '../store-tickets.ts';
import type { Unit } from '../store-unit.ts';
import type { ShadowTicketRow } from './store-shadows.ts';

const MINUTE_MS = 60_000;
const BACKLOG = 'backlog:';

/** What is on its way to the PSA counts as done: the shadow has no PSA to wait for. */
const settled = (state: FollowedTicket['state']): 'open' | 'closed' => (state === 'closed' ? 'closed' : 'open');

/**
 * A tenant as it really stands, as the beginning of its shadow: open tickets, storms, and what waits. Reads only.
 * The tickets that list what was there when rules were switched on stay out: they are a person's choice, not a rule's.
 */
export const takeOver = async (
  { tickets, guards }: Unit,
  desk: TenantDesk,
  now: Date,
): Promise<{ world: World; tickets: Omit<ShadowTicketRow, 'run_id'>[] }> => {
  const world = emptyWorld();
  const before = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS);
  const followed = (await tickets.listFollowed(desk)).filter(({ subject }) => !subject.startsWith(BACKLOG));
  const storms = await tickets.listStorms(desk);
  const { flapMinutes, storm: stormGuard } = desk.guards;
  const closed = flapMinutes > 0 ? await tickets.listRecentlyClosed(desk, before(flapMinutes)) : [];
  world.opened = stormGuard ? await tickets.listRecentlyOpened(desk, before(stormGuard.minutes)) : [];
  const rows = await tickets.findAll([...followed, ...storms, ...closed].map(({ ticketId }) => ticketId));

  const taken: Omit<ShadowTicketRow, 'run_id'>[] = [];
  const numberOf = ({ id, subject, reason, ...row }: TicketRow): string => {
    world.begun += 1;
    world.known.set(String(world.begun), { deviceId: row.device_id, deviceName: row.device_name, subject, reason });
    taken.push({
      source_id: row.source_id,
      tenant_id: row.tenant_id,
      tenant_name: desk.tenantName,
      number: world.begun,
      device_id: row.device_id,
      device_name: row.device_name,
      subject,
      reason,
      rule: null,
      fields: {},
      why: row.why,
      opened_at: row.opened_at,
      closed_at: row.closed_at,
      taken_over: true,
      real_ticket_id: id,
    });
    return String(world.begun);
  };
  const renumbered = <T extends { ticketId: string }>(list: T[]): T[] =>
    list.flatMap((each) => {
      const row = rows.get(each.ticketId);
      return row ? [{ ...each, ticketId: numberOf(row) }] : [];
    });

  world.tickets = renumbered(followed).map((ticket) => ({ ...ticket, state: settled(ticket.state) }));
  world.storms = renumbered(storms).map((storm) => ({ ...storm, state: settled(storm.state) }));
  world.closed = renumbered(closed);
  world.waiting = await guards.listWaiting(desk);
  world.pending = await tickets.listPendingEvents(desk.sourceId, desk.tenantId);
  for (const { device_id, subject, why } of await tickets.listHeldBack(desk)) {
    world.standing.set(placeOf(device_id, subject), why);
  }
  return { world, tickets: taken };
};

/** Real tickets that are not over, by what they are about: number of the shadow's ticket → real ticket. */
export const pairsOf = async ({ tickets }: Unit, desk: TenantDesk, world: World): Promise<Map<number, string>> => {
  const real = new Map<string, string>();
  for (const { deviceId, subject, ticketId } of await tickets.listFollowed(desk)) {
    real.set(placeOf(deviceId, subject), ticketId);
  }
  for (const { subject, ticketId } of await tickets.listStorms(desk)) {
    real.set(placeOf('', stormSubject(subject)), ticketId);
  }
  const pairs = new Map<number, string>();
  for (const { ticketId } of [...world.tickets, ...world.storms]) {
    const ticket = world.known.get(ticketId);
    const found = ticket && real.get(placeOf(ticket.deviceId, ticket.subject));
    if (found !== undefined) pairs.set(Number(ticketId), found);
  }
  return pairs;
};
