import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { exportRehearsalLines, type Rehearsal, type RehearsalDecision, type RehearsedRule } from '@gatehouse/contract';
import { useState } from 'react';
import { EmptyState, issueOf, Loaded, ProblemAlert, useMay, useText, withQuery } from '../platform/index.ts';
import { type ChosenClient, ClientsPicker } from './ClientsPicker.tsx';
import { LinesView } from './LinesView.tsx';
import { useRuleWords } from './looks.tsx';
import { rehearsalMessages } from './messages.ts';
import { ResultView } from './ResultView.tsx';
import { useRehearsals } from './useRehearsals.ts';

const DAYS = [1, 7, 14, 30];
const SCOPES = ['mapped', 'all', 'chosen'] as const;

/** The section "Try these rules": starts a trial of the rules as they stand on the tab, and shows what trials found. */
export const RehearsalPart = ({
  integrationId,
  draft,
}: {
  integrationId: string;
  /** Unsaved changes to rules. */
  draft: { rules: RehearsedRule[]; removed: string[] };
}) => {
  const text = useText(rehearsalMessages);
  const ruleWords = useRuleWords();
  const mayWrite = useMay()('integrations:write');
  const [days, setDays] = useState(7);
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('mapped');
  const [clients, setClients] = useState<ChosenClient[]>([]);
  const [isTried, setTried] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [decision, setDecision] = useState<RehearsalDecision>();
  /** The cursors of the pages on the way to this one. */
  const [way, setWay] = useState<string[]>([]);
  const calls = useRehearsals(integrationId, { rehearsalId: chosen, decision, after: way.at(-1) });
  const { rehearsalId } = calls;
  const isNoneChosen = scope === 'chosen' && clients.length === 0;
  const changed = draft.rules.length + draft.removed.length;

  const choose = (id: string | undefined) => {
    setChosen(id);
    setWay([]);
  };
  const start = () => {
    setTried(true);
    if (isNoneChosen) return;
    const tenants = scope === 'chosen' ? clients.map(({ sourceId, tenantId }) => ({ sourceId, tenantId })) : [];
    calls.start.mutate(
      { params: { integrationId }, body: { days, scope, tenants, rules: draft.rules, removed: draft.removed } },
      { onSuccess: ({ id }) => choose(id) },
    );
  };
  const fileOf = (id: string): string =>
    withQuery(
      exportRehearsalLines.path.replace(':integrationId', integrationId).replace(':rehearsalId', id),
      decision ? { decision } : {},
    );
  const nameOf = ({ startedAt, startedBy }: Rehearsal): string =>
    text('trialOf', { when: new Date(startedAt).toLocaleString(), who: startedBy });

  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header variant="h2" description={text('hint')}>
            {text('title')}
          </Header>
        }
      >
        <SpaceBetween size="s">
          <div>{changed > 0 ? text('draftRules', { count: changed }) : text('savedRules')}</div>
          <SpaceBetween size="s" direction="horizontal" alignItems="end">
            <FormField label={text('days')}>
              <Select
                selectedOption={{ value: String(days), label: text('lastDays', { count: days }) }}
                options={DAYS.map((count) => ({ value: String(count), label: text('lastDays', { count }) }))}
                onChange={({ detail }) => setDays(Number(detail.selectedOption.value))}
              />
            </FormField>
            <FormField label={text('scope')}>
              <Select
                selectedOption={{ value: scope, label: text(`scope_${scope}`) }}
                options={SCOPES.map((value) => ({ value, label: text(`scope_${value}`) }))}
                onChange={({ detail }) => setScope(detail.selectedOption.value as typeof scope)}
              />
            </FormField>
            {mayWrite && (
              <Button variant="primary" loading={calls.start.isPending} onClick={start}>
                {text('start')}
              </Button>
            )}
          </SpaceBetween>
          {scope === 'chosen' && (
            <ClientsPicker
              integrationId={integrationId}
              chosen={clients}
              issue={isTried && isNoneChosen ? text('noneChosen') : issueOf(calls.start.error, 'tenants')}
              onChange={setClients}
            />
          )}
          <ProblemAlert problem={calls.start.error ?? calls.cancel.error} />
        </SpaceBetween>
      </Container>
      <Loaded of={calls.list}>
        {({ items }) =>
          rehearsalId === undefined ? (
            <EmptyState title={text('noneTitle')} hint={text('noneHint')} />
          ) : (
            <SpaceBetween size="m">
              <FormField label={text('choose')}>
                <Select
                  selectedOption={{
                    value: rehearsalId,
                    label: items.filter(({ id }) => id === rehearsalId).map(nameOf)[0] ?? '',
                  }}
                  options={items.map((each) => ({
                    value: each.id,
                    label: nameOf(each),
                    description: text(`state_${each.state}`),
                    tags: [text(`scope_${each.scope}`), ...(each.isDraft ? [text('withDraft')] : [])],
                  }))}
                  onChange={({ detail }) => choose(detail.selectedOption.value)}
                />
              </FormField>
              <Loaded of={calls.result}>
                {(result) => (
                  <ResultView
                    result={result}
                    isStopping={calls.cancel.isPending}
                    {...(mayWrite
                      ? { onStop: () => calls.cancel.mutate({ params: { integrationId, rehearsalId } }) }
                      : {})}
                  />
                )}
              </Loaded>
              <LinesView
                answer={calls.lines}
                decision={decision}
                file={fileOf(rehearsalId)}
                nameOfRule={(reason) =>
                  ruleWords(reason, calls.result.data?.rules.find((each) => each.reason === reason)?.title ?? reason)
                }
                pages={{
                  page: way.length + 1,
                  goTo: (page, next) =>
                    setWay(page > way.length + 1 ? (next === null ? way : [...way, next]) : way.slice(0, page - 1)),
                }}
                onDecision={(next) => {
                  setDecision(next);
                  setWay([]);
                }}
              />
            </SpaceBetween>
          )
        }
      </Loaded>
    </SpaceBetween>
  );
};
