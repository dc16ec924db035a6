import type { CallOf, Endpoint, LiveTopic, ReplyOf } from '@gatehouse/contract';
import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  type QueryFunctionContext,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { ApiProblem } from '../platform/index.ts';
import { call } from './call.ts';

// biome-ignore lint/suspicious/noExplicitAny: any endpoint of the contract; the caller's types follow from it
type AnyEndpoint = Endpoint<any, any, any, any>;

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { topics?: readonly LiveTopic[] };
  }
}

export const sessionKey = ['session'] as const;

/** The cache of everything that was asked. A session that ended shows the sign-in page, whichever call noticed it. */
export const createCache = (): QueryClient => {
  const notice = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 401) cache.setQueryData(sessionKey, null);
  };
  const cache: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) =>
          failures < 1 && error instanceof ApiProblem && error.retryable && error.status !== 0,
        retryDelay: 800,
      },
    },
  });
  return cache;
};

/** Asks an endpoint; the same question is asked once however many ask it. Read anew when a live topic moves. */
export const useAsk = <E extends AnyEndpoint>(
  endpoint: E,
  given: CallOf<E>,
  options: {
    topics?: readonly LiveTopic[];
    enabled?: boolean;
    /** Keep showing the last answer while the next one comes: for lists whose filter changes. */
    keep?: boolean;
    /** For a moving time range: makes the call from the key at each reading. */
    prepare?: (given: CallOf<E>) => CallOf<E>;
    /** Ask again by the clock as long as this answers with a time. */
    refetchMs?: (reply: ReplyOf<E>) => number | false;
  } = {},
): UseQueryResult<ReplyOf<E>> =>
  useQuery<ReplyOf<E>>({
    queryKey: [endpoint.path, given],
    queryFn: ({ signal }: QueryFunctionContext) =>
      call(endpoint, options.prepare ? options.prepare(given) : given, { signal }),
    enabled: options.enabled ?? true,
    placeholderData: options.keep ? keepPreviousData : undefined,
    meta: { topics: options.topics ?? [] },
    refetchInterval: ({ state }: { state: { data?: ReplyOf<E> } }) =>
      (state.data !== undefined && options.refetchMs?.(state.data)) || false,
  } as never);

/** Tells an endpoint to do something, then reads anew what it changed. */
export const useTell = <E extends AnyEndpoint>(
  endpoint: E,
  { changes = [] }: { changes?: readonly AnyEndpoint[] } = {},
) => {
  const cache = useQueryClient();
  return useMutation<ReplyOf<E>, unknown, CallOf<E>>({
    mutationFn: (given) => call(endpoint, given),
    onSuccess: () => void Promise.all(changes.map(({ path }) => cache.invalidateQueries({ queryKey: [path] }))),
  });
};
