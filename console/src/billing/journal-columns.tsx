import type { Adjustment } from '@gatehouse/contract';
import { type Column, RelativeTime, useText } from '../platform/index.ts';
import { AdjustmentMark, ChangeCell, PartsCell, useDayWords } from './looks.tsx';
import { billingMessages } from './messages.ts';

/** @param most the most units of the lines shown, for the scale of what is drawn */
export const useJournalColumns = (most: number): Column<Adjustment>[] => {
  const text = useText(billingMessages);
  const dayWords = useDayWords();
  return [
    {
      id: 'account',
      header: text('account'),
      minWidth: 150,
      cell: ({ accountName }) => <span className="gh-cell">{accountName}</span>,
    },
    {
      id: 'service',
      header: text('service'),
      minWidth: 180,
      cell: ({ serviceName }) => <span className="gh-cell">{serviceName}</span>,
    },
    { id: 'change', header: text('change'), minWidth: 210, cell: (line) => <ChangeCell line={line} most={most} /> },
    { id: 'state', header: text('state'), minWidth: 150, cell: ({ state }) => <AdjustmentMark state={state} /> },
    { id: 'effective', header: text('effective'), minWidth: 110, cell: ({ effectiveOn }) => dayWords(effectiveOn) },
    { id: 'planned', header: text('planned'), minWidth: 110, cell: ({ plannedAt }) => <RelativeTime at={plannedAt} /> },
    { id: 'decided', header: text('decided'), minWidth: 100, cell: ({ decidedBy }) => decidedBy ?? '' },
    {
      id: 'problem',
      header: text('problem'),
      minWidth: 180,
      cell: ({ problem, reason }) => <span className="gh-cell">{problem ?? reason ?? ''}</span>,
    },
    {
      id: 'contract',
      header: text('contract'),
      minWidth: 150,
      optional: true,
      cell: ({ contractName }) => <span className="gh-cell">{contractName}</span>,
    },
    {
      id: 'parts',
      header: text('application'),
      minWidth: 220,
      optional: true,
      cell: ({ parts }) => <PartsCell parts={parts} />,
    },
    {
      id: 'why',
      header: text('why'),
      minWidth: 240,
      optional: true,
      cell: ({ why }) => <span className="gh-wrap">{why}</span>,
    },
  ];
};
