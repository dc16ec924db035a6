import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import Pagination from '@cloudscape-design/components/pagination';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { MappingPlanLine, MappingSuggestion } from '@gatehouse/contract';
import { useState } from 'react';
import { type Answer, EmptyState, ProblemAlert, platformMessages, StateMark, useText } from '../platform/index.ts';
import { rowId } from './mapping-drafts.ts';
import { mappingMessages } from './mapping-messages.ts';

const ROWS = 10;
const scores = [99, 95, 90, 80, 70, 60];
/** From here a suggestion without a rival is chosen to begin with. */
const SURE = 90;

const isSure = ({ score, rival }: MappingSuggestion, from: number): boolean => rival === null && score >= from;

/** Suggestions to choose from, checked before they are saved. Choosing again makes the check void. */
export const SuggestionsView = ({
  answer,
  minScore,
  checked,
  problem,
  isBusy,
  onScore,
  onCheck,
  onMap,
  onChoice,
  onClose,
}: {
  answer: Answer<{ items: MappingSuggestion[]; unmapped: number }>;
  minScore: number;
  /** What the chosen ones would do; undefined before the check. */
  checked: MappingPlanLine[] | undefined;
  problem: unknown;
  isBusy: boolean;
  onScore(score: number): void;
  onCheck(chosen: MappingSuggestion[]): void;
  onMap(chosen: MappingSuggestion[]): void;
  onChoice(): void;
  onClose(): void;
}) => {
  const text = useText(mappingMessages);
  const platform = useText(platformMessages);
  const [page, setPage] = useState(1);
  /** Null: nobody chose yet, so those that are beyond doubt are. */
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const items = answer.data?.items ?? [];
  const chosenIds = picked ?? new Set(items.filter((item) => isSure(item, SURE)).map(rowId));
  const chosen = items.filter((item) => chosenIds.has(rowId(item)));
  const pageCount = Math.max(1, Math.ceil(items.length / ROWS));
  const at = Math.min(page, pageCount);
  const rows = items.slice((at - 1) * ROWS, at * ROWS);
  const bad = checked?.filter((line) => line.problem !== null) ?? [];
  const problems = new Map(bad.map((line) => [rowId(line), line.problem?.message]));
  const choose = (ids: Iterable<string>) => {
    setPicked(new Set(ids));
    onChoice();
  };
  const isChecked = checked !== undefined && bad.length === 0;
  return (
    <Modal
      visible
      size="max"
      header={text('suggestTitle')}
      closeAriaLabel={text('close')}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onClose}>
              {platform('cancel')}
            </Button>
            {bad.length > 0 && (
              <Button onClick={() => choose([...chosenIds].filter((id) => !problems.has(id)))}>
                {text('leaveOut')}
              </Button>
            )}
            {isChecked ? (
              <Button variant="primary" loading={isBusy} onClick={() => onMap(chosen)}>
                {text('mapCount', { count: chosen.length })}
              </Button>
            ) : (
              <Button
                variant="primary"
                loading={isBusy}
                disabled={chosen.length === 0 || bad.length > 0}
                onClick={() => onCheck(chosen)}
              >
                {text('preview', { count: chosen.length })}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <p>{text('suggestHint')}</p>
        <ProblemAlert problem={problem} />
        {isChecked && <Alert type="success">{text('checkedFine', { count: chosen.length })}</Alert>}
        {bad.length > 0 && <Alert type="error">{text('checkedBad', { count: bad.length })}</Alert>}
        <Table
          variant="embedded"
          items={rows}
          trackBy={rowId}
          loading={answer.data === undefined && !answer.error}
          loadingText={platform('loading')}
          wrapLines
          selectionType="multi"
          selectedItems={rows.filter((row) => chosenIds.has(rowId(row)))}
          onSelectionChange={({ detail }) => {
            const here = new Set(rows.map(rowId));
            const others = [...chosenIds].filter((id) => !here.has(id));
            choose([...others, ...detail.selectedItems.map(rowId)]);
          }}
          ariaLabels={{
            tableLabel: text('suggestTitle'),
            selectionGroupLabel: text('chooseGroup'),
            allItemsSelectionLabel: () => text('chooseAllRows'),
            itemSelectionLabel: (_, { sourceTenantName }) => text('chooseRow', { name: sourceTenantName }),
          }}
          header={
            <Header
              variant="h3"
              counter={`(${items.length})`}
              description={text('chosenOf', { chosen: chosen.length, all: items.length })}
              actions={
                <SpaceBetween size="xs" direction="horizontal">
                  <Button onClick={() => choose(items.filter((item) => isSure(item, minScore)).map(rowId))}>
                    {text('chooseAbove', { score: minScore })}
                  </Button>
                  <Button onClick={() => choose([])}>{text('chooseNone')}</Button>
                </SpaceBetween>
              }
            >
              {text('chooseGroup')}
            </Header>
          }
          filter={
            <FormField label={text('minScore')}>
              <Select
                selectedOption={{ value: String(minScore), label: String(minScore) }}
                options={scores.map((score) => ({ value: String(score), label: String(score) }))}
                ariaLabel={text('minScore')}
                onChange={({ detail }) => {
                  setPage(1);
                  onScore(Number(detail.selectedOption.value));
                  onChoice();
                }}
              />
            </FormField>
          }
          pagination={
            pageCount > 1 ? (
              <Pagination
                currentPageIndex={at}
                pagesCount={pageCount}
                onChange={({ detail }) => setPage(detail.currentPageIndex)}
                ariaLabels={{
                  nextPageLabel: text('pageNext'),
                  previousPageLabel: text('pagePrevious'),
                  pageLabel: (number) => text('pageLabel', { page: number }),
                }}
              />
            ) : undefined
          }
          empty={
            answer.error ? (
              <ProblemAlert problem={answer.error} onRetry={() => answer.refetch()} />
            ) : (
              <EmptyState title={text('noSuggestions')} hint={text('noSuggestionsHint')} />
            )
          }
          columnDefinitions={[
            {
              id: 'tenant',
              header: text('virtualServer'),
              isRowHeader: true,
              minWidth: 160,
              cell: ({ sourceTenantName }) => sourceTenantName,
            },
            { id: 'account', header: text('account'), minWidth: 160, cell: ({ account }) => account.name },
            {
              id: 'score',
              header: text('score'),
              minWidth: 140,
              cell: ({ score, sourceTenantName }) => (
                <ProgressBar
                  value={score}
                  variant="standalone"
                  ariaLabel={`${text('score')}: ${sourceTenantName}`}
                  additionalInfo={undefined}
                />
              ),
            },
            {
              id: 'why',
              header: text('why'),
              minWidth: 200,
              cell: (row) => (
                <div className="gh-wrap">
                  <div>{text(`alike-${row.alike}`)}</div>
                  {row.rival !== null && <StateMark tone="warning">{text('rival', { name: row.rival })}</StateMark>}
                  {problems.has(rowId(row)) && <StateMark tone="critical">{problems.get(rowId(row)) ?? ''}</StateMark>}
                </div>
              ),
            },
          ]}
        />
      </SpaceBetween>
    </Modal>
  );
};
