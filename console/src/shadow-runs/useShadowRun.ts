import {
  getIntegrationsOverview,
  getShadowRun,
  listShadowDifferences,
  listShadowLines,
  listTicketRules,
  makeShadowRunReal,
  type RehearsalDecision,
  type ShadowDifferenceKind,
  startShadowRun,
  stopShadowRun,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const LOOK_MS = 15_000;
const ROWS = 20;

/** All server talk about the rules that run beside the real ones of one integration. */
export const useShadowRun = (
  integrationId: string,
  asked: {
    kind: ShadowDifferenceKind | undefined;
    differencesAfter: string | undefined;
    decision: RehearsalDecision | undefined;
    linesAfter: string | undefined;
  },
) => {
  const params = { integrationId };
  const looked = { keep: true, refetchMs: () => LOOK_MS } as const;
  const changes = [getShadowRun, listShadowDifferences, listShadowLines];
  return {
    comparison: useAsk(getShadowRun, { params }, looked),
    differences: useAsk(
      listShadowDifferences,
      {
        params,
        query: {
          limit: ROWS,
          ...(asked.kind ? { kind: asked.kind } : {}),
          ...(asked.differencesAfter ? { after: asked.differencesAfter } : {}),
        },
      },
      looked,
    ),
    lines: useAsk(
      listShadowLines,
      {
        params,
        query: {
          limit: ROWS,
          ...(asked.decision ? { decision: asked.decision } : {}),
          ...(asked.linesAfter ? { after: asked.linesAfter } : {}),
        },
      },
      looked,
    ),
    start: useTell(startShadowRun, { changes }),
    stop: useTell(stopShadowRun, { changes }),
    makeReal: useTell(makeShadowRunReal, { changes: [...changes, listTicketRules, getIntegrationsOverview] }),
  };
};
