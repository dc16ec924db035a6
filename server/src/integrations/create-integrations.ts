import { z } from 'zod';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import { AppError } from '../platform/errors/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Live } from '../platform/live/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import type { TraceLine } from '../platform/trace/index.ts';
import { accountFieldStore, accountFields as openAccountFields } from './account-fields/index.ts';
import { type BillingTables, billingRoutes, createBilling } from './billing/index.ts';
import { ticketFlow } from './flow.ts';
import { createHealth, healthRoutes, healthStore } from './health/index.ts';
import { mappingSaves } from './mapping-saves.ts';
import { mappingWork } from './mapping-work.ts';
import { accountRoutes, mappingRoutes, mappingStore } from './mappings/index.ts';
import {
  membershipRoutes,
  membershipStore,
  memberships as openMemberships,
  type TenantRef,
} from './memberships/index.ts';
import { noticeRoutes, noticeStore } from './notices/index.ts';
import { integrationStore, integrations as openIntegrations, psaRoutes, type WebProxy } from './psa/index.ts';
import { removeIntegration } from './remove-integration.ts';
import { createReporting, reportingStore } from './reporting/index.ts';
import { settingsReload } from './settings-reload.ts';
import { mustSeeAll, sources as openSources, sourceRoutes, sourceStore } from './sources/index.ts';
import {
  carryOut,
  comparisonStore,
  consider,
  decisionStore,
  follow,
  guardBook,
  guardRoutes,
  guardStore,
  leaveToPeople,
  rehearsals as openRehearsals,
  shadowRuns as openShadowRuns,
  overview,
  previewOf,
  readBacklog,
  reconcile,
  reconciliationStore,
  rehearsalRoutes,
  rehearsalStore,
  reportCountStore,
  ruleBook,
  shadowBeside,
  shadowRoutes,
  shadowStore,
  type TicketingTables,
  ticketingRoutes,
  ticketStore,
  tryFailedAgain,
  type Unit,
  inOneTransaction as unitOf,
} from './ticketing/index.ts';

export interface IntegrationsParts {
  db: Database;
  /** Not yet started: this adds its jobs. */
  jobs: Jobs;
  secrets: Secrets;
  log: Log;
  clock: Clock;
  http: Http;
  /** Told of topics `tickets` and `integrations` when something changes there. */
  live?: Live;
  /** Told what is said to PSAs and Administration Servers, when somebody wants traces. */
  trace?: TraceLine;
  pollSeconds: number;
  /** Where people reach the console, which tickets link to; null when the installation does not say. */
  publicUrl?: string | null;
  /** How often the PSA is asked what became of accounts and tickets; default 300. */
  followSeconds?: number;
  /** Multiplies every pause towards the PSA; 1 outside tests. */
  pauseScale?: number;
  /** How soon settings that another process saved are heeded here too; default 15. */
  reloadMinutes?: number;
  /** The way to every PSA whose integration names no proxy of its own. */
  psaProxy?: WebProxy | null;
}

/** The Integration Service as the rest of the program sees it. */
export interface IntegrationService {
  /** The Administration Server of this installation as a source; called at each start, since its password may be new. */
  ensureLocalSource(access: { url: string; user: string; password: string; fingerprint: string }): Promise<string>;
  /** After the jobs are started. */
  start(): void;
  /** Waits for the reading that runs. */
  stop(): Promise<void>;
  /** Reads all sources now and hands what is due to the jobs; waits until that is done. */
  pollNow(): Promise<void>;
  /** Asks the PSAs now what became of accounts and tickets. */
  followNow(): Promise<void>;
  /** Asks the PSAs now which accounts changed. */
  readAccountsNow(): Promise<void>;
  /** Heeds now what another process saved. */
  reloadNow(): Promise<void>;
  /** Looks now for connections that are down for too long, and for those that work again. */
  checkHealthNow(): Promise<void>;
  /** Begins the runs of billing that are due and takes up what was left; what follows is done by jobs. */
  billNow(): Promise<void>;
  /**
   * Makes the reports of today and plans what has to be written into the PSAs; waits until that is done.
   * @param options `all`: also of clients that were read today
   */
  reportNow(options?: { all?: boolean }): Promise<void>;
  /** There may be news: reads soon. Cheap, call it as often as it happens. */
  wake(): void;
}

const SCHEMA = 'integrations';
const WAKE_MS = 250;
const HEALTH_SECONDS = 60;
const MINUTE_MS = 60_000;

export const createIntegrations = ({
  db,
  jobs,
  secrets,
  log,
  clock,
  http,
  live,
  trace,
  pollSeconds,
  publicUrl = null,
  followSeconds = 300,
  pauseScale = 1,
  reloadMinutes = 15,
  psaProxy = null,
}: IntegrationsParts): IntegrationService => {
  const tables = db.forSchema<TicketingTables>(SCHEMA);
  const surroundings = { clock, pauseScale, proxy: psaProxy, trace };
  const tickets = ticketStore(db.forSchema(SCHEMA));
  const decisions = decisionStore(db.forSchema(SCHEMA));
  const sources = openSources({ store: sourceStore(db.forSchema(SCHEMA)), secrets, ...surroundings });
  const integrations = openIntegrations({ store: integrationStore(db.forSchema(SCHEMA)), secrets, surroundings, log });
  const memberships = openMemberships({ store: membershipStore(db.forSchema(SCHEMA)), sources, integrations, clock });
  const rules = ruleBook({ db: tables, integrations, publicUrl });
  const guards = guardBook({ store: guardStore(db.forSchema(SCHEMA)), clock });
  const inOneTransaction = unitOf(tables);
  const onChange = (): void => {
    live?.publish('tickets');
    live?.publish('integrations');
  };
  const { mappings, book, list, contractsOf, readAccounts } = mappingWork({
    db,
    schema: SCHEMA,
    sources,
    integrations,
    memberships,
    onChange,
    clock,
  });

  const delivery = jobs.define({
    name: 'integrations.deliver',
    payload: z.object({ integrationId: z.uuid() }),
    // Failures of the PSA have their own times in the outbox; these are for our own, such as a database that is away.
    retry: { limit: 10, firstDelaySeconds: 2, maxDelaySeconds: 300 },
    concurrency: 4,
    run: async ({ integrationId }, { signal }) => {
      const next = await carry(integrationId, signal);
      if (next) await delivery.enqueue({ integrationId }, { key: integrationId, startAfter: next });
    },
  });
  const deliver = async (integrationId: string, unit?: Unit): Promise<void> => {
    await delivery.enqueue({ integrationId }, { key: integrationId, ...(unit ? { in: unit.transaction } : {}) });
  };

  const carry = carryOut({
    inOneTransaction,
    integrations,
    isAccountUsable: async (connection, ticket) => {
      await mappings.recheck(connection, (row) => row.account_id === ticket.account_id);
      const row = await mappings.find(ticket.source_id, ticket.tenant_id);
      return row?.account_active === true && !row.account_gone;
    },
    workedOn: async (integrationId) => (await guards.of(integrationId)).workedOn,
    onChange,
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
    consider: consider(inOneTransaction, deliver, shadowBeside({ log })),
    follow: followTickets,
    reconcile: reconcile({ inOneTransaction, followTickets, clock }),
    deliver,
    onChange,
    clock,
    log,
  });

  const accountFields = openAccountFields({
    store: accountFieldStore(db.forSchema(SCHEMA)),
    jobs,
    integrations,
    mappings,
    sources,
    onChange,
    clock,
    log,
  });
  const reporting = createReporting({
    store: reportingStore(db.forSchema(SCHEMA)),
    ticketCounts: reportCountStore(db.forSchema(SCHEMA)),
    jobs,
    http,
    sources,
    mappings,
    integrations,
    accountFields,
    onChange,
    clock,
    log,
  });

  const stopping = new AbortController();
  let isStarted = false;
  let wakeTimer: NodeJS.Timeout | null = null;
  let reading: Promise<void> = Promise.resolve();
  /** One reading after the other: two at once would only read the same news twice. */
  const pollNow = (): Promise<void> => {
    const mine = reading.then(async () => {
      if (stopping.signal.aborted) return;
      try {
        await flow.readSources(stopping.signal);
        await flow.sweep();
        await accountFields.sync();
      } catch (error) {
        // Cut short by the stop: the cursor and the outbox know where to go on.
        if (!stopping.signal.aborted) throw error;
      }
    });
    reading = mine.catch(() => {}); // whoever asked for it hears of it; the next in line starts anyway
    return mine;
  };
  const wake = (): void => {
    if (!isStarted || stopping.signal.aborted || wakeTimer) return;
    wakeTimer = setTimeout(() => {
      wakeTimer = null;
      pollNow().catch((error: unknown) => {
        const code = error instanceof AppError ? error.code : 'internal.error';
        log.error({ err: error, code }, 'Reading the sources failed; the next regular reading tries again');
      });
    }, WAKE_MS).unref();
  };

  const followNow = (): Promise<void> => flow.followUp(new Date(clock().getTime() - (followSeconds * 1_000) / 2));

  jobs.every({
    name: 'integrations.poll',
    seconds: pollSeconds,
    // Before the start the address of this installation's own server may still be that of its last run.
    run: async () => {
      if (isStarted) await pollNow();
    },
  });
  jobs.every({
    name: 'integrations.follow',
    seconds: followSeconds,
    run: () => followNow(),
  });
  jobs.every({
    name: 'integrations.accounts',
    seconds: followSeconds,
    run: () => readAccounts(),
  });

  const settingsChanged = async (integrationId: string): Promise<void> => {
    const current = await rules.byReason(integrationId);
    await inOneTransaction((unit) => tryFailedAgain(unit, integrationId, current, clock()));
    await flow.sweep(); // what waited for a stop to end
    await accountFields.restore(integrationId);
    await reporting.again(integrationId);
    wake();
    onChange();
  };

  const health = createHealth({
    store: healthStore(db.forSchema(SCHEMA)),
    sources,
    integrations,
    queues: [tickets.queueOf, (integrationId) => billing.queueOf(integrationId)],
    onChange,
    ...surroundings,
    log,
  });
  healthRoutes(http, { health, onSaved: onChange });
  noticeRoutes(http, { notices: noticeStore(db.forSchema(SCHEMA)), onRead: onChange, clock });
  jobs.every({ name: 'integrations.health', seconds: HEALTH_SECONDS, run: () => health.check() });

  const reload = settingsReload({
    integrations,
    sources,
    memberships,
    mappings,
    rules,
    apply: async (integrationIds) => {
      for (const id of integrationIds) await settingsChanged(id);
      wake();
      onChange();
    },
  });
  let reloadTimer: NodeJS.Timeout | null = null;
  const reloadNow = (): Promise<void> => reload.check();
  const reloadSafely = (): void => {
    reloadNow().catch((error: unknown) => {
      log.error({ err: error }, 'Reading settings that others saved failed; the next regular time tries again');
    });
  };

  const billing = createBilling({
    db: db.forSchema<BillingTables>(SCHEMA),
    jobs,
    sources,
    mappings,
    integrations,
    onChange,
    clock,
    pauseScale,
    log,
  });

  sourceRoutes(http, {
    sources,
    removeSource: async (sourceId) => {
      await sources.remove(sourceId);
      await inOneTransaction((unit) => leaveToPeople(unit, { sourceId }, 'The source was removed', clock()));
      onChange();
    },
    onChange: () => {
      wake();
      onChange();
    },
  });
  const remove = removeIntegration({ integrations, memberships, mappings, inOneTransaction, clock });
  psaRoutes(http, {
    integrations,
    mustSeeAll,
    actions: {
      add: async (wish) => {
        const added = await integrations.add(wish);
        await rules.begin(added.id);
        onChange();
        return added;
      },
      change: async (id, change) => {
        const changed = await integrations.change(id, change);
        await settingsChanged(id);
        return changed;
      },
      remove: async (id, by) => {
        const removed = await remove(id, by);
        onChange();
        return removed;
      },
      test: async (id) => {
        const tested = await integrations.test(id);
        if (tested.ok) await settingsChanged(id);
        return tested;
      },
    },
  });
  /** The links break, and what was opened through them is left to people. @returns how many there were */
  const endMappings = (integrationId: string, tenants: readonly TenantRef[]): Promise<number> =>
    inOneTransaction(async (unit) => {
      const store = mappingStore(unit.transaction as unknown as Parameters<typeof mappingStore>[0]);
      const ended = await mappings.endAll(integrationId, tenants, store);
      const places = ended.map((ref) => ({ integrationId, ...ref }));
      if (places.length > 0) await leaveToPeople(unit, places, 'The mapping ended', clock());
      return ended.length;
    });
  membershipRoutes(http, {
    memberships,
    put: async (integrationId, adds, removes) => {
      await memberships.check(integrationId, adds);
      const kept = new Set(adds.map(({ sourceId, tenantId }) => `${sourceId} ${tenantId}`));
      const leaving = removes.filter(({ sourceId, tenantId }) => !kept.has(`${sourceId} ${tenantId}`));
      const mappingsEnded = await endMappings(integrationId, leaving);
      // Last, so that a removal that was cut short can be sent again and goes on where it stopped.
      const done = await memberships.put(integrationId, adds, removes);
      wake();
      onChange();
      return { ...done, mappingsEnded };
    },
    accountsOf: async (integrationId) => {
      const names = new Map(
        (await mappings.all())
          .filter((row) => row.integration_id === integrationId)
          .map((row) => [`${row.source_id} ${row.tenant_id}`, row.account_name]),
      );
      return ({ sourceId, tenantId }) => names.get(`${sourceId} ${tenantId}`) ?? null;
    },
  });
  const save = mappingSaves({
    mappings,
    memberships,
    sources,
    inOneTransaction,
    onSaved: () => {
      wake();
      onChange();
    },
    clock,
  });
  mappingRoutes(http, { mappings, list, book, save, onChange, clock });
  accountRoutes(http, { mappings, list, book, contractsOf, onChange, clock });
  const saveRules: Parameters<typeof ticketingRoutes>[1]['saveRules'] = async (integrationId, wish, by) => {
    const saved = await rules.save(integrationId, wish, by, clock());
    await settingsChanged(integrationId);
    return saved;
  };
  ticketingRoutes(http, {
    tickets,
    decisions,
    rules,
    sources,
    readOverview: overview({ tickets, sources, integrations, mappings, rules, clock }),
    saveRules,
    backlogOf: readBacklog({ sources, mappings, rules, inOneTransaction }),
    preview: previewOf({ sources, mappings, rules, clock }),
  });

  guardRoutes(http, {
    guards,
    integrations,
    sources,
    reconciliations: reconciliationStore(db.forSchema(SCHEMA)),
    onChange: () => {
      wake();
      onChange();
    },
  });

  const rehearsalTables = rehearsalStore(db.forSchema(SCHEMA));
  const rehearsals = openRehearsals({
    store: rehearsalTables,
    jobs,
    sources,
    mappings,
    integrations,
    rules,
    guards,
    onChange,
    clock,
  });
  rehearsalRoutes(http, { rehearsals, store: rehearsalTables });

  const shadows = shadowStore(db.forSchema(SCHEMA));
  const shadowRuns = openShadowRuns({ store: shadows, integrations, rules, saveRules, onChange, clock });
  shadowRoutes(http, {
    runs: shadowRuns,
    store: shadows,
    comparisons: comparisonStore(db.forSchema(SCHEMA)),
    rules,
    clock,
  });
  jobs.every({ name: 'integrations.end-shadow-runs', seconds: 3_600, run: () => shadowRuns.tidy() });

  billingRoutes(http, billing.routeParts);

  return {
    ensureLocalSource: ({ fingerprint, ...access }) =>
      sources.ensureLocal({ ...access, certificateFingerprint: fingerprint }),
    start: () => {
      isStarted = true;
      wake();
      // In each process, unlike a job: each has consoles of its own that show what is saved.
      reloadSafely();
      reloadTimer = setInterval(reloadSafely, reloadMinutes * MINUTE_MS).unref();
    },
    stop: async () => {
      stopping.abort();
      if (wakeTimer) clearTimeout(wakeTimer);
      if (reloadTimer) clearInterval(reloadTimer);
      await reading;
    },
    pollNow,
    followNow,
    reportNow: ({ all = false } = {}) => reporting.runNow(all, stopping.signal),
    readAccountsNow: readAccounts,
    reloadNow,
    checkHealthNow: health.check,
    billNow: billing.sweep,
    wake,
  };
};
