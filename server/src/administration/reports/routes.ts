import { listReportTypes, type ReportTypeId, readReportFile, runReport } from '@gatehouse/contract';
import { type Clock, DAY_MS } from '../../platform/clock/index.ts';
import { Forbidden, InvalidInput } from '../../platform/errors/index.ts';
import { type Actor, fileRoute, type Http, route } from '../../platform/http/index.ts';
import { writeReport } from './formats/index.ts';
import { type Cell, type ReportData, type ReportKind, type ReportSource, startReport } from './report.ts';
import { reportKinds } from './types/index.ts';

/** What somebody asks a report about. */
export interface ReportWish {
  tenantId?: readonly string[] | undefined;
  groupId?: readonly number[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}
/** What a source reads: a wish with its period. */
export interface ReportPlan {
  tenantIds: readonly string[] | undefined;
  groupIds: readonly number[] | undefined;
  period: { from: Date; to: Date };
  signal: AbortSignal | undefined;
}
type Reader = Pick<Actor, 'permissions' | 'tenantIds'>;

const USUAL_DAYS = 30;
/** Of a file. On paper that is two thousand pages. */
const MOST_FILE_ROWS = 100_000;

/**
 * The kind of report, if the reader may run it so.
 *
 * @throws Forbidden, InvalidInput
 */
export const requireReport = (
  kind: ReportKind,
  reader: Pick<Reader, 'permissions'>,
  wish: ReportWish,
  now: Date,
): ReportPlan['period'] => {
  if (!reader.permissions.has(kind.needs)) {
    throw new Forbidden(`The report "${kind.title}" needs the right ${kind.needs}`, 'reports.right-missing');
  }
  if (wish.groupId && !kind.takesGroups) {
    const what = `"${kind.title}" is about clients; leave the groups out`;
    throw new InvalidInput(what, [{ where: 'query.groupId', what }], 'reports.no-groups');
  }
  const to = wish.to ?? now;
  const from = wish.from ?? new Date(to.getTime() - USUAL_DAYS * DAY_MS);
  if (from >= to) {
    const what = 'The period ends before it begins';
    throw new InvalidInput(what, [{ where: 'query.from', what }], 'reports.empty-period');
  }
  return { from, to };
};

const kindOf = (id: ReportTypeId): ReportKind => {
  const kind = reportKinds.find((one) => one.id === id);
  if (!kind) throw new Error(`the contract has a report ${id} that is not made`);
  return kind;
};

const shownCell = (cell: Cell): string | number | null => (cell instanceof Date ? cell.toISOString() : cell);

export const reportRoutes = (
  http: Http,
  { sourceOf, clock }: { sourceOf: (reader: Reader, plan: ReportPlan) => Promise<ReportSource>; clock: Clock },
): void => {
  const start = async (
    actor: Reader,
    id: ReportTypeId,
    query: {
      tenantId?: string[] | undefined;
      groupId?: number[] | undefined;
      from?: string | undefined;
      to?: string | undefined;
    },
    { mostRows, signal }: { mostRows: number; signal: AbortSignal },
  ): Promise<ReportData> => {
    const kind = kindOf(id);
    const now = clock();
    const { tenantId, groupId, from, to } = query;
    const wish = { tenantId, groupId, from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
    const period = requireReport(kind, actor, wish, now);
    const source = await sourceOf(actor, { tenantIds: tenantId, groupIds: groupId, period, signal });
    return startReport(kind, source, { now, period, mostRows });
  };

  route(http, listReportTypes, ({ actor }) => ({
    items: reportKinds
      .filter(({ needs }) => actor.permissions.has(needs))
      .map(({ id, title, description, takesPeriod, takesGroups }) => ({
        ...{ id, title, description, takesPeriod, takesGroups },
      })),
  }));

  route(http, runReport, async ({ actor, params, query, request }) => {
    const report = await start(actor, params.type, query, { mostRows: query.rows, signal: request.signal });
    const rows: (string | number | null)[][] = [];
    for await (const page of report.pages) rows.push(...page.map((row) => row.map(shownCell)));
    const { isCut, summary } = report.end();
    return {
      type: report.kind.id,
      title: report.kind.title,
      madeAt: report.madeAt.toISOString(),
      from: report.period?.from.toISOString() ?? null,
      to: report.period?.to.toISOString() ?? null,
      columns: report.kind.columns.map(({ title, kind }) => ({ title, kind })),
      rows,
      isCut,
      summary,
    };
  });

  fileRoute(http, readReportFile, async ({ actor, params, query, request }) => {
    const report = await start(actor, params.type, query, { mostRows: MOST_FILE_ROWS, signal: request.signal });
    return writeReport(report, query.format);
  });
};
