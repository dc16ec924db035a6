import type { Cell, ReportData } from '../report.ts';

/** `2026-03-04 05:06:07`, in UTC; whole seconds are enough on paper. */
export const momentText = (moment: Date): string => moment.toISOString().slice(0, 19).replace('T', ' ');

export const cellText = (cell: Cell): string => {
  if (cell === null) return '';
  if (cell instanceof Date) return momentText(cell);
  return typeof cell === 'number' ? String(cell) : cell.toWellFormed();
};

/** Under the title: when it was made and what time it is about. */
export const subtitleOf = ({ madeAt, period }: ReportData): string => {
  const made = `Made ${momentText(madeAt)} UTC`;
  return period ? `${made}, about ${momentText(period.from)} to ${momentText(period.to)} UTC` : made;
};

/** At the end: how many rows, and whether they are all. */
export const endText = ({ rowCount, isCut }: ReturnType<ReportData['end']>): string =>
  isCut ? `The first ${rowCount} rows; there are more.` : `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}.`;
