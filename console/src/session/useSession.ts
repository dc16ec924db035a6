import { changeOwnPassword, getSession, getSetupState, type Me, setUp, signIn, signOut } from '@gatehouse/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, sessionKey, setCsrfToken, useAsk, useTell } from '../api/index.ts';
import { ApiProblem } from '../platform/index.ts';

/** Who is signed in; null for nobody. */
export const useSession = () =>
  useQuery({
    queryKey: sessionKey,
    queryFn: async (): Promise<Me | null> => {
      try {
        const me = await call(getSession, {});
        setCsrfToken(me.csrfToken);
        return me;
      } catch (problem) {
        // Not being signed in is an answer, not a failure.
        if (problem instanceof ApiProblem && problem.status === 401) return null;
        throw problem;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The ways in and out. */
export const useSignIn = () => {
  const cache = useQueryClient();
  const enter = (me: Me) => {
    // What another user was shown before must not be seen by this one.
    cache.clear();
    setCsrfToken(me.csrfToken);
    cache.setQueryData(sessionKey, me);
  };
  return {
    signIn: useMutation({
      mutationFn: (body: { name: string; password: string }) => call(signIn, { body }),
      onSuccess: enter,
    }),
    setUp: useMutation({
      mutationFn: (body: { token: string; name: string; password: string }) => call(setUp, { body }),
      onSuccess: enter,
    }),
    signOut: useMutation({
      mutationFn: () => call(signOut, {}),
      onSuccess: () => {
        cache.clear();
        setCsrfToken(null);
        cache.setQueryData(sessionKey, null);
      },
    }),
  };
};

export const useSetupState = () => useAsk(getSetupState, {});
export const useChangePassword = () => useTell(changeOwnPassword);
