import Select from '@cloudscape-design/components/select';
import { RehearsalDecision, type RehearsalLine } from '@gatehouse/contract';
import { type Answer, type KeysetPages, ListTable, RelativeTime, useText } from '../platform/index.ts';
import { shadowMessages } from './messages.ts';

/** Each decision of a shadow run with its rule and its reason. */
export const LinesView = ({
  answer,
  decision,
  pages,
  nameOfRule,
  onDecision,
}: {
  answer: Answer<{ items: RehearsalLine[]; next: string | null }>;
  decision: RehearsalDecision | undefined;
  pages: KeysetPages;
  nameOfRule(reason: string): string;
  onDecision(decision: RehearsalDecision | undefined): void;
}) => {
  const text = useText(shadowMessages);
  const every = { value: '', label: text('every') };
  const wrapped = (id: string, header: string, minWidth: number, cell: (row: RehearsalLine) => string) => ({
    id,
    header,
    minWidth,
    cell: (row: RehearsalLine) => <span className="gh-wrap">{cell(row)}</span>,
  });
  return (
    <ListTable
      variant="container"
      label={text('decisions')}
      description={text('decisionsHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ deviceName, why }) => `${deviceName}: ${why}`}
      pages={pages}
      isFiltered={decision !== undefined}
      onClearFilters={() => onDecision(undefined)}
      filter={
        <Select
          ariaLabel={text('which')}
          selectedOption={decision ? { value: decision, label: text(`decision_${decision}`) } : every}
          options={[every, ...RehearsalDecision.options.map((value) => ({ value, label: text(`decision_${value}`) }))]}
          onChange={({ detail }) => onDecision((detail.selectedOption.value || undefined) as typeof decision)}
        />
      }
      empty={{ title: text('noLines'), hint: text('noLinesHint') }}
      columns={[
        { id: 'when', header: text('when'), minWidth: 90, cell: ({ at }) => <RelativeTime at={at} /> },
        { id: 'decision', header: text('decision'), minWidth: 90, cell: (row) => text(`decision_${row.decision}`) },
        wrapped('device', text('device'), 130, ({ deviceName, tenantName }) => `${deviceName}\n${tenantName}`),
        wrapped('rule', text('rule'), 150, ({ rule }) => (rule === null ? text('noRule') : nameOfRule(rule))),
        wrapped('why', text('why'), 240, ({ why }) => why),
      ]}
    />
  );
};
