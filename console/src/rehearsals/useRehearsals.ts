import {
  cancelRehearsal,
  getRehearsal,
  listMappings,
  listRehearsalLines,
  listRehearsals,
  type RehearsalDecision,
  startRehearsal,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const UNDER_WAY_MS = 1_500;
const LINES = 20;

const isUnderWay = (state: string): boolean => state === 'waiting' || state === 'running';

/** All server talk about the rehearsals of one integration. */
export const useRehearsals = (
  integrationId: string,
  asked: { rehearsalId: string | undefined; decision: RehearsalDecision | undefined; after: string | undefined },
) => {
  const list = useAsk(
    listRehearsals,
    { params: { integrationId } },
    { refetchMs: ({ items }) => (items.some(({ state }) => isUnderWay(state)) ? UNDER_WAY_MS : false) },
  );
  const rehearsalId = asked.rehearsalId ?? list.data?.items[0]?.id;
  const params = { integrationId, rehearsalId: rehearsalId ?? integrationId };
  const enabled = rehearsalId !== undefined;
  const changes = [listRehearsals, getRehearsal, listRehearsalLines];
  return {
    list,
    rehearsalId,
    result: useAsk(
      getRehearsal,
      { params },
      {
        enabled,
        keep: true,
        refetchMs: ({ rehearsal }) => (isUnderWay(rehearsal.state) ? UNDER_WAY_MS : false),
      },
    ),
    lines: useAsk(
      listRehearsalLines,
      {
        params,
        query: {
          limit: LINES,
          ...(asked.decision ? { decision: asked.decision } : {}),
          ...(asked.after ? { after: asked.after } : {}),
        },
      },
      { enabled, keep: true, topics: ['integrations'] },
    ),
    start: useTell(startRehearsal, { changes }),
    cancel: useTell(cancelRehearsal, { changes }),
  };
};

/** Clients by a part of their name or their account's; nothing is asked before somebody wants to choose. */
export const useClientChoice = (integrationId: string, text: string, enabled: boolean) =>
  useAsk(
    listMappings,
    { params: { integrationId }, query: { text: text.trim() || undefined, limit: 50 } },
    { enabled, keep: true },
  );
