import type { InputOf, startRehearsal } from '@gatehouse/contract';
import { z } from 'zod';
import { AppError, InvalidInput, NotFound } from '../../../platform/errors/index.ts';
import { newId } from '../../../platform/ids/index.ts';
import type { Jobs } from '../../../platform/jobs/index.ts';
import type { Mappings } from '../../mappings/index.ts';
import type { Integrations } from '../../psa/index.ts';
import type { ReadableSource, SourceEvent, Sources } from '../../sources/index.ts';
import type { Rule } from '../decide.ts';
import type { GuardBook } from '../guards/guard-book.ts';
import { needsGroups } from '../guards/maintenance.ts';
import type { Reason } from '../reasons.ts';
import type { RuleBook } from '../rule-book.ts';
import { checkRules, type StoredRule } from '../rules.ts';
import { replay } from './replay.ts';
import type { ClientRef, RehearsalRow, RehearsalStore, UnreadClient } from './store-rehearsals.ts';

const DAY_MS = 86_400_000;
const SHOWN = 20;
const TRIES = 3;
const MAX_RUN_SECONDS = 4 * 3_600;

export interface RehearsalParts {
  store: RehearsalStore;
  jobs: Jobs;
  sources: Sources;
  mappings: Mappings;
  integrations: Integrations;
  rules: RuleBook;
  guards: GuardBook;
  onChange(): void;
  clock: () => Date;
}

const ruleOf = ({ reason, enabled, lifetime_days, auto_close }: StoredRule): Rule => ({
  reason,
  enabled,
  lifetimeDays: lifetime_days,
  autoClose: auto_close,
});

/** Trying ticket rules on what really happened. Reads Administration Servers only: nothing is said to a PSA. */
export const rehearsals = ({
  store,
  jobs,
  sources,
  mappings,
  integrations,
  rules,
  guards,
  onChange,
  clock,
}: RehearsalParts) => {
  const must = async (integrationId: string, id: string): Promise<RehearsalRow> => {
    const row = await store.find(id);
    if (row?.integration_id !== integrationId) throw new NotFound('rehearsal', id);
    return row;
  };

  /** The rules saved, with the draft on top. @throws InvalidInput naming each place */
  const rulesToTry = async (
    integrationId: string,
    { rules: drafted = [], removed = [] }: InputOf<typeof startRehearsal>['body'],
  ): Promise<Rule[]> => {
    // How its tickets look is of no matter, so choices of the PSA are neither asked for nor checked.
    const checked = checkRules(
      drafted.map((rule) => ({ ...rule, fields: {}, dueHours: 1 })),
      [],
    );
    if (checked.issues.length > 0) {
      throw new InvalidInput('These rules cannot be tried', checked.issues, 'rehearsal.invalid');
    }
    const tried = new Map([...(await rules.byReason(integrationId))].map(([reason, rule]) => [reason, ruleOf(rule)]));
    for (const rule of checked.rules) tried.set(rule.reason, ruleOf(rule));
    for (const reason of removed) tried.delete(reason as Reason);
    if (![...tried.values()].some(({ enabled }) => enabled)) {
      throw new InvalidInput(
        'None of these rules is on, so none of them would open a ticket: switch one on, here or saved, and try again',
        [{ where: 'body.rules', what: 'at least one rule that is on' }],
        'rehearsal.no-rule',
      );
    }
    return [...tried.values()];
  };

  const clientsToRead = async (
    integrationId: string,
    { scope, tenants: chosen = [] }: InputOf<typeof startRehearsal>['body'],
  ): Promise<ClientRef[]> => {
    const keyOf = (sourceId: string, tenantId: string) => `${sourceId} ${tenantId}`;
    const mapped = new Set(
      (await mappings.all())
        .filter((row) => row.integration_id === integrationId)
        .map((row) => keyOf(row.source_id, row.tenant_id)),
    );
    const wanted = new Set(chosen.map(({ sourceId, tenantId }) => keyOf(sourceId, tenantId)));
    const clients = (await sources.tenants())
      .filter(({ source_id, tenant_id, present }) => {
        const key = keyOf(source_id, tenant_id);
        return present && (scope === 'all' || (scope === 'chosen' ? wanted : mapped).has(key));
      })
      .map(({ source_id, tenant_id, name }) => ({ sourceId: source_id, tenantId: tenant_id, name }));
    if (clients.length === 0) {
      throw new InvalidInput(
        'There is no client to try the rules on: map one, or try them on all clients',
        [{ where: scope === 'chosen' ? 'body.tenants' : 'body.scope', what: 'at least one client that is known' }],
        'rehearsal.no-client',
      );
    }
    return clients;
  };

  const readClient = async (
    row: RehearsalRow,
    client: ClientRef,
    readable: ReadableSource[],
  ): Promise<Parameters<RehearsalStore['addClient']>[1]> => {
    const unread = (problem: string): { unread: UnreadClient[]; lines: []; statusEvents: 0; conditions: 0 } => ({
      unread: [{ sourceId: client.sourceId, tenantName: client.name, problem }],
      lines: [],
      statusEvents: 0,
      conditions: 0,
    });
    const source = readable.find(({ sourceId }) => sourceId === client.sourceId)?.source;
    const known = await sources.tenant(client.sourceId, client.tenantId);
    if (!source || !known) return unread('Its source is switched off or cannot be reached just now');
    const settings = await guards.of(row.integration_id);
    const tenant = { tenantId: client.tenantId, name: client.name, uid: known.uid };
    const place = { sourceId: client.sourceId, tenantId: client.tenantId };
    try {
      return await source.inTenant(tenant, async (reading) => {
        const devices = await reading.devices();
        const paths = new Map(
          needsGroups(settings.maintenance, place)
            ? (await reading.groups()).map(({ groupId, path }) => [groupId, path] as const)
            : [],
        );
        const events: SourceEvent[] = [];
        // A day more, since the server counts by when events happened and here it counts when they came.
        const days = Math.ceil((clock().getTime() - row.since.getTime()) / DAY_MS) + 1;
        for await (const page of reading.events(null, days)) events.push(...page);
        const { lines, unclearEvents, untoldConditions } = replay({
          place,
          rules: new Map(row.asked.rules.map((rule) => [rule.reason, rule])),
          guards: settings,
          groupPaths: new Map(
            devices.flatMap(({ deviceId, groupId }): [string, string][] => {
              const path = paths.get(groupId ?? -1);
              return path === undefined ? [] : [[deviceId, path]];
            }),
          ),
          events,
          devices,
          from: row.since,
          until: row.until,
        });
        return {
          lines: lines.map(({ deviceId, deviceName, subject: _, ...line }) => ({
            ...line,
            source_id: client.sourceId,
            tenant_id: client.tenantId,
            tenant_name: client.name,
            device_id: deviceId,
            device_name: deviceName,
          })),
          statusEvents: unclearEvents,
          conditions: untoldConditions,
          unread: [],
        };
      });
    } catch (error) {
      if (error instanceof AppError) return unread(error.message);
      throw error;
    }
  };

  const job = jobs.define({
    name: 'integrations.rehearse',
    payload: z.object({ rehearsalId: z.uuid() }),
    retry: { limit: TRIES - 1, firstDelaySeconds: 2, maxDelaySeconds: 30 },
    concurrency: 1,
    maxRunSeconds: MAX_RUN_SECONDS,
    run: async ({ rehearsalId }, { signal, attempt }) => {
      if (!(await store.begin(rehearsalId))) return;
      const row = await store.find(rehearsalId);
      if (!row) return;
      try {
        const readable = await sources.readable(signal);
        for (const client of row.asked.clients) {
          signal.throwIfAborted();
          const part = await readClient(row, client, readable);
          signal.throwIfAborted();
          if (!(await store.addClient(rehearsalId, part))) return;
          onChange();
        }
        await store.end(rehearsalId, 'done', clock(), null);
      } catch (error) {
        if (attempt >= TRIES) {
          await store.end(rehearsalId, 'failed', clock(), 'It broke off three times; the log of the server says why');
        }
        throw error;
      } finally {
        onChange();
      }
    },
  });
  jobs.every({ name: 'integrations.forget-rehearsals', seconds: 3_600, run: () => store.forgetOld(clock()) });

  return {
    /** @throws NotFound, InvalidInput */
    async start(
      integrationId: string,
      wish: InputOf<typeof startRehearsal>['body'],
      by: string,
    ): Promise<RehearsalRow> {
      await integrations.kindOf(integrationId);
      const now = clock();
      const [tried, clients] = [await rulesToTry(integrationId, wish), await clientsToRead(integrationId, wish)];
      const row: RehearsalRow = {
        id: newId(now),
        integration_id: integrationId,
        state: 'waiting',
        started_by: by,
        started_at: now,
        ended_at: null,
        since: new Date(now.getTime() - wish.days * DAY_MS),
        until: now,
        scope: wish.scope ?? 'mapped',
        is_draft: (wish.rules?.length ?? 0) > 0 || (wish.removed?.length ?? 0) > 0,
        asked: { rules: tried, clients },
        clients: clients.length,
        clients_done: 0,
        status_events: 0,
        conditions: 0,
        unread: [],
        problem: null,
      };
      await store.add(row);
      await job.enqueue({ rehearsalId: row.id });
      return row;
    },
    list: (integrationId: string): Promise<RehearsalRow[]> => store.list(integrationId, SHOWN),
    find: must,
    async cancel(integrationId: string, id: string): Promise<RehearsalRow> {
      await must(integrationId, id);
      await store.end(id, 'cancelled', clock(), null);
      onChange();
      return must(integrationId, id);
    },
  };
};
export type Rehearsals = ReturnType<typeof rehearsals>;
