import { LiveMessage, type LiveTopic } from '@gatehouse/contract';
import { type Query, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

type LiveState = 'connecting' | 'live' | 'broken';

/** News of one second are read together, so that a storm of events is not a storm of calls. */
const GATHER_MS = 1000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A blink of the network is not worth a word. */
const SAY_BROKEN_AFTER_MS = 4000;

/** Follows the live stream: what moves on the server is read anew here. A broken stream mends itself. */
export const useLive = (enabled: boolean): LiveState => {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    if (!enabled) return;
    const news = new Set<LiveTopic>();
    let source: EventSource | undefined;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let complaint: ReturnType<typeof setTimeout> | undefined;
    let retryMs = FIRST_RETRY_MS;
    let wasBroken = false;

    const readAnew = () => {
      gathering = undefined;
      const moved = new Set(news);
      news.clear();
      const concerns = (query: Query) => query.meta?.topics?.some((topic) => moved.has(topic)) ?? false;
      void cache.invalidateQueries({ predicate: concerns });
    };
    const open = () => {
      source = new EventSource('/api/live');
      source.onopen = () => {
        clearTimeout(complaint);
        complaint = undefined;
        retryMs = FIRST_RETRY_MS;
        setState('live');
        // What was said while nobody listened is lost: everything may have moved.
        if (wasBroken) void cache.invalidateQueries();
        wasBroken = false;
      };
      source.onmessage = ({ data }) => {
        const message = LiveMessage.safeParse(safeJson(data));
        if (!message.success) return;
        for (const topic of message.data.topics) news.add(topic);
        gathering ??= setTimeout(readAnew, GATHER_MS);
      };
      source.onerror = () => {
        wasBroken = true;
        complaint ??= setTimeout(() => setState('broken'), SAY_BROKEN_AFTER_MS);
        // After a network error the browser tries again itself; after an HTTP error it gives up.
        if (source?.readyState !== EventSource.CLOSED) return;
        retry = setTimeout(open, retryMs);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      };
    };
    open();
    return () => {
      source?.close();
      clearTimeout(gathering);
      clearTimeout(retry);
      clearTimeout(complaint);
    };
  }, [cache, enabled]);
  return state;
};

const safeJson = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
};
