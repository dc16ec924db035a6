import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import type { listEventTypes, ReplyOf, TicketRule } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { ticketingMessages } from './ticketing-messages.ts';

type EventTypes = ReplyOf<typeof listEventTypes>['items'];

const CODE = /^[A-Za-z0-9_.-]{1,100}$/;
const MOST_SHOWN = 200;

/** Adds a rule for one type of events, which goes before the rule of its severity. */
export const AddEventRuleView = ({
  severityRules,
  taken,
  eventTypes,
  onAdd,
  onCancel,
}: {
  /** The rules of severities; a new rule begins as one of them is. */
  severityRules: TicketRule[];
  /** Reasons that have a rule. */
  taken: string[];
  eventTypes: EventTypes;
  onAdd(rule: { code: string; like: TicketRule; makesTicket: boolean }): void;
  onCancel(): void;
}) => {
  const text = useText(ticketingMessages);
  const [typed, setTyped] = useState('');
  const [likeReason, setLike] = useState<string | null>(null);
  const [makes, setMakes] = useState('ticket');
  const [tried, setTried] = useState(false);
  const code = typed.trim();
  const known = eventTypes.find((type) => type.code === code);
  const bySeverity = severityRules.find(({ reason }) => reason === `event:${known?.severity}`);
  const like = severityRules.find(({ reason }) => reason === likeReason) ?? bySeverity ?? severityRules[0];
  const issue = taken.includes(`event-type:${code}`)
    ? text('typeTaken')
    : tried && !CODE.test(code)
      ? text('typeIssue')
      : undefined;
  const ticketSeverities = eventTypes.filter(({ severity }) => severity !== 'info');
  const choices = severityRules.map(({ reason, title }) => ({ value: reason, label: title }));
  return (
    <AskFirst
      title={text('addRule')}
      confirm={text('add')}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (like && !taken.includes(`event-type:${code}`) && CODE.test(code)) {
          onAdd({ code, like, makesTicket: makes === 'ticket' });
        }
      }}
    >
      <p>{text('addRuleHint')}</p>
      <FormField label={text('typeOf')} description={text('typeHint')} errorText={issue}>
        <Autosuggest
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
          options={ticketSeverities.slice(0, code === '' ? MOST_SHOWN : undefined).map((type) => ({
            value: type.code,
            label: type.code,
            description: type.displayName,
            filteringTags: [type.displayName, type.component],
          }))}
          enteredTextLabel={(value) => value}
          empty={text('typeNone')}
          ariaLabel={text('typeOf')}
          expandToViewport
        />
      </FormField>
      <FormField label={text('typeLike')}>
        <Select
          options={choices}
          selectedOption={choices.find(({ value }) => value === like?.reason) ?? null}
          onChange={({ detail }) => setLike(detail.selectedOption.value ?? null)}
          expandToViewport
        />
      </FormField>
      <FormField label={text('create')}>
        <RadioGroup
          value={makes}
          onChange={({ detail }) => setMakes(detail.value)}
          items={[
            { value: 'ticket', label: text('makesTicket') },
            { value: 'none', label: text('makesNone') },
          ]}
        />
      </FormField>
    </AskFirst>
  );
};
