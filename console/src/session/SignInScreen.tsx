import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { paths } from '../platform/index.ts';
import { SignInView } from './SignInView.tsx';
import { useSession, useSetupState, useSignIn } from './useSession.ts';

/** Only a page of this console: `//elsewhere` would leave it. */
const pageAfter = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : paths.overview;

export const SignInScreen = () => {
  const { next } = useSearch({ strict: false }) as { next?: unknown };
  const router = useRouter();
  const session = useSession();
  const setup = useSetupState();
  const { signIn } = useSignIn();
  const isIn = Boolean(session.data);
  useEffect(() => {
    if (isIn) router.history.replace(pageAfter(next));
  }, [isIn, next, router]);
  return (
    <SignInView
      needsSetUp={setup.data?.needed ?? false}
      isBusy={signIn.isPending || isIn}
      problem={signIn.error ?? session.error}
      onSignIn={signIn.mutate}
    />
  );
};
