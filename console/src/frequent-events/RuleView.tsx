import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { FrequentEventSettings, getFrequentEventSettings, ReplyOf } from '@gatehouse/contract';
import { useState } from 'react';
import { issueOf, ProblemAlert, UnsavedGuard, useMay, useText } from '../platform/index.ts';
import { frequentMessages } from './messages.ts';
import { draftOf, numberNames, numbers, type RuleDraft, readDraft } from './rule-draft.ts';

/** The rule in words and numbers, and the form that changes it. */
export const RuleView = ({
  rule: { settings, maximumEvents, effectiveBudgetPerDay },
  isSaving,
  problem,
  onSave,
}: {
  rule: ReplyOf<typeof getFrequentEventSettings>;
  isSaving: boolean;
  problem: unknown;
  /** Calls back when it was saved. */
  onSave(settings: FrequentEventSettings, done: () => void): void;
}) => {
  const text = useText(frequentMessages);
  const canWrite = useMay()('server:write');
  const [draft, setDraft] = useState<RuleDraft | null>(null);
  const typed = draft ?? draftOf(settings);
  const read = readDraft(typed);
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(draftOf(settings));
  const hints = {
    budgetPerDay: text('budgetHint', { maximum: maximumEvents, budget: effectiveBudgetPerDay }),
    roomForDays: text('roomForDaysHint'),
    windowMinutes: text('windowMinutesHint'),
  } as Partial<Record<keyof RuleDraft, string>>;
  return (
    <>
      <UnsavedGuard isUnsaved={isChanged && !isSaving} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (read.settings && isChanged) onSave(read.settings, () => setDraft(null));
        }}
      >
        <Form
          actions={
            canWrite && (
              <Button
                variant="primary"
                formAction="submit"
                disabled={read.settings === null || !isChanged}
                loading={isSaving}
              >
                {text('save')}
              </Button>
            )
          }
        >
          <Container header={<Header variant="h2">{text('ruleTitle')}</Header>}>
            <SpaceBetween size="m">
              <ProblemAlert problem={problem} />
              <Box variant="p">{text('kindText')}</Box>
              <Box variant="p">{text('neverText')}</Box>
              <Toggle
                checked={typed.enabled}
                disabled={!canWrite}
                onChange={({ detail }) => setDraft({ ...typed, enabled: detail.checked })}
              >
                {text('enabled')}
              </Toggle>
              {numberNames.map((name) => {
                const range = name === 'budgetPerDay' ? 'rangeOrEmpty' : 'range';
                const isWrong = read.wrong.some((wrong) => wrong === name);
                return (
                  <FormField
                    key={name}
                    label={text(name)}
                    description={hints[name]}
                    errorText={isWrong ? text(range, numbers[name]) : issueOf(problem, name)}
                  >
                    <Input
                      value={typed[name]}
                      inputMode="numeric"
                      disabled={!canWrite}
                      onChange={({ detail }) => setDraft({ ...typed, [name]: detail.value })}
                    />
                  </FormField>
                );
              })}
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </>
  );
};
