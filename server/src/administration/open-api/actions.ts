import { BadFormat, type Params, PxgError, pxgCodes, pxgError } from '@gatehouse/protocols/ksc-open-api';
import { AppError } from '../../platform/errors/index.ts';
import { type Login, newHandle } from './login.ts';
import type { Call } from './method.ts';

/** The kind of result set that an action is kept as: it belongs to its login, and ends with it. */
export const ACTION = 'action';

export type ActionState =
  | { kind: 'running' }
  | { kind: 'done'; data: Params }
  | { kind: 'failed'; error: unknown }
  | { kind: 'cancelled' };

export interface Action {
  state: ActionState;
  cancel: () => void;
}

/** Most actions are over by then, so that the client's first question gets the end. */
const SHORT_MS = 300;

/** Of one login at once: a client that does not wait harms only itself. */
const MOST_RUNNING = 8;
const running = new WeakMap<Login, number>();

/**
 * Starts work that goes on after the reply. CheckActionState asks for its end, with the id that this returns.
 *
 * @throws PxgError 1195 when so many actions of the login are under way
 * @param work gets a signal that says when nobody wants the result any more; what it returns is `pStateData`
 */
export const startAction = async (call: Call, work: (signal: AbortSignal) => Promise<Params>): Promise<string> => {
  const { login } = call;
  const before = running.get(login) ?? 0;
  if (before >= MOST_RUNNING) throw pxgError('unavailable', `${before} actions are under way; wait for one of them`);
  running.set(login, before + 1);
  const abort = new AbortController();
  const action: Action = {
    state: { kind: 'running' },
    cancel: () => {
      action.state = { kind: 'cancelled' };
      abort.abort();
    },
  };
  const ended = work(abort.signal)
    .finally(() => running.set(login, (running.get(login) ?? 1) - 1))
    .then(
      (data) => {
        if (action.state.kind === 'running') action.state = { kind: 'done', data };
      },
      (error: unknown) => {
        if (action.state.kind === 'running') action.state = { kind: 'failed', error };
      },
    );
  const id = newHandle();
  login.resultSets.add(id, ACTION, action, undefined, call.nowMs);
  let timer: NodeJS.Timeout | undefined;
  const short = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SHORT_MS);
  });
  await Promise.race([ended, short]);
  clearTimeout(timer);
  return id;
};

/** `pStateData` of a failure. What nobody expected says only that it was one. */
export const failureData = (error: unknown, className: string): Params => {
  const isExpected = error instanceof PxgError || error instanceof BadFormat || error instanceof AppError;
  const message = isExpected ? error.message : 'Internal error';
  const { code, subcode, module } =
    error instanceof PxgError ? error : { ...(isExpected ? pxgCodes.notPermitted : pxgCodes.unavailable), subcode: 0 };
  return {
    GNRL_EA_DESCRIPTION: message,
    KLBLAG_ERROR_INFO: {
      KLBLAG_ERROR_CODE: code,
      KLBLAG_ERROR_SUBCODE: subcode,
      KLBLAG_ERROR_MODULE: module,
      KLBLAG_ERROR_FNAME: className,
      KLBLAG_ERROR_LNUMBER: 1,
      KLBLAG_ERROR_MSG: message,
    },
  };
};
