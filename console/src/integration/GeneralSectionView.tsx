import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { PsaField } from '@gatehouse/contract';
import { issueOf, useMay, useText } from '../platform/index.ts';
import { choicesFor } from './rule-drafts.ts';
import { ticketingMessages } from './ticketing-messages.ts';

const BLANK = 'blank';
const hints = {
  status: 'generalUsedFor_status',
  closedStatus: 'generalUsedFor_closedStatus',
  source: 'generalUsedFor_source',
} as const;

/** What all tickets of a connection have in common. */
export const GeneralSectionView = ({
  fields,
  chosen,
  missing,
  problem,
  onChoose,
  onReset,
}: {
  fields: PsaField[];
  chosen: Record<string, string | null>;
  /** Required fields without a choice, while a rule is on. */
  missing: PsaField[];
  /** Of the last save. */
  problem: unknown;
  onChoose(general: Record<string, string | null>): void;
  /** Left out while the defaults are not known. */
  onReset?(): void;
}) => {
  const text = useText(ticketingMessages);
  const mayWrite = useMay()('integrations:write');
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={text('generalHint')}
          actions={
            mayWrite &&
            onReset && (
              <Button variant="link" onClick={onReset}>
                {text('reset')}
              </Button>
            )
          }
        >
          {text('general')}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {fields.map((field) => {
          const value = chosen[field.name] ?? null;
          const options = [
            ...(field.required ? [] : [{ value: BLANK, label: text('blank') }]),
            ...choicesFor(field, chosen).map(({ id, label, active }) => ({
              value: `id ${id}`,
              label: active ? label : `${label} (${text('inactive')})`,
            })),
          ];
          const here = options.find((option) => option.value === (value === null ? BLANK : `id ${value}`));
          const choice = field.choices.find(({ id }) => id === value);
          const wrong = missing.some(({ name }) => name === field.name)
            ? text('chooseGeneral', { field: field.title })
            : value !== null && !choice
              ? `${field.title}: ${text('gone')}`
              : choice && !choice.active
                ? `${choice.label}: ${text('inactive')}`
                : issueOf(problem, field.name);
          const hint = hints[field.name as keyof typeof hints];
          return (
            <FormField key={field.name} label={field.title} description={hint && text(hint)} errorText={wrong}>
              <Select
                options={options}
                disabled={!mayWrite}
                filteringType={options.length > 10 ? 'auto' : 'none'}
                selectedOption={here ?? null}
                placeholder={value ?? text('blank')}
                onChange={({ detail }) => {
                  const next = detail.selectedOption.value ?? BLANK;
                  onChoose({ [field.name]: next === BLANK ? null : next.slice(3) });
                }}
                expandToViewport
              />
            </FormField>
          );
        })}
      </SpaceBetween>
    </Container>
  );
};
