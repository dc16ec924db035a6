import type { ReportFormat } from '@gatehouse/contract';
import type { ReportData } from '../report.ts';
import { csv } from './csv.ts';
import { json } from './json.ts';
import { html, xml } from './markup.ts';
import { pdf } from './pdf.ts';

/** Media types of the formats. */
export const formats = {
  html: { type: 'text/html; charset=utf-8', write: html },
  pdf: { type: 'application/pdf', write: pdf },
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  xml: { type: 'application/xml', write: xml },
  json: { type: 'application/json', write: json },
} as const satisfies Record<
  ReportFormat,
  { type: string; write: (report: ReportData) => AsyncIterable<string | Uint8Array> }
>;

/** The report's file, made while it is read. `name` has no path and says what the file is. */
export const writeReport = (
  report: ReportData,
  format: ReportFormat,
): { name: string; type: string; chunks: AsyncIterable<string | Uint8Array> } => {
  const { type, write } = formats[format];
  const moment = report.madeAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return { name: `${report.kind.id}-${moment}Z.${format}`, type, chunks: write(report) };
};
