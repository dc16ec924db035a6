/** Days of a fleet's problems told to the real ticket engine and a PSA stand-in behind HTTP, on a clock that is turned on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TicketGuards } from '../../../contract/src/index.ts';
import { sampleCredentials, startAutotaskSandbox } from '../../../sandboxes/src/autotask/index.ts';
import { ticketFlow } from '../../../server/src/integrations/flow.ts';
import { integrationsMigrations } from '../../../server/src/integrations/index.ts';
import { mappingWork } from '../../../server/src/integrations/mapping-work.ts';
import { membershipStore, memberships as openMemberships } from '../../../server/src/integrations/memberships/index.ts';
import { integrationStore, integrations as openIntegrations } from '../../../server/src/integrations/psa/index.ts';
import { sources as openSources, sourceStore } from '../../../server/src/integrations/sources/index.ts';
import {
  carryOut,
  consider,
  follow,
  guardBook,
  guardStore,
  reconcile,
  ruleBook,
  type TicketingTables,
  ticketStore,
  inOneTransaction as unitOf,
} from '../../../server/src/integrations/ticketing/index.ts';
import { migrate, openDatabase } from '../../../server/src/platform/db/index.ts';
import { createLog } from '../../../server/src/platform/log/index.ts';
import { openSecrets } from '../../../server/src/platform/secrets/index.ts';
import { chanceOf } from '../../lib/chance.ts';
import { randomFailures } from './failures.ts';
import { type Fleet, playFleet, STEP_MS } from './fleet.ts';

const SCHEMA = 'integrations';
const COMPLETE = 5;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RULE = 'status:critical:activeThreats';
const BEGIN = new Date('2026-03-01T00:00:00Z');

export interface ReplayOptions {
  fleet: Fleet;
  seed: string;
  guards: Partial<TicketGuards>;
  /** Of each call to the PSA; 0 for none. */
  failureRate: number;
  /** When the PSA is away, in hours since the beginning; null for never. */
  outage: { fromHour: number; hours: number } | null;
  /** People close tickets and delete some. */
  people: boolean;
  onDay?: (day: number) => void;
}

export interface ReplayResult {
  /** Problems that there were. */
  problems: number;
  /** Tickets in the PSA. */
  tickets: number;
  /** Problems without a ticket, a member of one, or a word why not. */
  lost: number;
  /** Tickets of the PSA that share a key, and problems with more than one ticket. */
  doubled: number;
  /** Open in the PSA though everything is well. */
  leftOpen: number;
  failed: number;
  /** Problems that were over before the PSA could be told. */
  unneeded: number;
  /** Devices with a problem that nothing spoke for, at noon of some day. */
  uncovered: number;
  /** From the PSA's return to the last closing of what waited, in seconds; null without an outage. */
  closesAfterSeconds: number | null;
  closesWaiting: number;
  calls: number;
  failedCalls: number;
  heldBack: Record<string, number>;
  openedAgain: number;
}

export const replay = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { fleet, seed, guards: wanted, failureRate, outage, people } = options;
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-replay-'));
  let now = BEGIN;
  const clock = () => now;
  const sandbox = await startAutotaskSandbox({ port: 0, now: clock });
  const db = await openDatabase({ dataDir: join(folder, 'database') });
  try {
    const { controls } = sandbox;
    controls.changeLimits({ latencyScale: 0 });
    const log = createLog({ level: 'silent' });
    const secrets = openSecrets({ keyFile: join(folder, 'secret.key') });
    await migrate(db, [integrationsMigrations]);
    const surroundings = { clock, pauseScale: 1, sleep: async () => {} };
    const played = playFleet(fleet);

    const integrations = openIntegrations({
      store: integrationStore(db.forSchema(SCHEMA)),
      secrets,
      surroundings,
      log,
    });
    const known = openSources({ store: sourceStore(db.forSchema(SCHEMA)), secrets, ...surroundings });
    const sourceId = await known.ensureLocal({
      url: 'https://127.0.0.1:1',
      user: 'replay',
      password: 'replay',
      certificateFingerprint: 'AA'.repeat(32),
      proxy: null,
    } as Parameters<typeof known.ensureLocal>[0]);
    const sources = {
      ...known,
      readable: async () => [{ sourceId, name: 'Replay', source: played.source }],
    } as typeof known;
    const memberships = openMemberships({ store: membershipStore(db.forSchema(SCHEMA)), sources, integrations, clock });
    const { mappings } = mappingWork({
      db,
      schema: SCHEMA,
      sources,
      integrations,
      memberships,
      onChange: () => {},
      clock,
    });
    const tickets = ticketStore(db.forSchema(SCHEMA));
    const rules = ruleBook({ db: db.forSchema<TicketingTables>(SCHEMA), integrations, publicUrl: null });
    const guards = guardBook({ store: guardStore(db.forSchema(SCHEMA)), clock });
    const inOneTransaction = unitOf(db.forSchema<TicketingTables>(SCHEMA));
    let isDue = false;
    const deliver = async () => {
      isDue = true;
    };
    const carry = carryOut({
      inOneTransaction,
      integrations,
      isAccountUsable: async () => true,
      workedOn: async (integrationId) => (await guards.of(integrationId)).workedOn,
      onChange: () => {},
      surroundings,
    });
    const followTickets = follow(inOneTransaction, clock);
    const flow = ticketFlow({
      sources,
      mappings,
      integrations,
      rules,
      guards,
      tickets,
      consider: consider(inOneTransaction, deliver, async () => null),
      follow: followTickets,
      reconcile: reconcile({ inOneTransaction, followTickets, clock }),
      deliver,
      onChange: () => {},
      clock,
      log,
    });

    const settings = { ...sampleCredentials, discoveryUrl: sandbox.origin, hourlySharePercent: 100 };
    const { id } = await integrations.add({ kind: 'autotask', name: 'Replay', settings });
    await rules.begin(id);
    await db.executeSql(`update integrations.ticket_rule set enabled = true where reason = '${RULE}'`);
    await guards.save(id, { ...(await guards.of(id)), ...wanted }, 0);
    const companies = controls.createCompanies(played.tenants.map(({ name }) => ({ companyName: name })));
    await known.remember(sourceId, played.tenants);
    for (const { tenantId, name } of played.tenants) {
      const account = companies.find(({ companyName }) => companyName === name);
      await db.executeSql(
        `insert into integrations.mapping (source_id, tenant_id, integration_id, account_id, account_name, account_active, checked_at)
         values ($1, $2, $3, $4, $5, true, $6)`,
        [sourceId, tenantId, id, String(account?.id), name, now],
      );
    }

    const never = new AbortController().signal;
    const chance = chanceOf(`${seed} failures`);
    const failures = randomFailures(controls, chance, failureRate);
    const outageFrom = outage ? outage.fromHour * HOUR_MS : Number.POSITIVE_INFINITY;
    const outageUntil = outage ? outageFrom + outage.hours * HOUR_MS : Number.NEGATIVE_INFINITY;
    const since = () => now.getTime() - BEGIN.getTime();
    const isAway = () => since() >= outageFrom && since() < outageUntil;
    let wasAway = false;
    let backAt: Date | null = null;
    let closesWaiting = 0;

    /** What the jobs do until then, at the moments that they set themselves. */
    const work = async (until: Date): Promise<void> => {
      await flow.sweep();
      while (isDue) {
        isDue = false;
        for (;;) {
          if (failureRate > 0 && !isAway()) failures.refill();
          const next = await carry(id, never);
          if (!next || next >= until) break;
          now = next;
        }
      }
      now = until;
    };
    const rows = async (text: string): Promise<Record<string, unknown>[]> => (await db.executeSql(text)).rows as never;
    const waitingCloses = async (): Promise<number> =>
      Number((await rows(`select count(*)::int as n from integrations.ticket where state = 'closing'`))[0]?.['n']);
    const openInPsa = () =>
      (controls.state().rows['Tickets'] ?? []).filter(({ values }) => values['status'] !== COMPLETE);

    let uncovered = 0;
    /** A device that is ill for longer than any guard waits has a ticket, is in one, or a person closed it. */
    const checkCover = async (): Promise<void> => {
      const spoken = new Set(
        (
          await rows(`
            select device_id from integrations.ticket where over_at is null and state <> 'failed'
            union all
            select m.device_id from integrations.ticket_member m join integrations.ticket t on t.id = m.ticket_id
              where t.over_at is null and m.gone_at is null
            union all select device_id from integrations.waiting_condition`)
        ).map((row) => row['device_id']),
      );
      uncovered += played.sick().filter(({ id: deviceId }) => !spoken.has(deviceId)).length;
    };

    const dailySteps = (24 * HOUR_MS) / STEP_MS;
    for (let step = 1; step <= fleet.steps; step += 1) {
      now = new Date(BEGIN.getTime() + step * STEP_MS);
      if (isAway() !== wasAway) {
        wasAway = isAway();
        failures.clear();
        if (wasAway) controls.addFault({ path: '/*', count: 1_000_000, status: 503, body: 'Service Unavailable' });
        else {
          closesWaiting = await waitingCloses();
          backAt = now;
        }
      }
      const delayed =
        (wanted.creationDelayMinutes ?? 0) > 0 &&
        (await rows('select 1 from integrations.waiting_condition limit 1')).length > 0;
      played.goTo(step, delayed);
      if (played.hasNews()) await flow.readSources(never);
      const end = new Date(now.getTime() + STEP_MS - 1);
      const isJustBack = backAt !== null && now.getTime() - backAt.getTime() < STEP_MS;
      // The sources are read every 15 seconds; between two steps nothing changes but what waits for the PSA.
      if (isJustBack) {
        for (let at = now.getTime() + 15_000; at < end.getTime(); at += 15_000) {
          await work(new Date(at));
          if ((await waitingCloses()) === 0) break;
        }
      }
      await work(end);
      if (step % (HOUR_MS / STEP_MS) === 0 && !isAway()) {
        await flow.followUp(new Date(now.getTime() - 10 * MINUTE_MS));
        if (people && chance.happens(0.1)) {
          const [one] = openInPsa();
          if (one) controls.updateRow('Tickets', Number(one.values['id']), { status: COMPLETE });
        }
      }
      if (step % dailySteps === dailySteps / 2 && !isAway()) await checkCover();
      if (step % dailySteps === 0) options.onDay?.(step / dailySteps);
    }
    // Everything has been well for a day; what still waits gets a little longer.
    failures.clear();
    for (let rounds = 0; rounds < 30; rounds += 1) {
      const end = new Date(now.getTime() + HOUR_MS);
      await flow.followUp(now);
      await work(end);
      const open = await rows(
        `select 1 from integrations.ticket where state in ('opening', 'open', 'closing') limit 1`,
      );
      if (open.length === 0) break;
    }

    const ours = (controls.state().rows['Tickets'] ?? []).filter(({ values }) =>
      String(values['externalID'] ?? '').startsWith('ksi1:'),
    );
    const keys = ours.map(({ values }) => String(values['externalID']));
    const count = async (where: string): Promise<number> =>
      Number((await rows(`select count(*)::int as n from integrations.ticket where ${where}`))[0]?.['n']);
    const occurrences = (await rows(`
      select device_id, sum(n)::int as n from (
        select device_id, count(*) + sum(reopened) as n from integrations.ticket where device_id <> '' group by 1
        union all
        select device_id, count(*) from integrations.ticket_member group by 1
        union all
        -- It was over and back before the PSA could be told to close: one ticket stands for both.
        select device_id, count(*) from integrations.decision
          where decision = 'note' and explanation like '%came back before the ticket was closed%' group by 1
      ) as every group by 1`)) as {
      device_id: string;
      n: number;
    }[];
    const had = new Map(occurrences.map(({ device_id, n }) => [device_id, n]));
    const isPlain = Object.keys(wanted).length === 0;
    let lost = uncovered;
    let doubled = keys.length - new Set(keys).size;
    if (isPlain) {
      for (const [at, episodes] of Map.groupBy(fleet.episodes, ({ device }) => device)) {
        const n = had.get(fleet.devices[at]?.id ?? '') ?? 0;
        lost += Math.max(0, episodes.length - n);
        doubled += Math.max(0, n - episodes.length);
      }
    }
    const held = await rows(
      `select guard, sum(held)::int as n from integrations.decision where guard is not null and held > 0 group by 1`,
    );
    const closedAfter = backAt
      ? await rows(
          `select max(closed_at) as at from integrations.ticket where closed_by = 'us' and reason = '${RULE}'
           and id in (select ticket_id from integrations.delivery where action = 'close' and state = 'done'
             and created_at < '${backAt.toISOString()}') and closed_at >= '${backAt.toISOString()}'`,
        )
      : [];
    const lastClose = closedAfter[0]?.['at'] as Date | null | undefined;
    return {
      problems: fleet.episodes.length,
      tickets: ours.length,
      lost,
      doubled,
      leftOpen: openInPsa().length,
      failed: await count(`state = 'failed'`),
      unneeded: await count(`psa_ticket_id is null and state = 'closed'`),
      uncovered,
      closesAfterSeconds: backAt && lastClose ? (lastClose.getTime() - backAt.getTime()) / 1000 : backAt ? 0 : null,
      closesWaiting,
      calls: controls.requests().at(-1)?.number ?? 0,
      failedCalls: failures.counted(),
      heldBack: Object.fromEntries(held.map((row) => [String(row['guard']), Number(row['n'])])),
      openedAgain: Number(
        (await rows('select coalesce(sum(reopened), 0)::int as n from integrations.ticket'))[0]?.['n'],
      ),
    };
  } finally {
    await db.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
