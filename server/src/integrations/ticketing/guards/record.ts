import type { OwnWords } from '../about.ts';
import type { Act } from '../decide.ts';
import { lineAt, lineOf } from '../log-lines.ts';
import { type TenantDesk, ticketRow } from '../new-ticket.ts';
import { reasonTitle } from '../reasons.ts';
import type { Unit } from '../store-unit.ts';
import { ruleOfTicket } from '../winning-rule.ts';
import { type GuardedDecision, type PlannedStorm, stormSubject } from './guard-facts.ts';

const LISTED_DEVICES = 200;

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const listOf = (names: string[]): string[] => [
  ...names.slice(0, LISTED_DEVICES).map((name) => `- ${name}`),
  ...(names.length > LISTED_DEVICES ? [`and ${names.length - LISTED_DEVICES} more`] : []),
];

/** Title and text of the one ticket for all devices. */
const wordsOf = (desk: TenantDesk, { about, reason, members, apart }: PlannedStorm): OwnWords => {
  const told = about.kind === 'own-words' ? null : about;
  const what = told ? `${told.event || told.condition}${told.threat ? ` (${told.threat})` : ''}` : reasonTitle(reason);
  const devices = counted(members.length + apart, 'device', 'devices');
  return {
    kind: 'own-words',
    title: `${devices}: ${what}`,
    body: [
      `Client: ${desk.tenantName}`,
      `Reason: ${what}`,
      ...(told ? [`Severity: ${told.severity}`] : []),
      `${devices} have this at nearly the same time, so this is one ticket for all of them; notes tell what changes.`,
      ...(apart > 0 ? [`${counted(apart, 'device has', 'devices have')} a ticket of its own from just before.`] : []),
      '',
      ...listOf(members.map(({ deviceName }) => deviceName)),
    ].join('\n'),
  };
};

const openStorm = async (
  { tickets, decisions }: Unit,
  desk: TenantDesk,
  storm: PlannedStorm,
  now: Date,
): Promise<string[]> => {
  const subject = stormSubject(storm.subject);
  const rule = ruleOfTicket(desk.rules, storm);
  if (!rule) return [];
  const planned = { ...storm, subject, deviceId: '', deviceName: '', about: wordsOf(desk, storm), eventId: null };
  const row = ticketRow(desk, planned, rule, now);
  if (!(await tickets.openOnce(row))) return [];
  await tickets.addMembers(row.id, storm.members, now);
  await tickets.plan({ ticketId: row.id, action: 'open', change: {}, why: storm.why, now });
  const held = storm.members.length - 1;
  await decisions.add([
    {
      ...lineAt(
        desk,
        {
          decision: 'note',
          reason: storm.reason,
          deviceId: '',
          deviceName: '',
          ticketId: row.id,
          why: `${storm.why}; one ticket instead of ${storm.members.length}`,
        },
        now,
      ),
      guard: 'storm',
      held,
    },
  ]);
  return [row.id];
};

/** A note on a ticket that exists, in the PSA and in the log. One that is closing or closed needs none. */
const note = async ({ tickets, decisions }: Unit, { ticketId, why }: Act, title: string, held: number, now: Date) => {
  const ticket = await tickets.find(ticketId);
  if (!ticket || ticket.state === 'closed' || ticket.state === 'failed') return [];
  await decisions.add([
    { ...lineOf(ticket, 'note', why, now), ...(held > 0 ? { guard: 'storm' as const, held } : {}) },
  ]);
  if (ticket.state === 'closing') return [];
  await tickets.plan({ ticketId, action: 'note', change: { title }, why, now });
  return [ticketId];
};

/**
 * Writes down what the noise guards made of a decision.
 * @returns the tickets that have something to do now
 */
export const recordGuarded = async (
  unit: Unit,
  desk: TenantDesk,
  decision: GuardedDecision,
  now: Date,
): Promise<string[]> => {
  const { tickets } = unit;
  const touched: string[] = [];
  for (const { ticketId, why, guard } of decision.reopen) {
    if (!(await tickets.reopenOnce(ticketId))) continue;
    await tickets.plan({ ticketId, action: 'reopen', change: { guard }, why, now });
    touched.push(ticketId);
  }
  for (const act of decision.cameBack) {
    await tickets.change(act.ticketId, { left_to_person_at: null });
    touched.push(...(await note(unit, act, 'Gatehouse: the reason is back', 0, now)));
  }
  for (const storm of decision.openStorms) touched.push(...(await openStorm(unit, desk, storm, now)));
  for (const { members, ...act } of decision.joinStorms) {
    await tickets.addMembers(act.ticketId, members, now);
    await tickets.change(act.ticketId, { left_to_person_at: null });
    touched.push(...(await note(unit, act, 'Gatehouse: more devices', members.length, now)));
  }
  for (const { deviceIds, ...act } of decision.leaveStorms) {
    await tickets.markGone(act.ticketId, deviceIds, now);
    const isClosing = decision.close.some(({ ticketId }) => ticketId === act.ticketId);
    if (!isClosing) touched.push(...(await note(unit, act, 'Gatehouse: devices are well again', 0, now)));
  }
  return touched;
};
