import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import type { PsaField, TicketRule } from '@gatehouse/contract';
import { useState } from 'react';
import { StateMark, useDisplay, useMay, useText } from '../platform/index.ts';
import { choicesFor, isCount, missingOf, mostDueHours, mostLifetimeDays, type RuleEdit } from './rule-drafts.ts';
import { isEventType } from './ticketing-drafts.ts';
import { ticketingMessages } from './ticketing-messages.ts';

type Column = TableProps.ColumnDefinition<TicketRule>;

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

  const choiceOf = (rule: TicketRule, field: PsaField) => {
    const id = rule.fields[field.name] ?? null;
    const isMissing = missingOf(rule, [field]).length > 0;
    const issue = issues.get(`${rule.reason} ${field.name}`);
    const choice = field.choices.find((each) => each.id === id);
    const word =
      id === null
        ? text('blank')
        : !choice
          ? `${id} (${text('gone')})`
          : choice.active
            ? choice.label
            : `${choice.label} (${text('inactive')})`;
    const said = isMissing ? text('mustChoose', { field: field.title }) : issue;
    return (
      <span className="gh-wrap">
        {said ? <StateMark tone="critical">{word}</StateMark> : word}
        {said && <div>{said}</div>}
      </span>
    );
  };

  const inLine = (column: string, rest: Partial<NonNullable<Column['editConfig']>>): Partial<Column> =>
    mayWrite
      ? {
          editConfig: {
            ariaLabel: column,
            editIconAriaLabel: text('edit'),
            errorIconAriaLabel: text('edit'),
            editingCell: () => null,
            ...rest,
          },
        }
      : {};

  const choiceColumn = (field: PsaField): Column => ({
    id: field.name,
    header: field.title,
    minWidth: 130,
    cell: (rule) => choiceOf(rule, field),
    ...inLine(field.title, {
      editingCell: (rule, { currentValue, setValue }) => {
        const options = choicesFor(field, rule.fields).map(({ id, label, active }) => ({
          value: id,
          label: active ? label : `${label} (${text('inactive')})`,
        }));
        const here = (currentValue as string | undefined) ?? rule.fields[field.name] ?? null;
        return (
          <Select
            autoFocus
            options={options}
            ariaLabel={field.title}
            filteringType={options.length > 10 ? 'auto' : 'none'}
            selectedOption={options.find(({ value }) => value === here) ?? null}
            placeholder={text('blank')}
            onChange={({ detail }) => setValue(detail.selectedOption.value)}
            expandToViewport
          />
        );
      },
    }),
  });

  const countColumn = (
    id: 'due' | 'lifetime',
    countOf: (rule: TicketRule) => number | null,
    [most, issue]: [number, 'dueIssue' | 'lifetimeIssue'],
  ): Column => ({
    id,
    header: text(id),
    minWidth: 95,
    cell: (rule) => countOf(rule) ?? '-',
    ...inLine(text(id), {
      validation: (_rule, value) => (value === undefined || isCount(String(value), most) ? undefined : text(issue)),
      editingCell: (rule, { currentValue, setValue }) => (
        <Input
          autoFocus
          ariaLabel={text(id)}
          inputMode="numeric"
          value={String(currentValue ?? countOf(rule) ?? '')}
          onChange={({ detail }) => setValue(detail.value.trim())}
        />
      ),
    }),
  });

  const submit: TableProps.SubmitEditFunction<TicketRule, unknown> = (rule, column, value) => {
    if (value === undefined) return;
    if (column.id === 'due') onEdit([rule], { dueHours: Number(value) });
    else if (column.id === 'lifetime') onEdit([rule], { lifetimeDays: Number(value) });
    else onEdit([rule], { fields: { [column.id ?? '']: String(value) } });
  };

  const columns: Column[] = [
    {
      id: 'title',
      header: text('rule'),
      isRowHeader: true,
      minWidth: 190,
      cell: (rule) => (
        <span className="gh-wrap">
          {nameOf(rule)}
          {isEventType(rule) && <div>{text('eventType', { code: rule.reason.slice('event-type:'.length) })}</div>}
        </span>
      ),
    },
    {
      id: 'enabled',
      header: text('create'),
      minWidth: 95,
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
    countColumn('due', ({ dueHours }) => dueHours, [mostDueHours, 'dueIssue']),
    section === 'events'
      ? countColumn('lifetime', ({ lifetimeDays }) => lifetimeDays, [mostLifetimeDays, 'lifetimeIssue'])
      : {
          id: 'autoClose',
          header: text('autoClose'),
          minWidth: 90,
          cell: (rule) => (
            <Toggle
              checked={rule.autoClose ?? false}
              disabled={!mayWrite}
              ariaLabel={text('autoCloseOf', { title: nameOf(rule) })}
              onChange={({ detail }) => onEdit([rule], { autoClose: detail.checked })}
            />
          ),
        },
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
      submitEdit={submit}
      selectionType={mayWrite ? 'multi' : undefined}
      selectedItems={picked}
      onSelectionChange={({ detail }) => setChosen(detail.selectedItems.map(({ reason }) => reason))}
      ariaLabels={{
        tableLabel: text(section),
        selectionGroupLabel: text('rules'),
        allItemsSelectionLabel: () => text('chooseAll'),
        itemSelectionLabel: (_, rule) => text('chooseRule', { name: nameOf(rule) }),
        activateEditLabel: (column, rule) => text('editCell', { column: String(column.header), title: nameOf(rule) }),
        submitEditLabel: (column) => text('submitCell', { column: String(column.header) }),
        cancelEditLabel: (column) => text('cancelCell', { column: String(column.header) }),
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
