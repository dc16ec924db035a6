/** Actions that go on after their reply: waiting for their end, and reports, which end in a file. */
import { setTimeout as wait } from 'node:timers/promises';
import { PxgError, pxgCodes } from '../errors.ts';
import type { PlainRow } from '../plain.ts';
import type { Params } from '../values.ts';
import type { CallOptions } from './connection.ts';
import { ActionFailed, KscUnreachable, LoginFailed, NotOpenApi } from './errors.ts';
import type { KscMethods } from './methods.ts';
import { RELEASE_TIMEOUT_MS } from './read-through.ts';

export interface ActionOptions {
  signal?: AbortSignal | undefined;
}
export interface ReportWish {
  format?: 'html' | 'pdf' | 'xls' | 'xml' | 'csv' | 'json' | undefined;
  /** Windows locale id, such as 2057 for English (United Kingdom). */
  localeId?: number | undefined;
  maxDetailRows?: number | undefined;
}
export interface Report {
  /** Where the server kept it; the ending tells the format that it really has. */
  path: string;
  bytes: Uint8Array;
  /** All that the server told at the end of the action. */
  data: PlainRow;
}

/** What the server asks for is heeded between these. */
const SHORTEST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** KLRPT_TARGET_TYPE and KLRPT_XML_TARGET_TYPE, which only XML has. */
const targets = {
  html: [0, 0],
  xls: [0, 1],
  pdf: [0, 2],
  xml: [0, -1],
  csv: [1, -1],
  json: [2, -1],
} as const satisfies Record<NonNullable<ReportWish['format']>, readonly [number, number]>;

/**
 * The data that a finished action leaves. Asking is repeated in the server's own rhythm; for a limit give a signal.
 *
 * @throws ActionFailed with what the server tells of the failure; PxgError 1186 when it knows no such action
 */
export const waitForAction = async (
  { asyncActionStateChecker }: KscMethods,
  actionId: string,
  { signal }: ActionOptions = {},
): Promise<PlainRow> => {
  for (;;) {
    const state = await asyncActionStateChecker.checkActionState(actionId, { signal }).catch((error: unknown) => {
      // "Asked too early" is no failure.
      if (error instanceof PxgError && error.code === pxgCodes.unavailable.code) return undefined;
      throw error;
    });
    if (state?.isFinished) {
      if (state.hasSucceeded) return state.data;
      const text = state.data.GNRL_EA_DESCRIPTION;
      throw new ActionFailed(
        `The action failed: ${typeof text === 'string' && text ? text : 'no reason given'}`,
        state.data,
      );
    }
    const pauseMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, state?.nextCheckDelayMs ?? 1000));
    await wait(pauseMs, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted(); // with its own reason
      throw error;
    });
  }
};

/** @throws ActionFailed, FileUnavailable, NotOpenApi when no file is named */
export const runReport = async (
  methods: KscMethods,
  download: (path: string, options?: CallOptions) => Promise<Uint8Array>,
  reportId: number,
  { format = 'html', localeId, maxDetailRows }: ReportWish = {},
  { signal }: ActionOptions = {},
): Promise<Report> => {
  const [target, xmlTarget] = targets[format];
  const wish: Params = {
    RPT_LOC_LOCALE: localeId,
    KLRPT_USE_UTC: true,
    KLRPT_OUTPUT_FORMAT: {
      KLRPT_MAX_RECORDS_DETAILS: maxDetailRows,
      KLRPT_TARGET_TYPE: target,
      KLRPT_XML_TARGET_TYPE: xmlTarget,
    },
  };
  const { reportManager } = methods;
  const id = await reportManager.executeReportAsync(reportId, wish, { signal });
  let isOver = false;
  try {
    const data = await waitForAction(methods, id, { signal }).finally(() => {
      isOver = !signal?.aborted;
    });
    const path = data.KLRPT_OUTPUT_FILE;
    if (typeof path !== 'string') throw new NotOpenApi('ReportManager.ExecuteReportAsync: no KLRPT_OUTPUT_FILE came');
    return { path, bytes: await download(path, { signal }), data };
  } finally {
    if (!isOver) await cancel(methods, id);
  }
};

const cancel = async ({ reportManager }: KscMethods, id: string): Promise<void> => {
  try {
    await reportManager.executeReportAsyncCancel(id, { timeoutMs: RELEASE_TIMEOUT_MS });
  } catch (error) {
    // It ended meanwhile, or ends with the login: nothing is left to be cancelled.
    const isOfServer = [PxgError, KscUnreachable, LoginFailed, NotOpenApi].some((type) => error instanceof type);
    if (!isOfServer) throw error;
  }
};
