import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { InputOf, PsaField, RehearsalDecision, ShadowDifferenceKind, startShadowRun } from '@gatehouse/contract';
import { useState } from 'react';
import { EmptyState, type KeysetPages, Loaded, ProblemAlert, useMay, useSay, useText } from '../platform/index.ts';
import { ComparisonView } from './ComparisonView.tsx';
import { DifferencesView } from './DifferencesView.tsx';
import { LinesView } from './LinesView.tsx';
import { useRuleWords } from './looks.tsx';
import { MakeRealView } from './MakeRealView.tsx';
import { shadowMessages } from './messages.ts';
import { useShadowRun } from './useShadowRun.ts';

type Draft = InputOf<typeof startShadowRun>['body'];

/** Pages of a list on a screen that has two of them, so that the address cannot tell. */
const usePages = (): { after: string | undefined; pages: KeysetPages; reset(): void } => {
  const [way, setWay] = useState<string[]>([]);
  return {
    after: way.at(-1),
    reset: () => setWay([]),
    pages: {
      page: way.length + 1,
      goTo: (page, next) =>
        setWay(page > way.length + 1 ? (next === null ? way : [...way, next]) : way.slice(0, page - 1)),
    },
  };
};

/** The section "Run beside the real rules": starts a run of the rules as they stand on the tab, and compares. */
export const ShadowRunPart = ({
  integrationId,
  draft,
  fields,
  titleOf,
  onMadeReal,
}: {
  integrationId: string;
  /** Unsaved changes to rules, with the revision that they were made on. */
  draft: Draft;
  fields: readonly PsaField[];
  /** What a rule is called, without its level. */
  titleOf(reason: string): string;
  onMadeReal(): void;
}) => {
  const text = useText(shadowMessages);
  const ruleWords = useRuleWords();
  const say = useSay();
  const mayWrite = useMay()('integrations:write');
  const [kind, setKind] = useState<ShadowDifferenceKind>();
  const [decision, setDecision] = useState<RehearsalDecision>();
  const [isAsking, setAsking] = useState(false);
  const differences = usePages();
  const lines = usePages();
  const calls = useShadowRun(integrationId, {
    kind,
    differencesAfter: differences.after,
    decision,
    linesAfter: lines.after,
  });
  const params = { integrationId };
  const changed = (draft.rules?.length ?? 0) + (draft.removed?.length ?? 0);
  const nameOfRule = (reason: string): string => ruleWords(reason, titleOf(reason));
  const again = () => {
    differences.reset();
    lines.reset();
    calls.stop.reset();
    calls.makeReal.reset();
  };

  return (
    <Loaded of={calls.comparison}>
      {(comparison) => {
        const { run } = comparison;
        const isRunning = run?.state === 'running';
        return (
          <SpaceBetween size="m">
            <Container
              header={
                <Header
                  variant="h2"
                  description={text('hint')}
                  actions={
                    mayWrite && (
                      <SpaceBetween size="xs" direction="horizontal">
                        {isRunning && (
                          <Button loading={calls.stop.isPending} onClick={() => calls.stop.mutate({ params })}>
                            {text('stop')}
                          </Button>
                        )}
                        {isRunning && run.changedRules.length + run.removed.length > 0 && (
                          <Button variant="primary" disabled={run.isOvertaken} onClick={() => setAsking(true)}>
                            {text('makeReal')}
                          </Button>
                        )}
                        {!isRunning && (
                          <Button
                            variant="primary"
                            loading={calls.start.isPending}
                            onClick={() => calls.start.mutate({ params, body: draft }, { onSuccess: again })}
                          >
                            {text('start')}
                          </Button>
                        )}
                      </SpaceBetween>
                    )
                  }
                >
                  {text('title')}
                </Header>
              }
            >
              <SpaceBetween size="m">
                {!isRunning && <div>{changed > 0 ? text('draftRules', { count: changed }) : text('savedRules')}</div>}
                <ProblemAlert problem={calls.start.error ?? calls.stop.error} />
                {run && <ComparisonView comparison={comparison} run={run} nameOfRule={nameOfRule} />}
              </SpaceBetween>
            </Container>
            {!run && <EmptyState title={text('noneTitle')} hint={text('noneHint')} />}
            {run && (
              <DifferencesView
                answer={calls.differences}
                kind={kind}
                pages={differences.pages}
                fields={fields}
                nameOfRule={nameOfRule}
                onKind={(next) => {
                  setKind(next);
                  differences.reset();
                }}
              />
            )}
            {run && (
              <LinesView
                answer={calls.lines}
                decision={decision}
                pages={lines.pages}
                nameOfRule={nameOfRule}
                onDecision={(next) => {
                  setDecision(next);
                  lines.reset();
                }}
              />
            )}
            {isAsking && (
              <MakeRealView
                openNow={comparison.openNow.shadow}
                isBusy={calls.makeReal.isPending}
                problem={calls.makeReal.error}
                onCancel={() => {
                  setAsking(false);
                  calls.makeReal.reset();
                }}
                onConfirm={(backlog) =>
                  calls.makeReal.mutate(
                    { params, body: { backlog } },
                    {
                      onSuccess: () => {
                        setAsking(false);
                        onMadeReal();
                        say({ type: 'success', content: text('realDone') });
                      },
                    },
                  )
                }
              />
            )}
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
};
