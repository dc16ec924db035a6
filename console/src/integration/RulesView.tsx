import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import type { PsaField, TicketRule } from '@gatehouse/contract';
import { useState } from 'react';
import { useDisplay, useMay, useText } from '../platform/index.ts';
import { choicesFor, isCount, missingOf, mostDueHours, mostLifetimeDays, type RuleEdit } from './rule-drafts.ts';
import { isEventType } from './ticketing-drafts.ts';
import { ticketingMessages } from './ticketing-messages.ts';

type Column = TableProps.ColumnDefinition<TicketRule>;

/** A number that is typed in the line. What is no number is told and goes back to the last good one. */
const CountCell = ({
  label,
  count,
  most,
  issue,
  onCount,
}: {
  label: string;
  count: number;
  most: number;
  issue: string;
  onCount(count: number): void;
}) => {
  const [typed, setTyped] = useState<string | null>(null);
  const isBad = typed !== null && !isCount(typed, most);
  return (
    <FormField errorText={isBad && issue}>
      <div className="gh-count">
        <Input
          ariaLabel={label}
          inputMode="numeric"
          value={typed ?? String(count)}
          onBlur={() => setTyped(null)}
          onChange={({ detail }) => {
            const next = detail.value.trim();
            setTyped(next);
            if (isCount(next, most)) onCount(Number(next));
          }}
        />
      </div>
    </FormField>
  );
};

/** The rules of one section: on and off, and what is changed most, in the line; the rest in a window, many at once. */
export const RulesView = ({
  section,
  rules,
  fields,
  nameOf,
  issues,
  changed,
  onEdit,
  onEditChosen,
  onRemove,
  onAdd,
  onReset,
}: {
  section: 'events' | 'warning' | 'critical';
  rules: TicketRule[];
  /** Those that each rule chooses for itself. */
  fields: PsaField[];
  /** What a rule is called; types of events have a name in the catalogue. */
  nameOf(rule: TicketRule): string;
  /** What the server said at the last save, by reason and field. */
  issues: ReadonlyMap<string, string>;
  /** Reasons with unsaved changes: what the server said of them is old. */
  changed: ReadonlySet<string>;
  onEdit(rules: TicketRule[], edit: RuleEdit): void;
  onEditChosen(rules: TicketRule[]): void;
  onRemove(reasons: string[]): void;
  onAdd(): void;
  /** Left out while the defaults are not known. */
  onReset?(): void;
}) => {
  const text = useText(ticketingMessages);
  const { display } = useDisplay();
  const mayWrite = useMay()('integrations:write');
  const [chosen, setChosen] = useState<string[]>([]);
  const picked = rules.filter(({ reason }) => chosen.includes(reason));
  const pickedTypes = picked.filter(isEventType);

  /** What is wrong with a field of a rule, beside it. */
  const saidOf = (rule: TicketRule, name: string, field?: PsaField): string | undefined =>
    field && missingOf(rule, [field]).length > 0
      ? text('mustChoose', { field: field.title })
      : changed.has(rule.reason)
        ? undefined
        : issues.get(`${rule.reason} ${name}`);

  const choiceColumn = (field: PsaField): Column => ({
    id: field.name,
    header: field.title,
    minWidth: 140,
    maxWidth: 220,
    cell: (rule) => {
      const id = rule.fields[field.name] ?? null;
      const options = choicesFor(field, rule.fields).map(({ id: value, label, active }) => ({
        value,
        label: active ? label : `${label} (${text('inactive')})`,
      }));
      const here = options.find(({ value }) => value === id) ?? null;
      const word = here?.label ?? (id === null ? text('blank') : `${id} (${text('gone')})`);
      const said = saidOf(rule, field.name, field);
      return (
        <FormField errorText={said}>
          {mayWrite ? (
            <Select
              options={options}
              ariaLabel={text('cellOf', { column: field.title, title: nameOf(rule) })}
              filteringType={options.length > 10 ? 'auto' : 'none'}
              selectedOption={here}
              placeholder={word}
              onChange={({ detail }) =>
                onEdit([rule], { fields: { [field.name]: detail.selectedOption.value ?? null } })
              }
              expandToViewport
            />
          ) : (
            word
          )}
        </FormField>
      );
    },
  });

  const columns: Column[] = [
    {
      id: 'title',
      header: text('rule'),
      isRowHeader: true,
      minWidth: 150,
      cell: (rule) => (
        <span className="gh-wrap">
          {nameOf(rule)}
          {isEventType(rule) && <div>{text('eventType', { code: rule.reason.slice('event-type:'.length) })}</div>}
          {rule.autoClose === false && <div>{text('closedByPeople')}</div>}
        </span>
      ),
    },
    {
      id: 'enabled',
      header: text('create'),
      minWidth: 80,
      cell: (rule) => (
        <>
          <Toggle
            checked={rule.enabled}
            disabled={!mayWrite}
            ariaLabel={text('createOf', { title: nameOf(rule) })}
            onChange={({ detail }) => onEdit([rule], { enabled: detail.checked })}
          />
          {isEventType(rule) && !rule.enabled && text('noTicket')}
        </>
      ),
    },
    ...fields.filter(({ required }) => required).map(choiceColumn),
    {
      id: 'due',
      header: text('due'),
      minWidth: 80,
      cell: (rule) =>
        mayWrite ? (
          <CountCell
            label={text('cellOf', { column: text('due'), title: nameOf(rule) })}
            count={rule.dueHours}
            most={mostDueHours}
            issue={text('dueIssue')}
            onCount={(dueHours) => onEdit([rule], { dueHours })}
          />
        ) : (
          rule.dueHours
        ),
    },
    ...(section === 'events'
      ? [
          {
            id: 'lifetime',
            header: text('lifetime'),
            minWidth: 80,
            cell: (rule: TicketRule) =>
              mayWrite ? (
                <CountCell
                  label={text('cellOf', { column: text('lifetime'), title: nameOf(rule) })}
                  count={rule.lifetimeDays ?? 1}
                  most={mostLifetimeDays}
                  issue={text('lifetimeIssue')}
                  onCount={(lifetimeDays) => onEdit([rule], { lifetimeDays })}
                />
              ) : (
                rule.lifetimeDays
              ),
          },
        ]
      : []),
  ];
  // A column for what else is wrong, only while something is.
  const others = rules.filter(({ reason, problem }) => problem !== null && !changed.has(reason));
  if (others.length > 0) {
    columns.push({
      id: 'problem',
      header: text('problem'),
      minWidth: 150,
      cell: ({ reason, problem }) => (changed.has(reason) ? null : <span className="gh-wrap">{problem}</span>),
    });
  }

  return (
    <Table
      items={rules}
      trackBy="reason"
      variant="container"
      wrapLines
      contentDensity={display.density}
      selectionType={mayWrite ? 'multi' : undefined}
      selectedItems={picked}
      onSelectionChange={({ detail }) => setChosen(detail.selectedItems.map(({ reason }) => reason))}
      ariaLabels={{
        tableLabel: text(section),
        selectionGroupLabel: text('rules'),
        allItemsSelectionLabel: () => text('chooseAll'),
        itemSelectionLabel: (_, rule) => text('chooseRule', { name: nameOf(rule) }),
      }}
      header={
        <Header
          variant="h2"
          counter={picked.length > 0 ? `(${picked.length}/${rules.length})` : `(${rules.length})`}
          description={text(section === 'events' ? 'eventsHint' : 'statusHint')}
          actions={
            mayWrite && (
              <SpaceBetween size="xs" direction="horizontal">
                {onReset && (
                  <Button variant="link" onClick={onReset}>
                    {text('reset')}
                  </Button>
                )}
                {pickedTypes.length > 0 && (
                  <Button onClick={() => onRemove(pickedTypes.map(({ reason }) => reason))}>
                    {text('removeChosen')}
                  </Button>
                )}
                {section === 'events' && <Button onClick={onAdd}>{text('addRule')}</Button>}
                <Button disabled={picked.length === 0} onClick={() => onEditChosen(picked)}>
                  {text('edit')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {text(section)}
        </Header>
      }
      columnDefinitions={columns}
    />
  );
};
