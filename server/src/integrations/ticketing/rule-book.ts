import type { PsaField, putTicketRules, TicketSettings } from '@gatehouse/contract';
import type { z } from 'zod';
import { Conflict, InvalidInput, type Issue } from '../../platform/errors/index.ts';
import { mappingStore } from '../mappings/index.ts';
import { type Integrations, PsaError } from '../psa/index.ts';
import { isEventTypeReason, isStatusReason, type Reason, type StatusReason } from './reasons.ts';
import {
  checkGeneral,
  checkRules,
  choiceProblem,
  defaultGeneral,
  defaultRules,
  generalFields,
  inOrder,
  ownFields,
  type StoredRule,
  shownRule,
} from './rules.ts';
import { backlogStore } from './store-backlog.ts';
import { ruleStore } from './store-rules.ts';
import type { TicketingDb } from './store-unit.ts';
import { defaultTemplates, templateIssues } from './templates.ts';
import type { Wording } from './wording.ts';

/** What somebody wants to save; what is left out stays as it is. */
export type SettingsWish = z.output<NonNullable<(typeof putTicketRules)['body']>>;

/** The ticket settings of all integrations: what all tickets share, the rules, the templates. */
export const ruleBook = ({
  db,
  integrations,
  publicUrl,
}: {
  db: TicketingDb;
  integrations: Integrations;
  /** Where people reach the console, by the settings of this installation; null when they do not say. */
  publicUrl: string | null;
}) => {
  const storeOf = (integrationId: string, on: TicketingDb = db) =>
    ruleStore(on as unknown as Parameters<typeof ruleStore>[0], integrationId);

  /** Rules that a newer release added are off, with their defaults; they are kept with the next save. */
  const complete = async (integrationId: string, fields: PsaField[]): Promise<StoredRule[]> => {
    const stored = await storeOf(integrationId).list();
    const have = new Set(stored.map(({ reason }) => reason));
    const missing = defaultRules(await integrations.kindOf(integrationId), fields).filter(
      ({ reason }) => !have.has(reason),
    );
    return inOrder([...stored.map(({ integration_id: _, ...rule }) => rule), ...missing]);
  };

  /** What the PSA offers, or why it cannot be asked. */
  const offered = async (
    integrationId: string,
  ): Promise<{ fields: PsaField[]; problem: null } | { fields: null; problem: string }> => {
    const { connector } = await integrations.connect(integrationId);
    try {
      return { fields: await connector.fields(), problem: null };
    } catch (error) {
      if (!(error instanceof PsaError)) throw error;
      return { fields: null, problem: `The PSA cannot be asked: ${error.message}` };
    }
  };

  const defaultsOf = async (integrationId: string, fields: PsaField[]): Promise<TicketSettings['defaults']> => {
    const kind = await integrations.kindOf(integrationId);
    const general = defaultGeneral(kind, fields);
    return {
      general: { fields: general, problem: choiceProblem(general, generalFields(fields)) },
      items: inOrder(defaultRules(kind, fields)).map((rule) =>
        shownRule(rule, choiceProblem(rule.fields, ownFields(fields))),
      ),
      templates: defaultTemplates,
    };
  };

  return {
    /** Everything off, with the defaults that this PSA has. */
    async begin(integrationId: string): Promise<void> {
      const { connector } = await integrations.connect(integrationId);
      const [kind, fields] = [await integrations.kindOf(integrationId), await connector.fields()];
      await storeOf(integrationId).begin(defaultGeneral(kind, fields));
      await storeOf(integrationId).save(defaultRules(kind, fields));
    },

    /** As the console shows and edits them. While the PSA cannot be asked they are shown all the same, as a problem. */
    async settings(integrationId: string): Promise<TicketSettings> {
      const { fields, problem } = await offered(integrationId);
      const settings = await storeOf(integrationId).settings();
      const general = settings?.general ?? {};
      const problemOf = (chosen: Record<string, string | null>, which: (all: PsaField[]) => PsaField[]) =>
        fields ? choiceProblem(chosen, which(fields)) : problem;
      return {
        revision: settings?.revision ?? 0,
        savedBy: settings?.saved_by ?? null,
        savedAt: settings?.saved_at?.toISOString() ?? null,
        general: { fields: general, problem: problemOf(general, generalFields) },
        items: (await complete(integrationId, fields ?? [])).map((rule) =>
          shownRule(rule, problemOf(rule.fields, ownFields)),
        ),
        templates: settings?.templates ?? defaultTemplates,
        publicUrl,
        ...(fields ? { defaults: await defaultsOf(integrationId, fields) } : {}),
      };
    },

    /**
     * All of it or nothing. What rules that are switched on find there already becomes what `backlog` says, client by
     * client, with the next reading of each.
     *
     * @returns the rules that were off and are on now
     * @throws InvalidInput naming every place; Conflict when somebody else saved meanwhile
     */
    async save(integrationId: string, wish: SettingsWish, by: string, now: Date): Promise<{ switchedOn: Reason[] }> {
      const { connector, roles } = await integrations.connect(integrationId);
      const fields = await connector.fields({ fresh: true });
      const issues: Issue[] = wish.templates ? templateIssues(wish.templates) : [];
      const { rules, issues: ruleIssues } = checkRules(wish.rules ?? [], fields);
      const removed = (wish.removed ?? []) as Reason[];
      issues.push(
        ...ruleIssues,
        ...removed.flatMap((reason, at) =>
          isEventTypeReason(reason)
            ? []
            : [{ where: `body.removed[${at}]`, what: 'Only rules for one type of events can be taken away' }],
        ),
      );

      return db.transaction().execute(async (transaction) => {
        const store = storeOf(integrationId, transaction);
        const before = await store.settings();
        if (!(await store.nextRevision(wish.revision, by, now))) {
          const [who, when] = [before?.saved_by ?? 'Somebody', before?.saved_at?.toISOString() ?? 'meanwhile'];
          throw new Conflict(
            'ticket-rules.saved-meanwhile',
            `${who} saved these settings (${when}) after you opened them, so nothing was saved. Load them again, then make your changes on top`,
          );
        }
        const stored = await store.list();
        const after = new Map([...stored, ...rules].map((rule) => [rule.reason, rule] as const));
        for (const reason of removed) after.delete(reason);
        const isUsed = wish.general
          ? [...after.values()].some(({ enabled }) => enabled)
          : rules.some(({ enabled }) => enabled);
        const general = checkGeneral(wish.general?.fields ?? before?.general ?? {}, fields, isUsed);
        issues.push(...general.issues);
        if (issues.length > 0) {
          throw new InvalidInput(
            'The ticket settings were not saved, none of them: some cannot work as they are',
            issues,
            'ticket-rules.invalid',
          );
        }

        await store.save(rules);
        await store.remove(removed);
        await store.saveSettings({
          ...(wish.general ? { general: general.fields } : {}),
          ...(wish.templates ? { templates: wish.templates } : {}),
        });
        const closedStatus = general.fields[roles.closedStatus];
        if (closedStatus && closedStatus !== before?.general[roles.closedStatus]) {
          await store.setClosedStatus(roles.closedStatus, closedStatus);
        }

        const wasOn = new Set(stored.filter(({ enabled }) => enabled).map(({ reason }) => reason));
        const switchedOn = rules
          .filter(({ enabled, reason }) => enabled && !wasOn.has(reason))
          .map((rule) => rule.reason);
        const reasons = switchedOn.filter((reason): reason is StatusReason => isStatusReason(reason));
        const backlog = backlogStore(transaction as unknown as Parameters<typeof backlogStore>[0]);
        if (wish.backlog === 'all') await backlog.releaseReasons(integrationId, reasons);
        else if (reasons.length > 0) {
          const mapped = (
            await mappingStore(transaction as unknown as Parameters<typeof mappingStore>[0]).list()
          ).filter((row) => row.integration_id === integrationId);
          await backlog.wish(
            mapped.map(({ source_id, tenant_id }) => ({ integrationId, sourceId: source_id, tenantId: tenant_id })),
            { choice: wish.backlog, reasons, now },
          );
        }
        return { switchedOn };
      });
    },

    /** The rules as tickets are made by them: with what all tickets share. */
    async byReason(integrationId: string): Promise<Map<Reason, StoredRule>> {
      const general = (await storeOf(integrationId).settings())?.general ?? {};
      return new Map(
        (await storeOf(integrationId).list()).map((rule) => [
          rule.reason,
          { ...rule, fields: { ...rule.fields, ...general } },
        ]),
      );
    },

    /** How tickets are worded; `publicUrl` begins links to devices when the templates name no address. */
    async wording(integrationId: string): Promise<Omit<Wording, 'devicePage'> & { publicUrl: string | null }> {
      const templates = (await storeOf(integrationId).settings())?.templates ?? defaultTemplates;
      const { textLengths: lengths } = await integrations.kindOf(integrationId);
      return { templates, lengths, publicUrl };
    },

    async countOn(integrationIds: string[]): Promise<number> {
      let count = 0;
      for (const id of integrationIds) count += (await storeOf(id).list()).filter(({ enabled }) => enabled).length;
      return count;
    },
  };
};
export type RuleBook = ReturnType<typeof ruleBook>;
