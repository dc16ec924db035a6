import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import { ACTION, type Action, failureData } from '../actions.ts';
import type { MethodClass } from '../method.ts';

const NEXT_CHECK_MS = 500;

const reply = (isFinished: boolean, hasSucceeded: boolean, data: Params): Params => ({
  bFinalized: isFinished,
  bSuccededFinalized: hasSucceeded,
  lStateCode: hasSucceeded ? 1 : 0,
  pStateData: data,
  lNextCheckDelay: isFinished ? 0 : NEXT_CHECK_MS,
});

/** AsyncActionStateChecker: how far actions of this login are (KSCAPI 13.2, class AsyncActionStateChecker). */
export const asyncActionStateCheckerClass: MethodClass = {
  CheckActionState: {
    needs: null,
    run: ({ args, login, nowMs }) => {
      const id = required(args.string(['wstrActionGuid', 'strActionGuid', 'strRequestId']), 'wstrActionGuid');
      const { state } = login.resultSets.get<Action>(id, ACTION, nowMs);
      if (state.kind === 'running') return reply(false, false, {});
      // Told once: the next question is answered by 1186.
      login.resultSets.release(id, ACTION, nowMs);
      if (state.kind === 'done') return reply(true, true, state.data);
      const error = state.kind === 'failed' ? state.error : undefined;
      return reply(true, false, error ? failureData(error, 'AsyncActionStateChecker') : {});
    },
  },
};
