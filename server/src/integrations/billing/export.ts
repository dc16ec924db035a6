import type { Adjustment } from '@gatehouse/contract';
import type { TableColumn } from '../../platform/table-files/index.ts';
import { shownAdjustment } from './shown.ts';
import type { AdjustmentFilter, JournalStore } from './store-journal.ts';

const PAGE_ROWS = 500;
const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The columns of the journal as a file. */
export const journalColumns: readonly TableColumn<Adjustment>[] = [
  { header: 'Planned (UTC)', widthCharacters: 20, cell: ({ plannedAt }) => moment(plannedAt) },
  { header: 'Tenant', widthCharacters: 28, cell: ({ tenantName }) => tenantName },
  { header: 'Account', widthCharacters: 28, cell: ({ accountName }) => accountName },
  { header: 'Contract', widthCharacters: 28, cell: ({ contractName }) => contractName },
  { header: 'Service', widthCharacters: 32, cell: ({ serviceName }) => serviceName },
  {
    header: 'Devices',
    widthCharacters: 48,
    cell: ({ parts }) =>
      parts
        .map(({ application, category, devices }) => `${application}${category ? ` (${category})` : ''}: ${devices}`)
        .join('; '),
  },
  { header: 'Had', widthCharacters: 8, cell: ({ had }) => had },
  { header: 'Now', widthCharacters: 8, cell: ({ wanted }) => wanted },
  { header: 'Change', widthCharacters: 8, cell: ({ change }) => change },
  { header: 'Effective from', widthCharacters: 14, cell: ({ effectiveOn }) => effectiveOn },
  { header: 'State', widthCharacters: 12, cell: ({ state }) => state },
  { header: 'Why', widthCharacters: 60, cell: ({ why }) => why },
  { header: 'Approval', widthCharacters: 40, cell: ({ asks }) => asks },
  { header: 'Problem', widthCharacters: 40, cell: ({ problem }) => problem },
  { header: 'Decided by', widthCharacters: 18, cell: ({ decidedBy }) => decidedBy },
  { header: 'Decided (UTC)', widthCharacters: 20, cell: ({ decidedAt }) => moment(decidedAt) },
  { header: 'Reason', widthCharacters: 30, cell: ({ reason }) => reason },
  { header: 'Ended (UTC)', widthCharacters: 20, cell: ({ endedAt }) => moment(endedAt) },
];

/** The journal page by page, oldest first. */
export const journalPages = async function* (
  journal: Pick<JournalStore, 'pageForward'>,
  filter: AdjustmentFilter,
): AsyncGenerator<Adjustment[]> {
  let after: string | null = null;
  for (;;) {
    const rows = await journal.pageForward(filter, { limit: PAGE_ROWS, after });
    if (rows.length > 0) yield rows.map(shownAdjustment);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.id;
  }
};
