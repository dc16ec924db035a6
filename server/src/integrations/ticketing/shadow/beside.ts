import type { Log } from '../../../platform/log/index.ts';
import type { IgnoredCondition } from '../backlog.ts';
import type { News } from '../consider.ts';
import { type Rule, type Statuses, statusSubject } from '../decide.ts';
import { placeOf } from '../guards/guard-facts.ts';
import type { TenantDesk } from '../new-ticket.ts';
import type { Reason } from '../reasons.ts';
import { type DecidedLine, decideIn, type World } from '../rehearsal/world.ts';
import type { StoredRule } from '../rules.ts';
import type { Unit } from '../store-unit.ts';
import { followPeople } from './people.ts';
import type { ShadowRunRow, ShadowTicketRow } from './store-shadows.ts';
import { pairsOf, takeOver } from './take-over.ts';
import { forgetPast, storedWorld, worldOf } from './world-json.ts';

/** Decides on the same news once more, after the real decision was written down. */
export type DecideBeside = (news: News, leftOut: readonly IgnoredCondition[]) => Promise<void>;

const ruleOf = ({ reason, enabled, lifetime_days, auto_close }: StoredRule): Rule => ({
  reason,
  enabled,
  lifetimeDays: lifetime_days,
  autoClose: auto_close,
});

/** Without what was to make no ticket when real rules were switched on, unless the shadow has a ticket for it. */
const withoutBacklog = (statuses: Statuses, leftOut: readonly IgnoredCondition[], world: World): Statuses => {
  if (!statuses.known || leftOut.length === 0) return statuses;
  const taken = new Set(world.tickets.map(({ deviceId, subject }) => placeOf(deviceId, subject)));
  const places = new Set(
    leftOut.map(({ deviceId, subject }) => placeOf(deviceId, subject)).filter((place) => !taken.has(place)),
  );
  return {
    known: true,
    devices: statuses.devices.map((device) => ({
      ...device,
      signals: device.signals.filter((signal) => !places.has(placeOf(device.deviceId, statusSubject(signal)))),
    })),
  };
};

/** Writes down what became of the shadow's tickets, in the order in which it was decided. */
const recordTickets = async (
  { shadows }: Unit,
  { run, desk, world }: { run: ShadowRunRow; desk: TenantDesk; world: World },
  lines: DecidedLine[],
  now: Date,
): Promise<void> => {
  const rules = new Map(run.rules.map((rule) => [rule.reason, rule]));
  const { priority } = desk.roles;
  const opened: ShadowTicketRow[] = [];
  for (const { decision, ticket: number, rule, deviceId, deviceName, subject, why } of lines) {
    if (number === null) continue;
    const fields = rule === null ? {} : (rules.get(rule)?.fields ?? {});
    if (decision === 'open') {
      opened.push({
        run_id: run.id,
        source_id: desk.sourceId,
        tenant_id: desk.tenantId,
        tenant_name: desk.tenantName,
        number,
        device_id: deviceId,
        device_name: deviceName,
        subject,
        reason: world.known.get(String(number))?.reason ?? (rule as Reason),
        rule,
        fields,
        why,
        opened_at: now,
        closed_at: null,
        taken_over: false,
        real_ticket_id: null,
      });
    }
  }
  await shadows.addTickets(opened);
  for (const { decision, ticket: number, rule } of lines) {
    if (number === null) continue;
    if (decision === 'close') await shadows.changeTicket(run.id, desk, number, { closed_at: now });
    if (decision === 'reopen') await shadows.changeTicket(run.id, desk, number, { closed_at: null });
    if (decision === 'raise' && rule !== null) {
      // As with a real ticket: it gets the priority of the higher rule, and stays where it is.
      const to = rules.get(rule)?.fields[priority] ?? null;
      const reason = world.known.get(String(number))?.reason;
      await shadows.changeTicket(run.id, desk, number, {
        rule,
        ...(reason ? { reason } : {}),
        fields: { [priority]: to },
      });
    }
  }
};

const decideOnce = async (
  unit: Unit,
  { run, desk }: { run: ShadowRunRow; desk: TenantDesk },
  { statuses, events, groupPaths = new Map() }: News,
  leftOut: readonly IgnoredCondition[],
  now: Date,
): Promise<void> => {
  const { shadows, tickets } = unit;
  const stored = await shadows.world(run.id, desk);
  if (!stored) return;
  const world = worldOf(stored);
  // Not of `stored`: the database has its own order of keys.
  const before = JSON.stringify(storedWorld(world));
  const ongoing = [...world.tickets, ...world.storms].map(({ ticketId }) => Number(ticketId));
  const beside = await shadows.realTickets(run.id, desk, ongoing);
  const rows = await tickets.findAll([...beside.values()]);
  const real = new Map(
    [...beside].flatMap(([number, id]) => {
      const row = rows.get(id);
      return row ? [[number, row] as const] : [];
    }),
  );
  const lines = followPeople(world, real, now);
  const pending = statuses.known ? world.pending : [];
  lines.push(
    ...decideIn(world, {
      now,
      accountProblem: desk.account.problem,
      place: { sourceId: desk.sourceId, tenantId: desk.tenantId },
      rules: new Map(run.rules.map((rule) => [rule.reason, ruleOf(rule)])),
      guards: desk.guards,
      groupPaths,
      statuses: withoutBacklog(statuses, leftOut, world),
      events: [...pending, ...events],
    }),
  );
  await recordTickets(unit, { run, desk, world }, lines, now);
  await shadows.addLines(
    lines.map(({ deviceId, deviceName, ...line }) => ({
      ...line,
      run_id: run.id,
      source_id: desk.sourceId,
      tenant_id: desk.tenantId,
      tenant_name: desk.tenantName,
      device_id: deviceId,
      device_name: deviceName,
    })),
  );
  for (const [number, realId] of await pairsOf(unit, desk, world)) {
    if (beside.get(number) !== realId) await shadows.changeTicket(run.id, desk, number, { real_ticket_id: realId });
  }
  const { flapMinutes, storm } = desk.guards;
  forgetPast(world, { flapMinutes, stormMinutes: storm?.minutes ?? 0 }, now);
  const after = storedWorld(world);
  if (JSON.stringify(after) !== before) await shadows.keepWorld(run.id, desk, after);
};

/**
 * The shadow run of a tenant's integration, within the transaction of the real decision: what is read for one is read
 * for both, and a crash undoes both. Its first reading of a tenant begins with the tickets that are open for real.
 * A fault of its own ends the run with its reason and leaves the real decision as it is.
 *
 * @returns null when none runs
 */
export const shadowBeside =
  ({ log }: { log: Log }) =>
  async (unit: Unit, desk: TenantDesk, now: Date): Promise<DecideBeside | null> => {
    const { shadows } = unit;
    const run = await shadows.running(desk.integrationId, now);
    if (!run) return null;
    const guarded = async (work: () => Promise<void>): Promise<boolean> => {
      const error = await shadows.apart(work);
      if (error === null) return true;
      log.error({ err: error, shadowRun: run.id, tenant: desk.tenantName }, 'A shadow run of ticket rules broke off');
      const problem = `It broke off while ${desk.tenantName} was decided on; the log of the server says why`;
      await shadows.end(run.id, { state: 'failed', problem, ended_by: null, at: now });
      return false;
    };
    const isReady = await guarded(async () => {
      if (await shadows.world(run.id, desk)) return;
      const { world, tickets } = await takeOver(unit, desk, now);
      await shadows.beginPlace(run.id, desk, storedWorld(world), now);
      await shadows.addTickets(tickets.map((row) => ({ ...row, run_id: run.id })));
    });
    if (!isReady) return null;
    return async (news, leftOut) => {
      await guarded(() => decideOnce(unit, { run, desk }, news, leftOut, now));
    };
  };
export type ShadowBeside = ReturnType<typeof shadowBeside>;
