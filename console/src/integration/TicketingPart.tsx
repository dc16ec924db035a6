import type { BacklogChoice, PsaField, TicketRule, TicketSettings } from '@gatehouse/contract';
import { type ReactNode, useState } from 'react';
import { ApiProblem, Loaded, useSay, useText } from '../platform/index.ts';
import { RehearsalPart } from '../rehearsals/index.ts';
import { ShadowRunPart } from '../shadow-runs/index.ts';
import { GuardsPart, MaintenancePart } from '../ticket-guards/index.ts';
import { AddEventRuleView } from './AddEventRuleView.tsx';
import { BacklogQuestionView } from './BacklogQuestionView.tsx';
import { GeneralSectionView } from './GeneralSectionView.tsx';
import { RuleEditView } from './RuleEditView.tsx';
import { RulesView } from './RulesView.tsx';
import { sectionOf } from './rule-drafts.ts';
import { TemplatesSectionView } from './TemplatesSectionView.tsx';
import { TicketingView } from './TicketingView.tsx';
import {
  changesOf,
  type DraftSection,
  draftActs,
  faultsOf,
  generalFields,
  isEventType,
  noDraft,
  ownFields,
  ruleOfIssue,
  type SettingsWish,
  type TicketingDraft,
  wishOf,
  withDraft,
} from './ticketing-drafts.ts';
import { ticketingMessages } from './ticketing-messages.ts';
import { isDraftSection, type TicketingSection, ticketingSections } from './ticketing-sections.ts';
import { useTicketing } from './useTicketing.ts';

/** The Ticketing tab: waits for the settings; the choices of a PSA that cannot be asked are done without. */
export const TicketingPart = (props: {
  integrationId: string;
  section: TicketingSection;
  onSection(section: TicketingSection): void;
}) => {
  const calls = useTicketing(props.integrationId);
  return (
    <Loaded of={calls.settings}>
      {(settings) => (
        <Loaded of={{ ...calls.fields, error: null, isFetching: !calls.fields.error }}>
          {({ items }) => <Ticketing {...props} settings={settings} fields={items} calls={calls} />}
        </Loaded>
      )}
    </Loaded>
  );
};

const Ticketing = ({
  integrationId,
  section,
  onSection,
  settings,
  fields,
  calls,
}: Parameters<typeof TicketingPart>[0] & {
  settings: TicketSettings;
  fields: PsaField[];
  calls: ReturnType<typeof useTicketing>;
}) => {
  const text = useText(ticketingMessages);
  const say = useSay();
  const params = { integrationId };
  const [draft, setAnyDraft] = useState(noDraft);
  const [sent, setSent] = useState<SettingsWish | null>(null);
  const [editing, setEditing] = useState<TicketRule[]>([]);
  const [isAdding, setAdding] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [previewed, setPreviewed] = useState<'event' | 'status' | null>(null);

  /** What goes back to what is saved is no draft: it must not undo what somebody else saves later. */
  const setDraft = (next: TicketingDraft) => setAnyDraft(changesOf(settings, next).count === 0 ? noDraft : next);

  const now = withDraft(settings, draft);
  const changes = changesOf(settings, draft);
  const faults = faultsOf(settings, draft, fields);
  const acts = draftActs(settings, draft, fields);
  const own = ownFields(fields);
  const problem = calls.put.error;
  const isOvertaken =
    (draft.revision !== null && draft.revision !== settings.revision) ||
    (problem instanceof ApiProblem && problem.code === 'ticket-rules.saved-meanwhile' && draft.revision !== null);

  const nameOf = (rule: TicketRule): string =>
    isEventType(rule)
      ? (calls.eventTypes.find(({ code }) => rule.reason === `event-type:${code}`)?.displayName ?? rule.title)
      : rule.title;
  const titleOf = (reason: string): string => {
    const rule = now.rules.find((each) => each.reason === reason);
    const code = reason.replace(/^event-type:/, '');
    return rule ? nameOf(rule) : (calls.eventTypes.find((each) => each.code === code)?.displayName ?? code);
  };
  const issues = new Map(
    (problem instanceof ApiProblem ? problem.issues : []).flatMap(({ where, what }) => {
      const place = ruleOfIssue(where, sent);
      return place ? [[`${place.reason} ${place.field}`, what] as const] : [];
    }),
  );

  const save = (backlog: BacklogChoice) => {
    const wish = wishOf(settings, draft);
    setSent(wish);
    calls.put.mutate(
      { params, body: { ...wish, backlog } },
      {
        onSuccess: () => {
          setDraft(noDraft);
          setAsking(false);
          say({ type: 'success', content: text('saved') });
        },
        // Who was faster is told above the form, with what can be done.
        onError: () => {
          setAsking(false);
          void calls.settings.refetch();
        },
      },
    );
  };
  const askOrSave = () => {
    if (changes.switchedOn.length === 0) return save('all');
    setAsking(true);
    calls.backlog.mutate(
      { params, body: { switchedOn: changes.switchedOn } },
      {
        onSuccess: ({ tickets, unread }) => {
          if (tickets === 0 && unread.length === 0) save('all');
        },
      },
    );
  };
  const cancel = () => {
    setDraft(noDraft);
    calls.put.reset();
  };

  const reset = (which: DraftSection) => (settings.defaults ? { onReset: () => setDraft(acts.reset(which)) } : {});
  const rulesOf = (which: 'events' | 'warning' | 'critical') => (
    <RulesView
      key={which}
      section={which}
      rules={now.rules.filter((rule) => sectionOf(rule) === which)}
      fields={own}
      nameOf={nameOf}
      issues={issues}
      changed={new Set(changes.rules.map(({ reason }) => reason))}
      onEdit={(rules, edit) => setDraft(acts.edit(rules, edit))}
      onEditChosen={setEditing}
      onRemove={(reasons) => setDraft(acts.remove(reasons))}
      onAdd={() => setAdding(true)}
      {...reset(which)}
    />
  );
  const contents: Record<TicketingSection, () => ReactNode> = {
    general: () => (
      <GeneralSectionView
        fields={generalFields(fields)}
        chosen={now.general}
        missing={faults.general}
        problem={problem}
        onChoose={(general) => setDraft(acts.choose(general))}
        {...reset('general')}
      />
    ),
    events: () => rulesOf('events'),
    warning: () => rulesOf('warning'),
    critical: () => rulesOf('critical'),
    guards: () => <GuardsPart integrationId={integrationId} />,
    maintenance: () => <MaintenancePart integrationId={integrationId} />,
    rehearsal: () => (
      <RehearsalPart
        integrationId={integrationId}
        draft={{
          rules: changes.rules.map(({ reason, enabled, lifetimeDays, autoClose }) => ({
            reason,
            enabled,
            lifetimeDays,
            autoClose,
          })),
          removed: changes.removed,
        }}
      />
    ),
    shadow: () => (
      <ShadowRunPart
        integrationId={integrationId}
        draft={{
          revision: draft.revision ?? settings.revision,
          rules: changes.rules.map(({ title: _title, problem: _problem, ...rule }) => rule),
          removed: changes.removed,
        }}
        fields={own}
        titleOf={titleOf}
        // What was made real is saved now; what is unsaved beside it was not touched by that.
        onMadeReal={() => setAnyDraft({ ...draft, revision: null })}
      />
    ),
    templates: () => (
      <TemplatesSectionView
        templates={now.templates}
        publicUrl={settings.publicUrl}
        faults={faults.templates}
        problem={problem}
        preview={{
          kind: previewed,
          reply: calls.preview.data,
          isBusy: calls.preview.isPending,
          problem: calls.preview.error,
        }}
        onWrite={(change) => setDraft(acts.write(change))}
        onPreview={(kind) => {
          setPreviewed(kind);
          calls.preview.mutate({ params, body: { kind, templates: now.templates } });
        }}
        {...reset('templates')}
      />
    ),
  };

  return (
    <>
      <TicketingView
        sections={ticketingSections.map((id) => ({
          id,
          title: text(id),
          changes: isDraftSection(id) ? changes.bySection[id] : 0,
          faults: isDraftSection(id) ? faults.bySection[id] : 0,
        }))}
        section={section}
        content={contents[section]()}
        isSavedHere={isDraftSection(section)}
        changes={changes.count}
        faults={faults.count}
        isSaving={calls.put.isPending}
        problem={problem}
        psaProblem={calls.fields.error}
        overtaken={isOvertaken ? { by: settings.savedBy, at: settings.savedAt } : null}
        onSection={onSection}
        onSave={askOrSave}
        onCancel={cancel}
        onPutOnTop={() => {
          calls.put.reset();
          setDraft({ ...draft, revision: settings.revision });
        }}
      />
      {editing.length > 0 && (
        <RuleEditView
          rules={editing}
          fields={own}
          onCancel={() => setEditing([])}
          onApply={(edit) => {
            setDraft(acts.edit(editing, edit));
            setEditing([]);
          }}
        />
      )}
      {isAdding && (
        <AddEventRuleView
          severityRules={now.rules.filter(({ reason }) => reason.startsWith('event:'))}
          taken={now.rules.map(({ reason }) => reason)}
          eventTypes={calls.eventTypes}
          onCancel={() => setAdding(false)}
          onAdd={({ code, like, makesTicket }) => {
            setDraft(acts.add(`event-type:${code}`, code, { ...like, enabled: makesTicket }));
            setAdding(false);
          }}
        />
      )}
      {isAsking && (
        <BacklogQuestionView
          backlog={calls.backlog.data}
          isSaving={calls.put.isPending}
          problem={calls.backlog.error}
          onSave={save}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
};
