import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { PsaField, TicketRule } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, platformMessages, useText } from '../platform/index.ts';
import { choicesFor, isCount, mostDueHours, mostLifetimeDays, type RuleEdit } from './rule-drafts.ts';
import { ticketingMessages } from './ticketing-messages.ts';

const KEEP = 'keep';
const CLEAR = 'clear';
/** What all rules agree on, else nothing: the field then says "leave as it is". */
const common = <T,>(rules: TicketRule[], of: (rule: TicketRule) => T): T | undefined => {
  const [first, ...others] = rules.map(of);
  return others.every((each) => each === first) ? first : undefined;
};

/** One dialog for one rule and for many. */
export const RuleEditView = ({
  rules,
  fields,
  onApply,
  onCancel,
}: {
  rules: TicketRule[];
  /** Those that each rule chooses for itself. */
  fields: PsaField[];
  onApply(edit: RuleEdit): void;
  onCancel(): void;
}) => {
  const text = useText(ticketingMessages);
  const words = useText(platformMessages);
  const [enabled, setEnabled] = useState(KEEP);
  const [autoClose, setAutoClose] = useState(KEEP);
  const [due, setDue] = useState(String(common(rules, ({ dueHours }) => dueHours) ?? ''));
  const [lifetime, setLifetime] = useState(String(common(rules, ({ lifetimeDays }) => lifetimeDays) ?? ''));
  const [chosen, setChosen] = useState<Record<string, string | null>>({});
  const isEvents = rules.some(({ lifetimeDays }) => lifetimeDays !== null);
  /** The values that dependent fields look at: what was chosen here, else what all rules have. */
  const effective = Object.fromEntries(
    fields.map(({ name }) => [
      name,
      name in chosen ? (chosen[name] ?? null) : (common(rules, (rule) => rule.fields[name] ?? null) ?? null),
    ]),
  );
  const dueBad = due !== '' && !isCount(due, mostDueHours);
  const lifetimeBad = isEvents && lifetime !== '' && !isCount(lifetime, mostLifetimeDays);
  const flags = [
    { value: KEEP, label: text('keep') },
    { value: 'true', label: words('on') },
    { value: 'false', label: words('off') },
  ];
  const flag = (value: string) => (value === KEEP ? undefined : value === 'true');
  return (
    <AskFirst
      title={text('editTitle', { count: rules.length })}
      confirm={text('apply')}
      disabled={dueBad || lifetimeBad}
      onCancel={onCancel}
      onConfirm={() =>
        onApply({
          enabled: flag(enabled),
          autoClose: flag(autoClose),
          // Only what was touched: a field that all rules agree on is filled in, but no change.
          dueHours: due === '' ? undefined : Number(due),
          lifetimeDays: lifetime === '' ? undefined : Number(lifetime),
          fields: chosen,
        })
      }
    >
      <p>{text('editHint')}</p>
      <FormField label={text('create')}>
        <Select
          options={flags}
          selectedOption={flags.find(({ value }) => value === enabled) ?? null}
          onChange={({ detail }) => setEnabled(detail.selectedOption.value ?? KEEP)}
          expandToViewport
        />
      </FormField>
      {fields.map((field) => {
        const options = [
          { value: KEEP, label: text('keep') },
          ...(field.required ? [] : [{ value: CLEAR, label: text('blank') }]),
          ...choicesFor(field, effective).map(({ id, label, active }) => ({
            value: `id ${id}`,
            label: active ? label : `${label} (${text('inactive')})`,
          })),
        ];
        const here = field.name in chosen ? (chosen[field.name] === null ? CLEAR : `id ${chosen[field.name]}`) : KEEP;
        return (
          <FormField key={field.name} label={field.title}>
            <Select
              options={options}
              filteringType={options.length > 10 ? 'auto' : 'none'}
              selectedOption={options.find(({ value }) => value === here) ?? options[0] ?? null}
              onChange={({ detail }) => {
                const value = detail.selectedOption.value ?? KEEP;
                setChosen(({ [field.name]: _, ...others }) =>
                  value === KEEP ? others : { ...others, [field.name]: value === CLEAR ? null : value.slice(3) },
                );
              }}
              expandToViewport
            />
          </FormField>
        );
      })}
      <FormField label={text('due')} errorText={dueBad && text('dueIssue')}>
        <Input
          value={due}
          placeholder={text('keep')}
          inputMode="numeric"
          onChange={({ detail }) => setDue(detail.value.trim())}
        />
      </FormField>
      {isEvents ? (
        <FormField label={text('lifetime')} errorText={lifetimeBad && text('lifetimeIssue')}>
          <Input
            value={lifetime}
            placeholder={text('keep')}
            inputMode="numeric"
            onChange={({ detail }) => setLifetime(detail.value.trim())}
          />
        </FormField>
      ) : (
        <FormField label={text('autoClose')}>
          <Select
            options={flags}
            selectedOption={flags.find(({ value }) => value === autoClose) ?? null}
            onChange={({ detail }) => setAutoClose(detail.selectedOption.value ?? KEEP)}
            expandToViewport
          />
        </FormField>
      )}
    </AskFirst>
  );
};
