import type { ReportFormat } from '@gatehouse/contract';
import { dateTime, isParams, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { ACTION, type Action, startAction } from '../actions.ts';
import { keepFile, packFile } from '../files.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { statisticsOf } from '../statistics.ts';

/** KLRPT_MAX_RECORDS_DETAILS when it is not given, and the most that may be given. */
const USUAL_ROWS = 10_000;
const MOST_ROWS = 100_000;
/** Every kind has one report here, ready to be run: the same number counts them and their templates. */
const FIRST_REPORT_ID = 1;
/** Kinds were there from the beginning. */
const SINCE = new Date(0);

type Kind = Call['administration']['reports']['kinds'][number];

/** Reports that the caller may run, with their ids. Ids are places in the list of all, so that rights do not move them. */
const visible = ({ administration, login }: Call): { id: number; kind: Kind }[] =>
  administration.reports.kinds
    .map((kind, at) => ({ id: FIRST_REPORT_ID + at, kind }))
    .filter(({ kind }) => login.user.permissions.has(kind.needs));

const reportById = (call: Call): { id: number; kind: Kind } => {
  const id = required(call.args.long('lReportId'), 'lReportId');
  const found = visible(call).find((report) => report.id === id);
  if (!found) throw pxgError('notFound', `There is no report ${id}`);
  return found;
};

const describe = ({ id, kind }: { id: number; kind: Kind }): Params => ({
  RPT_ID: id,
  RPT_DN: kind.title,
  RPT_TYPE: kind.number,
  RPT_CREATED: dateTime(SINCE),
  RPT_MODIFIED: dateTime(SINCE),
  RPT_GROUP_ID: 0,
  RPT_EXTRA_DATA: {},
});

/** From KLRPT_TARGET_TYPE (0 XML, 1 CSV, 2 JSON) and, for XML, KLRPT_XML_TARGET_TYPE (-1 itself, 0 HTML, 2 PDF). */
const formatOf = (target: number, xmlTarget: number): ReportFormat => {
  if (target === 1) return 'csv';
  if (target === 2) return 'json';
  if (target !== 0) throw pxgError('badFormat', `KLRPT_TARGET_TYPE: ${target} is neither 0, 1 nor 2`);
  if (xmlTarget === -1) return 'xml';
  if (xmlTarget === 0) return 'html';
  if (xmlTarget === 2) return 'pdf';
  throw pxgError(
    'badFormat',
    `KLRPT_XML_TARGET_TYPE: this server writes HTML (0), PDF (2) and XML (-1), not ${xmlTarget}`,
  );
};

/** What is asked of the file. `output` says it in the numbers of the protocol, as the end of the action repeats it. */
const wishOf = (options: Params): { format: ReportFormat; mostRows: number; output: Params } => {
  const given = options.KLRPT_OUTPUT_FORMAT;
  const wanted = isParams(given) ? given : {};
  const numberIn = (name: string, otherwise: number): number => {
    const value = wanted[name];
    if (value === undefined || value === null) return otherwise;
    if (typeof value !== 'number') throw pxgError('badFormat', `${name}: a number is needed`);
    return value;
  };
  const rows = numberIn('KLRPT_MAX_RECORDS_DETAILS', USUAL_ROWS);
  const target = numberIn('KLRPT_TARGET_TYPE', 0);
  const xmlTarget = numberIn('KLRPT_XML_TARGET_TYPE', target === 0 ? 0 : -1);
  return {
    format: formatOf(target, xmlTarget),
    mostRows: Math.min(rows > 0 ? rows : USUAL_ROWS, MOST_ROWS),
    output: { KLRPT_TARGET_TYPE: target, KLRPT_XML_TARGET_TYPE: xmlTarget },
  };
};

/** The kind of result set that statistics wait in. Asking whether they are ready does not take them away. */
const STATISTICS = 'statistics';
const placeOf = (requestId: string): string => `${STATISTICS} ${requestId}`;

interface Statistics {
  /** Nothing until they are ready. */
  result: Params;
}

const requestStatistics = async (call: Call): Promise<string> => {
  const wanted = required(call.args.params('pRequestParams'), 'pRequestParams');
  const kept: Statistics = { result: {} };
  const id = await startAction(call, async (signal) => {
    kept.result = await statisticsOf(call, wanted, signal);
    return {};
  });
  call.login.resultSets.add(placeOf(id), STATISTICS, kept, undefined, call.nowMs);
  return id;
};

const requestIdOf = ({ args }: Call): string =>
  required(args.string(['strRequestId', 'wstrRequestId']), 'strRequestId');

const getStatistics: Method = {
  needs: 'overview:read',
  run: (call) => ({
    pResultData: call.login.resultSets.get<Statistics>(placeOf(requestIdOf(call)), STATISTICS, call.nowMs).result,
  }),
};

/** ReportManager: reports of this server, run and fetched as files (KSCAPI 13 to 15, class ReportManager). */
export const reportManagerClass: MethodClass = {
  EnumReports: { needs: 'overview:read', run: (call) => ({ PxgRetVal: visible(call).map(describe) }) },
  EnumReportTypes: {
    needs: 'overview:read',
    run: (call) => ({
      PxgRetVal: visible(call).map(({ kind }) => ({ RPT_TYPE: kind.number, RPT_DN: kind.title })),
    }),
  },
  GetReportIds: { needs: 'overview:read', run: (call) => ({ PxgRetVal: visible(call).map(({ id }) => id) }) },
  GetReportInfo: { needs: 'overview:read', run: (call) => ({ PxgRetVal: describe(reportById(call)) }) },

  ExecuteReportAsync: {
    needs: 'overview:read',
    run: async (call) => {
      const { administration, login, now, nowMs } = call;
      const { kind } = reportById(call);
      const { reports } = administration;
      const { format, mostRows, output } = wishOf(call.args.params('pOptions') ?? {});
      const period = reports.require(kind, login.user, {}, now);
      const scope = login.scope();
      const strRequestId = await startAction(call, async (signal) => {
        const reader = { tenantIds: scope === 'all' ? null : scope };
        const plan = { tenantIds: undefined, groupIds: undefined, period, signal };
        const report = reports.start(kind, await reports.sourceOf(reader, plan), { now, period, mostRows });
        const { name, type, chunks } = reports.write(report, format);
        const file = await packFile(name, type, chunks, signal);
        return { KLRPT_OUTPUT_FILE: keepFile(login, file, nowMs), KLRPT_OUTPUT_FORMAT: output };
      });
      return { strRequestId };
    },
  },
  ExecuteReportAsyncCancel: {
    needs: 'overview:read',
    run: ({ args, login, nowMs }) => {
      const id = required(args.string(['strRequestId', 'wstrRequestId']), 'strRequestId');
      login.resultSets.get<Action>(id, ACTION, nowMs).cancel();
      login.resultSets.release(id, ACTION, nowMs);
      return {};
    },
  },

  RequestStatisticsData: {
    needs: 'overview:read',
    run: async (call) => ({ strRequestId: await requestStatistics(call) }),
  },
  GetStatisticsData: getStatistics,
  CollectStatisticsAsync: {
    needs: 'overview:read',
    run: async (call) => ({ wstrRequestId: await requestStatistics(call) }),
  },
  CollectStatisticsAsyncGetData: getStatistics,
  CollectStatisticsAsyncCancel: {
    needs: 'overview:read',
    run: (call) => {
      const id = requestIdOf(call);
      const { resultSets } = call.login;
      resultSets.release(placeOf(id), STATISTICS, call.nowMs);
      if (resultSets.has(id, ACTION, call.nowMs)) {
        resultSets.get<Action>(id, ACTION, call.nowMs).cancel();
        resultSets.release(id, ACTION, call.nowMs);
      }
      return {};
    },
  },
};
