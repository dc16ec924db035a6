import { type PlainRow, toPlainRow } from '../../plain.ts';
import type { Params } from '../../values.ts';
import type { Call, CallOptions } from '../connection.ts';
import { NotOpenApi } from '../errors.ts';
import { type ReplyReaders, read } from '../replies.ts';

export interface ActionState {
  isFinished: boolean;
  hasSucceeded: boolean;
  stateCode: number;
  /** Result or, after a failure, what went wrong. */
  data: PlainRow;
  /** How long to wait before asking again. */
  nextCheckDelayMs: number;
}

/** AsyncActionStateChecker: how far an action is that goes on after its reply. */
export const asyncActionStateCheckerMethods = (call: Call) => ({
  /** Once it says that the action is finished the server forgets it: the next question is answered by 1186. */
  checkActionState: async (actionId: string, options?: CallOptions): Promise<ActionState> => {
    const method = 'AsyncActionStateChecker.CheckActionState';
    const reply = await call(method, { wstrActionGuid: actionId }, options);
    return {
      isFinished: read(method, reply, (members) => members.boolean('bFinalized')),
      hasSucceeded: read(method, reply, (members) => members.boolean('bSuccededFinalized')),
      stateCode: read(method, reply, (members) => members.int('lStateCode') ?? 0),
      data: read(method, reply, (members) => plainOf(members.params('pStateData'))),
      nextCheckDelayMs: read(method, reply, (members) => members.int('lNextCheckDelay') ?? 0),
    };
  },
});

/** ReportManager: report templates of the server, and running them. */
export const reportManagerMethods = ({ done, actionId, row, rows, list }: ReplyReaders) => ({
  enumReports: (options?: CallOptions): Promise<PlainRow[]> => rows('ReportManager.EnumReports', {}, options),
  enumReportTypes: (options?: CallOptions): Promise<PlainRow[]> => rows('ReportManager.EnumReportTypes', {}, options),
  getReportIds: async (options?: CallOptions): Promise<number[]> =>
    (await list('ReportManager.GetReportIds', {}, options)).map((id) => {
      if (typeof id !== 'number') throw new NotOpenApi('ReportManager.GetReportIds: an id is no number');
      return id;
    }),
  getReportInfo: (reportId: number, options?: CallOptions): Promise<PlainRow> =>
    row('ReportManager.GetReportInfo', { lReportId: reportId }, options),
  /** Goes on after the reply: the id is for asyncActionStateChecker, whose data name the files. */
  executeReportAsync: (reportId: number, reportOptions: Params, options?: CallOptions): Promise<string> =>
    actionId('ReportManager.ExecuteReportAsync', { lReportId: reportId, pOptions: reportOptions }, options),
  executeReportAsyncCancel: (requestId: string, options?: CallOptions) =>
    done('ReportManager.ExecuteReportAsyncCancel', { strRequestId: requestId }, options),
});

const plainOf = (params: Params | undefined): PlainRow => toPlainRow(params ?? {});
