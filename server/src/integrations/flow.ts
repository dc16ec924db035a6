import { AppError } from '../platform/errors/index.ts';
import type { Log } from '../platform/log/index.ts';
import { sideBySide } from '../platform/side-by-side/index.ts';
import { accountProblem, type MappingRow, type Mappings } from './mappings/index.ts';
import { type Connection, type Integrations, PsaError } from './psa/index.ts';
import type { ReadableSource, Sources, SourceTenant } from './sources/index.ts';
import {
  type consider,
  devicePages,
  type follow,
  type GuardBook,
  needsGroups,
  type RuleBook,
  type reconcile,
  type TenantDesk,
  type TicketStore,
} from './ticketing/index.ts';

const MINUTE_MS = 60_000;
/** An account with a problem is asked about at each round, a good one this often. */
const ACCOUNT_CHECK_MS = 60 * MINUTE_MS;
/** One that does not answer must not keep the others from being read; all at once could be too much for this process. */
const SOURCES_AT_ONCE = 4;

export interface FlowParts {
  sources: Sources;
  mappings: Mappings;
  integrations: Integrations;
  rules: RuleBook;
  guards: GuardBook;
  tickets: TicketStore;
  consider: ReturnType<typeof consider>;
  follow: ReturnType<typeof follow>;
  /** Compares with the PSA when that is due: after a start and daily. */
  reconcile: ReturnType<typeof reconcile>;
  /** Works off an integration's outbox soon. */
  deliver(integrationId: string): Promise<void>;
  onChange(): void;
  clock: () => Date;
  log: Log;
}

/**
 * Source → tenants → (mapped only) statuses and events → decision → outbox → PSA, and back by following the tickets.
 * Read this file first. Nothing here is remembered between two rounds but the cursor, the tickets and the outbox, so a
 * round can stop anywhere and the next one goes on.
 */
export const ticketFlow = (part: FlowParts) => {
  const deskOf = async (mapping: MappingRow, tenantName: string): Promise<TenantDesk> => {
    const connection = await part.integrations.connect(mapping.integration_id);
    const { templates, lengths, publicUrl } = await part.rules.wording(mapping.integration_id);
    const isLocal = (await part.sources.find(mapping.source_id))?.is_local ?? false;
    return {
      integrationId: mapping.integration_id,
      sourceId: mapping.source_id,
      tenantId: mapping.tenant_id,
      tenantName,
      account: { id: mapping.account_id, name: mapping.account_name, problem: accountProblem(mapping) },
      rules: await part.rules.byReason(mapping.integration_id),
      roles: connection.roles,
      wording: { templates, lengths, devicePage: devicePages(templates.consoleUrl ?? publicUrl, isLocal) },
      guards: await part.guards.of(mapping.integration_id),
    };
  };

  /** One tenant: statuses first, since they also settle what waits; then the events after the cursor, page by page. */
  const readTenant = async (
    { sourceId, source }: ReadableSource,
    tenant: SourceTenant,
    mapping: MappingRow,
  ): Promise<void> => {
    const desk = await deskOf(mapping, tenant.name);
    const known = await part.sources.tenant(sourceId, tenant.tenantId);
    const lifetimes = [...desk.rules.values()].map(({ lifetime_days }) => lifetime_days ?? 1);
    let changed = false;
    await source.inTenant(tenant, async (reading) => {
      const devices = await reading.devices();
      const statuses = { known: true, devices } as const;
      const paths = needsGroups(desk.guards.maintenance, desk)
        ? new Map((await reading.groups()).map(({ groupId, path }) => [groupId, path]))
        : new Map<number, string>();
      const groupPaths = new Map(
        devices.flatMap(({ deviceId, groupId }): [string, string][] => {
          const path = paths.get(groupId ?? -1);
          return path === undefined ? [] : [[deviceId, path]];
        }),
      );
      changed = (await part.consider(desk, { statuses, events: [], cursor: null, groupPaths }, part.clock())).changed;
      for await (const events of reading.events(known?.event_cursor ?? null, Math.max(1, ...lifetimes))) {
        const cursor = events.at(-1)?.eventId ?? null;
        const news = { statuses: { known: false }, events, cursor, groupPaths } as const;
        changed = (await part.consider(desk, news, part.clock())).changed || changed;
      }
    });
    await part.sources.markTenant(sourceId, tenant.tenantId, { readAt: part.clock() });
    if (changed) part.onChange();
  };

  const readSource = async (readable: ReadableSource, signal: AbortSignal): Promise<void> => {
    const { sourceId, name, source } = readable;
    try {
      const tenants = await source.tenants();
      await part.sources.remember(sourceId, tenants);
      const enabled = await part.integrations.enabledIds();
      for (const tenant of tenants) {
        if (signal.aborted) return;
        const mapping = await part.mappings.find(sourceId, tenant.tenantId);
        if (!mapping || !enabled.has(mapping.integration_id)) continue;
        try {
          await readTenant(readable, tenant, mapping);
        } catch (error) {
          // One tenant that cannot be read must not keep the others from being read.
          if (!(error instanceof AppError)) throw error;
          await part.sources.markTenant(sourceId, tenant.tenantId, { problem: error.message });
          part.log.warn({ source: name, tenant: tenant.name, code: error.code }, error.message);
        }
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await part.sources.markProblem(sourceId, error);
      part.log.warn({ source: name, code: error.code }, error.message);
    }
  };

  const recheck = (connection: Connection): Promise<boolean> =>
    part.mappings.recheck(
      connection,
      (row) => accountProblem(row) !== null || part.clock().getTime() - row.checked_at.getTime() > ACCOUNT_CHECK_MS,
    );

  return {
    /** Reads every source once. A source that fails is shown with its problem and holds up no other. */
    async readSources(signal: AbortSignal): Promise<void> {
      await sideBySide(await part.sources.readable(signal), SOURCES_AT_ONCE, async (readable) => {
        if (!signal.aborted) await readSource(readable, signal);
      });
    },

    /** Hands what is due to the jobs: what waited for a pause to end, a restart or a person. */
    async sweep(): Promise<void> {
      for (const { integrationId } of await part.integrations.ready()) {
        const [due] = await part.tickets.listDue(integrationId, part.clock(), 1);
        if (due !== undefined) await part.deliver(integrationId);
      }
    },

    /** What became of accounts and tickets in the PSA. @param ticketsBefore tickets asked about since then are left out */
    async followUp(ticketsBefore: Date): Promise<void> {
      for (const connection of await part.integrations.ready()) {
        try {
          const asked = await recheck(connection);
          const compared = await part.reconcile(connection);
          const followed = await part.follow(connection, ticketsBefore);
          if (followed.changed || compared.changed) part.onChange();
          if (asked || followed.asked || compared.asked)
            await part.integrations.reportSuccess(connection.integrationId);
        } catch (error) {
          if (!(error instanceof PsaError)) throw error;
          await part.integrations.reportFailure(connection.integrationId, error);
        }
      }
    },
  };
};
