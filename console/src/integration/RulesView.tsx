import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Tabs from '@cloudscape-design/components/tabs';
import Toggle from '@cloudscape-design/components/toggle';
import type { PsaField, TicketRule } from '@gatehouse/contract';
import { useState } from 'react';
import { ProblemAlert, StateMark, UnsavedGuard, useDisplay, useMay, useText } from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import { RuleEditView } from './RuleEditView.tsx';
import { edited, isSame, missingOf, type RuleEdit, type RuleSection, ruleSections, sectionOf } from './rule-drafts.ts';

const titles = { events: 'sectionEvents', critical: 'sectionCritical', warning: 'sectionWarning' } as const;

/** The ticket rules in three sections. Changes are kept as drafts until they are saved, all or none. */
export const RulesView = ({
  rules,
  defaults,
  fields,
  section,
  isSaving,
  problem,
  onSection,
  onSave,
}: {
  rules: TicketRule[];
  defaults: TicketRule[] | undefined;
  fields: PsaField[];
  section: RuleSection;
  isSaving: boolean;
  problem: unknown;
  onSection(section: RuleSection): void;
  onSave(rules: TicketRule[], done: () => void): void;
}) => {
  const text = useText(integrationMessages);
  const { display } = useDisplay();
  const canWrite = useMay()('integrations:write');
  const [drafts, setDrafts] = useState<Record<string, TicketRule>>({});
  const [chosen, setChosen] = useState<string[]>([]);
  const [isEditing, setEditing] = useState(false);
  const now = rules.map((rule) => drafts[rule.reason] ?? rule);
  const changed = now.filter((rule, at) => !isSame(rule, rules[at] as TicketRule));
  const incomplete = changed.filter((rule) => missingOf(rule, fields).length > 0);
  const shown = now.filter((rule) => sectionOf(rule) === section);
  const picked = shown.filter(({ reason }) => chosen.includes(reason));
  const draft = (next: TicketRule[]) =>
    setDrafts((all) => ({ ...all, ...Object.fromEntries(next.map((rule) => [rule.reason, rule])) }));
  const edit = (those: TicketRule[], change: RuleEdit) => draft(those.map((rule) => edited(rule, change, fields)));
  const resetSection = () => draft(shown.map((rule) => defaults?.find(({ reason }) => reason === rule.reason) ?? rule));
  const choiceOf = (rule: TicketRule, field: PsaField) => {
    const choice = field.choices.find(({ id }) => id === rule.fields[field.name]);
    if (!choice) return rule.fields[field.name] ?? text('blank');
    return choice.active ? choice.label : `${choice.label} (${text('inactive')})`;
  };
  const table = (
    <Table
      items={shown}
      trackBy="reason"
      variant="container"
      wrapLines
      contentDensity={display.density}
      selectionType={canWrite ? 'multi' : undefined}
      selectedItems={picked}
      onSelectionChange={({ detail }) => setChosen(detail.selectedItems.map(({ reason }) => reason))}
      ariaLabels={{
        tableLabel: text(titles[section]),
        selectionGroupLabel: text('rules'),
        allItemsSelectionLabel: () => text('chooseAll'),
        itemSelectionLabel: (_, { title }) => text('chooseRule', { name: title }),
      }}
      header={
        <Header
          variant="h2"
          counter={picked.length > 0 ? `(${picked.length}/${shown.length})` : `(${shown.length})`}
          description={text(section === 'events' ? 'sectionHintEvents' : 'sectionHintStatus')}
          actions={
            canWrite && (
              <SpaceBetween size="xs" direction="horizontal">
                {defaults && (
                  <Button variant="link" onClick={resetSection}>
                    {text('reset')}
                  </Button>
                )}
                <Button disabled={picked.length === 0} onClick={() => setEditing(true)}>
                  {text('edit')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {text(titles[section])}
        </Header>
      }
      columnDefinitions={[
        { id: 'title', header: text('rule'), isRowHeader: true, cell: ({ title }) => title, minWidth: 190 },
        {
          id: 'enabled',
          header: text('create'),
          minWidth: 80,
          cell: (rule) => (
            <Toggle
              checked={rule.enabled}
              disabled={!canWrite}
              ariaLabel={text('createOf', { title: rule.title })}
              onChange={({ detail }) => edit([rule], { enabled: detail.checked })}
            />
          ),
        },
        ...fields
          .filter(({ required }) => required)
          .map((field) => ({
            id: field.name,
            header: field.title,
            cell: (rule: TicketRule) => choiceOf(rule, field),
            minWidth: 100,
          })),
        { id: 'due', header: text('due'), cell: ({ dueHours }: TicketRule) => dueHours, minWidth: 80 },
        ...(section === 'events'
          ? [
              {
                id: 'lifetime',
                header: text('lifetime'),
                cell: ({ lifetimeDays }: TicketRule) => lifetimeDays ?? '-',
                minWidth: 90,
              },
            ]
          : [
              {
                id: 'autoClose',
                header: text('autoClose'),
                minWidth: 90,
                cell: (rule: TicketRule) => (
                  <Toggle
                    checked={rule.autoClose ?? false}
                    disabled={!canWrite}
                    ariaLabel={text('autoCloseOf', { title: rule.title })}
                    onChange={({ detail }) => edit([rule], { autoClose: detail.checked })}
                  />
                ),
              },
            ]),
        {
          id: 'problem',
          header: text('ruleProblem'),
          minWidth: 140,
          cell: (rule) => {
            const missing = missingOf(rule, fields);
            if (missing.length > 0) {
              return (
                <StateMark tone="critical">
                  {missing.map(({ title }) => `${title}: ${text('blank')}`).join(', ')}
                </StateMark>
              );
            }
            return rule.problem && !drafts[rule.reason] ? <span className="gh-wrap">{rule.problem}</span> : null;
          },
        },
      ]}
    />
  );
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <UnsavedGuard isUnsaved={changed.length > 0 && !isSaving} />
      {incomplete.length > 0 && (
        <Alert type="warning">
          {incomplete.map((rule) => (
            <div key={rule.reason}>
              {text('missingChoices', {
                title: rule.title,
                fields: missingOf(rule, fields)
                  .map(({ title }) => title)
                  .join(', '),
              })}
            </div>
          ))}
        </Alert>
      )}
      <Tabs
        activeTabId={section}
        ariaLabel={text('rules')}
        actions={
          canWrite && (
            <SpaceBetween size="xs" direction="horizontal">
              <Button disabled={changed.length === 0} onClick={() => setDrafts({})}>
                {text('cancelChanges')}
              </Button>
              <Button
                variant="primary"
                disabled={changed.length === 0 || incomplete.length > 0}
                loading={isSaving}
                onClick={() => onSave(changed, () => setDrafts({}))}
              >
                {text('saveChanges', { count: changed.length })}
              </Button>
            </SpaceBetween>
          )
        }
        onChange={({ detail }) => {
          setChosen([]);
          onSection(detail.activeTabId as RuleSection);
        }}
        tabs={ruleSections.map((id) => ({ id, label: text(titles[id]), content: id === section && table }))}
      />
      {isEditing && (
        <RuleEditView
          rules={picked}
          fields={fields}
          onCancel={() => setEditing(false)}
          onApply={(change) => {
            edit(picked, change);
            setEditing(false);
          }}
        />
      )}
    </SpaceBetween>
  );
};
