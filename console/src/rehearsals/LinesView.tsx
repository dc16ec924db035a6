import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import { RehearsalDecision, type RehearsalLine } from '@gatehouse/contract';
import { type Answer, ExactTime, type KeysetPages, ListTable, useText } from '../platform/index.ts';
import { rehearsalMessages } from './messages.ts';

/** Each decision of a trial with its rule and its reason. */
export const LinesView = ({
  answer,
  decision,
  file,
  pages,
  nameOfRule,
  onDecision,
}: {
  answer: Answer<{ items: RehearsalLine[]; next: string | null }>;
  decision: RehearsalDecision | undefined;
  /** Where the same lines are as a file. */
  file: string;
  pages: KeysetPages;
  nameOfRule(reason: string): string;
  onDecision(decision: RehearsalDecision | undefined): void;
}) => {
  const text = useText(rehearsalMessages);
  const every = { value: '', label: text('every') };
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
      actions={
        <Button href={file} download iconName="download">
          {text('asCsv')}
        </Button>
      }
      empty={{ title: text('noLines'), hint: text('noLinesHint') }}
      columns={[
        { id: 'when', header: text('when'), minWidth: 130, cell: ({ at }) => <ExactTime at={at} /> },
        { id: 'decision', header: text('decision'), minWidth: 90, cell: (row) => text(`decision_${row.decision}`) },
        {
          id: 'client',
          header: text('client'),
          minWidth: 120,
          cell: ({ tenantName }) => <span className="gh-wrap">{tenantName}</span>,
        },
        {
          id: 'device',
          header: text('device'),
          minWidth: 100,
          cell: ({ deviceName }) => <span className="gh-wrap">{deviceName}</span>,
        },
        {
          id: 'rule',
          header: text('rule'),
          minWidth: 150,
          cell: ({ rule }) => <span className="gh-wrap">{rule === null ? text('noRule') : nameOfRule(rule)}</span>,
        },
        { id: 'why', header: text('why'), minWidth: 240, cell: ({ why }) => <span className="gh-wrap">{why}</span> },
      ]}
    />
  );
};
