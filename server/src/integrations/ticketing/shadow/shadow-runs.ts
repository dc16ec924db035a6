import { type InputOf, SHADOW_RUN_DAYS, type startShadowRun } from '@gatehouse/contract';
import { Conflict, InvalidInput, NotFound } from '../../../platform/errors/index.ts';
import { newId } from '../../../platform/ids/index.ts';
import type { Integrations } from '../../psa/index.ts';
import { isEventTypeReason, type Reason } from '../reasons.ts';
import type { RuleBook, SettingsWish } from '../rule-book.ts';
import { checkRules, type StoredRule } from '../rules.ts';
import type { ShadowRunRow, ShadowStore } from './store-shadows.ts';

const DAY_MS = 86_400_000;

export interface ShadowRunParts {
  store: ShadowStore;
  integrations: Integrations;
  rules: RuleBook;
  /** The save of the Ticketing tab. */
  saveRules(integrationId: string, wish: SettingsWish, by: string): Promise<{ switchedOn: Reason[] }>;
  onChange(): void;
  clock: () => Date;
}

/** Rules that run beside the real ones: begun, ended, and made real. */
export const shadowRuns = ({ store, integrations, rules, saveRules, onChange, clock }: ShadowRunParts) => {
  const mustRun = async (integrationId: string): Promise<ShadowRunRow> => {
    const run = await store.running(integrationId, clock());
    if (!run) {
      throw new Conflict(
        'shadow-run.none-runs',
        'No rules run beside the real ones just now: it was stopped or has ended by itself. Start it again if you still want it',
      );
    }
    return run;
  };

  /** The rules saved, with the draft on top. @throws InvalidInput naming each place */
  const rulesToRun = async (
    integrationId: string,
    { rules: drafted = [], removed = [] }: InputOf<typeof startShadowRun>['body'],
  ): Promise<StoredRule[]> => {
    // The choices are the PSA's to check, which is not asked before somebody makes these rules real.
    const checked = checkRules(
      drafted.map((rule) => ({ ...rule, fields: {} })),
      [],
    );
    const issues = [
      ...checked.issues,
      ...removed.flatMap((reason, at) =>
        isEventTypeReason(reason)
          ? []
          : [{ where: `body.removed[${at}]`, what: 'Only rules for one type of events can be taken away' }],
      ),
    ];
    if (issues.length > 0) {
      throw new InvalidInput('These rules cannot run beside the real ones', issues, 'shadow-run.invalid');
    }
    const { general, items } = await rules.settings(integrationId);
    const shared = new Set(Object.keys(general.fields));
    const own = (fields: Record<string, string | null>) =>
      Object.fromEntries(Object.entries(fields).filter(([name]) => !shared.has(name)));
    const tried = new Map<Reason, StoredRule>();
    for (const rule of [...items, ...drafted]) {
      tried.set(rule.reason as Reason, {
        reason: rule.reason as Reason,
        enabled: rule.enabled,
        fields: own(rule.fields),
        due_hours: rule.dueHours,
        lifetime_days: rule.lifetimeDays,
        auto_close: rule.autoClose,
      });
    }
    for (const reason of removed) tried.delete(reason as Reason);
    if (![...tried.values()].some(({ enabled }) => enabled)) {
      throw new InvalidInput(
        'None of these rules is on, so none of them would open a ticket: switch one on and start again',
        [{ where: 'body.rules', what: 'at least one rule that is on, here or saved' }],
        'shadow-run.no-rule',
      );
    }
    return [...tried.values()];
  };

  const end = async (run: ShadowRunRow, state: 'stopped' | 'made-real', by: string): Promise<void> => {
    await store.end(run.id, { state, ended_by: by, problem: null, at: clock() });
    onChange();
  };

  return {
    async start(
      integrationId: string,
      wish: InputOf<typeof startShadowRun>['body'],
      by: string,
    ): Promise<ShadowRunRow> {
      const { revision, savedBy } = await rules.settings(integrationId);
      if (revision !== wish.revision) {
        throw new Conflict(
          'ticket-rules.saved-meanwhile',
          `${savedBy ?? 'Somebody'} saved the ticket settings after you opened them: load them again, then start with your changes on top`,
        );
      }
      const now = clock();
      const tried = await rulesToRun(integrationId, wish);
      // One whose time is up makes room, however lately anybody looked.
      await store.tidy(now, new Date(now.getTime() - SHADOW_RUN_DAYS * DAY_MS));
      const row: ShadowRunRow = {
        id: newId(now),
        integration_id: integrationId,
        state: 'running',
        started_by: by,
        started_at: now,
        ends_at: new Date(now.getTime() + SHADOW_RUN_DAYS * DAY_MS),
        ended_at: null,
        ended_by: null,
        problem: null,
        revision,
        rules: tried,
        wish: { rules: wish.rules ?? [], removed: wish.removed ?? [] },
      };
      if (!(await store.begin(row))) {
        throw new Conflict(
          'shadow-run.runs-already',
          'Other rules of this integration run beside the real ones already: stop them first, which also makes room for a new log',
        );
      }
      onChange();
      return row;
    },

    /** The one that runs, or the last one. */
    async last(integrationId: string): Promise<ShadowRunRow | undefined> {
      await integrations.get(integrationId);
      const run = await store.last(integrationId);
      // Its time is up the moment it is, not when the next clean-up writes that down.
      if (run?.state !== 'running' || run.ends_at > clock()) return run;
      return { ...run, state: 'ended', ended_at: run.ends_at };
    },

    async stop(integrationId: string, by: string): Promise<ShadowRunRow> {
      await end(await mustRun(integrationId), 'stopped', by);
      return this.must(integrationId);
    },

    async must(integrationId: string): Promise<ShadowRunRow> {
      const run = await this.last(integrationId);
      if (!run) throw new NotFound('shadow run', integrationId);
      return run;
    },

    /** Which rules a save would touch. @throws Conflict when none runs */
    async wishOf(integrationId: string): Promise<ShadowRunRow['wish']> {
      return (await mustRun(integrationId)).wish;
    },

    /**
     * Saves what the run began with on top of the saved rules, then ends it.
     * @throws Conflict when somebody saved since it began; InvalidInput when the PSA no longer has a choice
     */
    async makeReal(
      integrationId: string,
      backlog: SettingsWish['backlog'],
      by: string,
    ): Promise<{ switchedOn: Reason[] }> {
      const run = await mustRun(integrationId);
      const { rules: changed, removed } = run.wish;
      if (changed.length + removed.length === 0) {
        throw new Conflict(
          'shadow-run.nothing-to-save',
          'These are the rules that are saved already: there is nothing to make real',
        );
      }
      const saved = await saveRules(integrationId, { revision: run.revision, rules: changed, removed, backlog }, by);
      await end(run, 'made-real', by);
      return saved;
    },

    async tidy(): Promise<void> {
      const now = clock();
      if ((await store.tidy(now, new Date(now.getTime() - SHADOW_RUN_DAYS * DAY_MS))) > 0) onChange();
    },
  };
};
export type ShadowRuns = ReturnType<typeof shadowRuns>;
