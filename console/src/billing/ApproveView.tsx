import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Adjustment } from '@gatehouse/contract';
import { type Answer, type KeysetPages, ListTable, ProblemAlert, useText } from '../platform/index.ts';
import { ChangeCell, mostUnits, PartsCell, useDayWords } from './looks.tsx';
import { billingMessages } from './messages.ts';

/** Lines of one client stand together, whatever the order in which they were found. */
const byClient = (lines: readonly Adjustment[]): Adjustment[] =>
  lines.toSorted((a, b) => a.accountName.localeCompare(b.accountName) || a.serviceName.localeCompare(b.serviceName));

export const ApproveView = ({
  answer,
  pages,
  selected,
  marked,
  canWrite,
  isBusy,
  problem,
  text: typed,
  onText,
  onSelect,
  onMark,
  onApprove,
  onReject,
}: {
  answer: Answer<{ items: Adjustment[]; next: string | null }>;
  pages: KeysetPages;
  selected: string | undefined;
  marked: readonly string[];
  canWrite: boolean;
  isBusy: boolean;
  problem: unknown;
  text: string;
  onText(text: string): void;
  onSelect(id: string | undefined): void;
  onMark(ids: string[]): void;
  onApprove(): void;
  onReject(): void;
}) => {
  const text = useText(billingMessages);
  const dayWords = useDayWords();
  const lines = byClient(answer.data?.items ?? []);
  const most = mostUnits(lines);
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <ListTable
        label={text('toApprove')}
        description={text('toApproveHint')}
        answer={{ ...answer, data: answer.data && { ...answer.data, items: lines } }}
        idOf={({ id }) => id}
        nameOf={({ accountName, serviceName }) => `${accountName}, ${serviceName}`}
        pages={pages}
        chosen={{ id: selected, onChoose: onSelect }}
        {...(canWrite ? { marked: { ids: marked, onMark } } : {})}
        isFiltered={typed !== ''}
        onClearFilters={() => onText('')}
        filter={
          <TextFilter
            filteringText={typed}
            filteringPlaceholder={text('searchAccount')}
            filteringAriaLabel={text('searchAccount')}
            onChange={({ detail }) => onText(detail.filteringText)}
          />
        }
        actions={
          canWrite && (
            <SpaceBetween size="xs" direction="horizontal">
              <Button disabled={marked.length === 0 || isBusy} onClick={onReject}>
                {text('reject', { count: marked.length })}
              </Button>
              <Button variant="primary" disabled={marked.length === 0} loading={isBusy} onClick={onApprove}>
                {text('approve', { count: marked.length })}
              </Button>
            </SpaceBetween>
          )
        }
        empty={{ title: text('nothingToApprove'), hint: text('nothingToApproveHint') }}
        columns={[
          {
            id: 'account',
            header: text('account'),
            minWidth: 150,
            cell: ({ accountName }) => <span className="gh-cell">{accountName}</span>,
          },
          {
            id: 'service',
            header: text('service'),
            minWidth: 230,
            cell: ({ serviceName, parts }) => (
              <>
                <strong className="gh-wrap">{serviceName}</strong>
                <Box fontSize="body-s" color="text-body-secondary">
                  <PartsCell parts={parts} />
                </Box>
              </>
            ),
          },
          {
            id: 'change',
            header: text('change'),
            minWidth: 220,
            cell: (line) => <ChangeCell line={line} most={most} />,
          },
          {
            id: 'effective',
            header: text('effective'),
            minWidth: 110,
            cell: ({ effectiveOn }) => dayWords(effectiveOn),
          },
          {
            id: 'why',
            header: text('asks'),
            minWidth: 200,
            cell: ({ asks }) => <span className="gh-wrap">{asks}</span>,
          },
        ]}
      />
    </SpaceBetween>
  );
};
