import type { Cell, ReportData } from '../report.ts';
import { cellText, endText, subtitleOf } from './text.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Characters that XML 1.0 cannot hold become U+FFFD: to be seen that something was there. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** `Devices allowed` -> `devicesAllowed`: a name for an element. */
const elementName = (title: string): string =>
  title
    .replaceAll(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '')
    .replace(/^./, (first) => first.toLowerCase());

const xmlCell = (cell: Cell): string => (cell instanceof Date ? cell.toISOString() : escaped(cellText(cell)));

export const xml = async function* (report: ReportData): AsyncGenerator<string> {
  const { kind, madeAt, period, pages } = report;
  const names = kind.columns.map(({ title }) => elementName(title));
  const about = period ? ` from="${period.from.toISOString()}" to="${period.to.toISOString()}"` : '';
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<report type="${kind.id}" title="${escaped(kind.title)}" madeAt="${madeAt.toISOString()}"${about}>\n`;
  for await (const page of pages) {
    yield page
      .map((row) => {
        const cells = row.map((cell, at) => (cell === null ? '' : `<${names[at]}>${xmlCell(cell)}</${names[at]}>`));
        return `<row>${cells.join('')}</row>\n`;
      })
      .join('');
  }
  const { rowCount, isCut, summary } = report.end();
  const counts = summary.map(({ label, count }) => `<count of="${escaped(label)}">${count}</count>`);
  yield `<summary rows="${rowCount}" isCut="${isCut}">${counts.join('')}</summary>\n</report>\n`;
};

const STYLE = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#1b1f24}
h1{margin:0;font-size:1.5rem}p{color:#57606a}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top;overflow-wrap:anywhere}
th{background:#f6f8fa}td.number{text-align:right;font-variant-numeric:tabular-nums}
section table{width:auto}@media print{thead{display:table-header-group}}`;

/** One page that needs nothing from elsewhere: no script, no picture, no font. */
export const html = async function* (report: ReportData): AsyncGenerator<string> {
  const { kind, pages } = report;
  const title = escaped(kind.title);
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${STYLE}</style></head>\n<body><h1>${title}</h1><p>${escaped(subtitleOf(report))}</p>
<table><thead><tr>${kind.columns.map((column) => `<th scope="col">${escaped(column.title)}</th>`).join('')}</tr></thead><tbody>\n`;
  for await (const page of pages) {
    yield page
      .map((row) => {
        const cells = row.map((cell, at) => {
          const isNumber = kind.columns[at]?.kind === 'number';
          return `<td${isNumber ? ' class="number"' : ''}>${escaped(cellText(cell))}</td>`;
        });
        return `<tr>${cells.join('')}</tr>\n`;
      })
      .join('');
  }
  const end = report.end();
  const counts = end.summary.map(
    ({ label, count }) => `<tr><th scope="row">${escaped(label)}</th><td class="number">${count}</td></tr>`,
  );
  yield `</tbody></table><section><h2>Summary</h2><p>${endText(end)}</p><table><tbody>${counts.join('\n')}</tbody></table></section></body></html>\n`;
};
