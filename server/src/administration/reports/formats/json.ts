import type { ReportData } from '../report.ts';

/** One object: what it is, the columns, the rows as arrays in their order, and the summary. */
export const json = async function* (report: ReportData): AsyncGenerator<string> {
  const { kind, madeAt, period, pages } = report;
  const head = { type: kind.id, title: kind.title, madeAt, period, columns: kind.columns.map(({ title }) => title) };
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let before = '\n';
  for await (const page of pages) {
    yield page
      .map((row) => {
        const line = before + JSON.stringify(row);
        before = ',\n';
        return line;
      })
      .join('');
  }
  yield `\n],${JSON.stringify(report.end()).slice(1)}\n`;
};
