import { csvLine } from '../../../platform/csv/index.ts';
import type { ReportData } from '../report.ts';

/** The table alone: a program reads it. With the mark by which spreadsheets know UTF-8. */
export const csv = async function* ({ kind, pages }: ReportData): AsyncGenerator<string> {
  yield `\ufeff${csvLine(kind.columns.map(({ title }) => title))}`;
  for await (const page of pages) yield page.map(csvLine).join('');
};
