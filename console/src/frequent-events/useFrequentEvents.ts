import {
  blockFrequentEvents,
  excludeFrequentEvents,
  getFrequentEvent,
  getFrequentEventSettings,
  getFrequentEventSummary,
  listFrequentEvents,
  putFrequentEventSettings,
  removeFrequentEvents,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlOneOf, useTenantScope } from '../platform/index.ts';

export const frequentTabs = ['list', 'history', 'rule'] as const;
export type FrequentTab = (typeof frequentTabs)[number];

export const FrequentSearch = z.object({ ...listState, tab: urlOneOf(frequentTabs) });
export type FrequentSearch = z.output<typeof FrequentSearch>;

const topics = ['frequent-events'] as const;
const changes = [listFrequentEvents, getFrequentEvent, getFrequentEventSummary] as const;

export const useFrequentEvents = ({ tab, limit, after, selected }: FrequentSearch) => {
  const scope = useTenantScope();
  const state = tab === 'history' ? (['ended', 'removed'] as const) : (['blocked', 'excluded'] as const);
  return {
    list: useAsk(
      listFrequentEvents,
      { query: { limit, after, tenantId: scope ? [scope] : undefined, state: [...state] } },
      { topics, keep: true, enabled: tab !== 'rule' },
    ),
    chosen: useAsk(
      getFrequentEvent,
      { params: { frequentEventId: selected ?? '' } },
      { topics, enabled: selected !== undefined && z.uuid().safeParse(selected).success },
    ),
    rule: useAsk(getFrequentEventSettings, {}, { topics }),
    exclude: useTell(excludeFrequentEvents, { changes }),
    block: useTell(blockFrequentEvents, { changes }),
    remove: useTell(removeFrequentEvents, { changes }),
    saveRule: useTell(putFrequentEventSettings, { changes: [getFrequentEventSettings] }),
  };
};

/** How much is not stored now, of the chosen client or of all. */
export const useSuppressed = () => {
  const scope = useTenantScope();
  return useAsk(getFrequentEventSummary, { query: { tenantId: scope ? [scope] : undefined } }, { topics });
};
