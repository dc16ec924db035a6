import type { Integration } from '@gatehouse/contract';
import type { z } from 'zod';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import type { FieldRoles, PsaConnector, PsaKind, PsaUsage, Surroundings, TestStep } from './connector.ts';
import {
  PsaBusy,
  PsaError,
  PsaLoginRefused,
  PsaOutcomeUnknown,
  PsaProxyRefused,
  PsaRightMissing,
  PsaUnavailable,
} from './errors.ts';
import { psaKindOf } from './kinds.ts';
import type { IntegrationRow, IntegrationStore, RemovedAlongside } from './store.ts';

const SECOND_MS = 1_000;
/** A success is written down at most this often. */
const SUCCESS_MS = 60_000;
/**
 * Pauses after failures of the whole connection, one after another; the last one repeats. One question a minute troubles
 * nobody, and what waited is told within two minutes after the PSA is back.
 */
const PAUSES_SECONDS = [15, 30, 60];

/** A connection as the ticketing part uses it. */
export interface Connection {
  integrationId: string;
  name: string;
  kindId: string;
  roles: FieldRoles;
  connector: PsaConnector;
}

const secretContext = (integrationId: string, setting: string): string => `integration:${integrationId}:${setting}`;

/** Connections to PSAs: their settings, their state, and a live connector for each. */
export const integrations = ({
  store,
  secrets,
  surroundings,
  log,
}: {
  store: IntegrationStore;
  secrets: Secrets;
  surroundings: Surroundings;
  log: Log;
}) => {
  const { clock, pauseScale } = surroundings;
  /** Connectors hold caches and limits, so each lives until its settings change. */
  const live = new Map<string, { changedAt: number; connector: PsaConnector }>();

  const must = async (id: string): Promise<IntegrationRow> => {
    const row = await store.find(id);
    if (!row) throw new NotFound('integration', id);
    return row;
  };

  const secretNames = (kind: PsaKind): string[] =>
    kind.settingFields.filter((field) => field.kind === 'secret').map((field) => field.name);

  const opened = (row: IntegrationRow): Record<string, unknown> => ({
    ...row.settings,
    ...Object.fromEntries(
      Object.entries(row.secrets_sealed).map(([name, sealed]) => [
        name,
        secrets.open(sealed, secretContext(row.id, name)),
      ]),
    ),
  });

  /**
   * What is saved, for a change of settings. A saved secret goes to no other place than the one that it was typed for.
   * @throws InvalidInput when an address changes and its secrets are not typed again
   */
  const openedFor = (row: IntegrationRow, kind: PsaKind, sent: Record<string, unknown>): Record<string, unknown> => {
    const isNew = (name: string): boolean => name in sent && (sent[name] || null) !== (row.settings[name] ?? null);
    const saved = opened(row);
    if (isNew('proxyUrl')) delete saved['proxyPassword'];
    const address = kind.settingFields.find((field) => field.kind === 'url' && isNew(field.name));
    const silent = secretNames(kind).filter((name) => name !== 'proxyPassword' && saved[name] && !(name in sent));
    if (!address || silent.length === 0) return saved;
    throw new InvalidInput(
      `${address.title} is another one: type the secrets again, since they would be sent there`,
      silent.map((name) => ({ where: `body.settings.${name}`, what: 'Type it again: the address is another one' })),
      'integration.secret-needed',
    );
  };

  const checked = (kind: PsaKind, settings: Record<string, unknown>): Record<string, unknown> => {
    const known = new Set(kind.settingFields.map((field) => field.name));
    const unknown = Object.keys(settings).filter((name) => !known.has(name));
    const read = kind.settings.safeParse(settings);
    const issues = [
      ...unknown.map((name) => ({ where: `body.settings.${name}`, what: `${kind.title} has no such setting` })),
      ...(read.success
        ? []
        : (read.error as z.ZodError).issues.map((issue) => ({
            where: ['body.settings', ...issue.path].join('.'),
            what: issue.message,
          }))),
    ];
    if (issues.length > 0) throw new InvalidInput(`The settings for ${kind.title} cannot be used`, issues);
    return read.data as Record<string, unknown>;
  };

  const split = (id: string, kind: PsaKind, settings: Record<string, unknown>) => {
    const secret = new Set(secretNames(kind));
    const entries = Object.entries(settings);
    return {
      settings: Object.fromEntries(entries.filter(([name]) => !secret.has(name))),
      secrets_sealed: Object.fromEntries(
        entries
          .filter(([name, value]) => secret.has(name) && typeof value === 'string' && value !== '')
          .map(([name, value]) => [name, secrets.seal(value as string, secretContext(id, name))]),
      ),
    };
  };

  /** @throws InvalidInput with what the PSA says: nothing is saved that does not work */
  const tried = async (kind: PsaKind, settings: Record<string, unknown>): Promise<PsaConnector> => {
    const connector = kind.connect(settings, surroundings);
    const failed = (await connector.test()).filter((step) => !step.ok);
    if (failed.length > 0) {
      throw new InvalidInput(
        `${kind.title} cannot be connected: ${failed.map(({ step, message }) => `${step}: ${message}`).join('; ')}`,
        failed.map(({ step, message }) => ({ where: 'body.settings', what: `${step}: ${message}` })),
        'integration.not-working',
      );
    }
    return connector;
  };

  const connectorOf = (row: IntegrationRow): PsaConnector => {
    const known = live.get(row.id);
    if (known && known.changedAt === row.changed_at.getTime()) return known.connector;
    const connector = psaKindOf(row.kind).connect(psaKindOf(row.kind).settings.parse(opened(row)), surroundings);
    live.set(row.id, { changedAt: row.changed_at.getTime(), connector });
    return connector;
  };

  const connection = (row: IntegrationRow): Connection => ({
    integrationId: row.id,
    name: row.name,
    kindId: row.kind,
    roles: psaKindOf(row.kind).roles,
    connector: connectorOf(row),
  });

  const shown = (row: IntegrationRow): Integration => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled,
    settings: row.settings,
    secretsSet: Object.keys(row.secrets_sealed).sort(),
    state: row.enabled ? row.state : 'off',
    problem: row.problem,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    nextTryAt: row.resume_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  });

  const working = { state: 'working', problem: null, resumeAt: null, failures: 0 } as const;

  return {
    list: async (): Promise<Integration[]> => (await store.list()).map(shown),
    get: async (id: string): Promise<Integration> => shown(await must(id)),
    kindOf: async (id: string): Promise<PsaKind> => psaKindOf((await must(id)).kind),

    /** Tries the connection and its rights, then saves. */
    async add({
      kind: kindId,
      name,
      settings,
    }: {
      kind: string;
      /** Left out: "Integration with" the PSA's name. */
      name?: string | undefined;
      settings: Record<string, unknown>;
    }): Promise<Integration> {
      const kind = psaKindOf(kindId);
      const usable = checked(kind, settings);
      await tried(kind, usable);
      const now = clock();
      const id = newId(now);
      await store.add({
        id,
        kind: kindId,
        name: name ?? `Integration with ${kind.title}`,
        enabled: true,
        ...split(id, kind, usable),
        state: 'working',
        problem: null,
        resume_at: null,
        failures: 0,
        failing_since: null,
        last_success_at: now,
        created_at: now,
        changed_at: now,
      });
      return shown(await must(id));
    },

    /** New settings are tried first. A secret that is left out keeps its value. */
    async change(
      id: string,
      change: {
        name?: string | undefined;
        enabled?: boolean | undefined;
        settings?: Record<string, unknown> | undefined;
      },
    ): Promise<{ before: Integration; after: Integration }> {
      const row = await must(id);
      const kind = psaKindOf(row.kind);
      let parts = { settings: row.settings, secrets_sealed: row.secrets_sealed };
      if (change.settings) {
        const sent = Object.entries(change.settings).filter(
          ([name, value]) => !(secretNames(kind).includes(name) && (value === '' || value === null)),
        );
        const wish = { ...openedFor(row, kind, Object.fromEntries(sent)), ...Object.fromEntries(sent) };
        // Null takes a setting back to what it is by default.
        const usable = checked(kind, Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== null)));
        await tried(kind, usable);
        parts = split(id, kind, usable);
      }
      await store.change(id, {
        name: change.name ?? row.name,
        enabled: change.enabled ?? row.enabled,
        ...parts,
        changed_at: new Date(Math.max(clock().getTime(), row.changed_at.getTime() + 1)),
      });
      // New settings were just tried; switching on is a wish to try again.
      if (change.settings || change.enabled) await store.setState(id, working);
      return { before: shown(row), after: shown(await must(id)) };
    },

    /** @param alongside what is written with it, or not at all */
    async remove(id: string, alongside: RemovedAlongside = async () => {}): Promise<Integration> {
      const row = await must(id);
      await store.remove(id, alongside);
      live.delete(id);
      return shown(row);
    },

    /** Tries the connection as it is saved. A success ends a stop. */
    async test(id: string): Promise<{ ok: boolean; steps: TestStep[] }> {
      const row = await must(id);
      const steps = await connectorOf(row).test();
      const ok = steps.every((step) => step.ok);
      if (ok) await store.setState(id, working);
      return { ok, steps };
    },

    /** How much of the PSA's limits is used, as far as it is known without asking. @throws NotFound */
    usageOf: async (id: string): Promise<PsaUsage> => connectorOf(await must(id)).usage(),

    /** For people's own questions (accounts, fields): also while nothing is sent. @throws NotFound */
    connect: async (id: string): Promise<Connection> => connection(await must(id)),

    /** The connections that may be used now: switched on, not stopped, and not in a pause. */
    async ready(): Promise<Connection[]> {
      const now = clock();
      const rows = await store.list();
      return rows
        .filter((row) => row.enabled && row.state !== 'stopped' && (!row.resume_at || row.resume_at <= now))
        .map(connection);
    },

    /** Those that are switched on, whether or not the PSA can be reached: decisions go on in an outage. */
    async enabledIds(): Promise<Set<string>> {
      return new Set((await store.list()).filter((row) => row.enabled).map((row) => row.id));
    },

    /** A call went well: a pause or a failure is over. */
    async reportSuccess(id: string): Promise<void> {
      const row = await store.find(id);
      if (!row) return;
      if (row.state !== 'working' || row.problem) await store.setState(id, working);
      const now = clock();
      if (now.getTime() - (row.last_success_at?.getTime() ?? 0) >= SUCCESS_MS) await store.markSuccess(id, now);
    },

    /**
     * What a failed call means for the whole connection. Failures of a single ticket change nothing here.
     * @returns when the connection may be used again; null when it may at once, `stopped` when a person has to act
     */
    async reportFailure(id: string, error: unknown): Promise<Date | 'stopped' | null> {
      if (!(error instanceof PsaError)) return null;
      const row = await store.find(id);
      if (!row) return null;
      const now = clock();
      const problem = { code: error.code, message: error.message, at: now.toISOString() };
      if (error instanceof PsaLoginRefused || error instanceof PsaProxyRefused) {
        if (row.state !== 'stopped') log.warn({ integration: row.name, code: error.code }, error.message);
        await store.setState(id, { state: 'stopped', problem, resumeAt: null, failures: row.failures });
        return 'stopped';
      }
      if (error instanceof PsaRightMissing) {
        await store.setState(id, { state: 'failing', problem, resumeAt: null, failures: row.failures });
        return null;
      }
      // Politeness towards the PSA's other users holds up what is less important, not the tickets.
      if (error instanceof PsaBusy && error.isPartial) return null;
      const isWhole = error instanceof PsaUnavailable || error instanceof PsaBusy;
      if (!isWhole) {
        if (error instanceof PsaOutcomeUnknown) {
          await store.setState(id, { state: 'failing', problem, resumeAt: null, failures: row.failures });
        }
        return null;
      }
      const pauseSeconds =
        error instanceof PsaBusy
          ? error.retryAfterSeconds
          : (PAUSES_SECONDS[Math.min(row.failures, PAUSES_SECONDS.length - 1)] ?? 60);
      const resumeAt = new Date(now.getTime() + pauseSeconds * SECOND_MS * pauseScale);
      const state = error instanceof PsaBusy ? 'waiting' : 'failing';
      await store.setState(id, { state, problem, resumeAt, failures: row.failures + 1 });
      return resumeAt;
    },
  };
};
export type Integrations = ReturnType<typeof integrations>;
