import { useRouter, useSearch } from '@tanstack/react-router';
import { paths } from '../platform/index.ts';
import { SetUpView } from './SetUpView.tsx';
import { useSetupState, useSignIn } from './useSession.ts';

export const SetUpScreen = () => {
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const router = useRouter();
  const state = useSetupState();
  const { setUp } = useSignIn();
  return (
    <SetUpView
      token={typeof token === 'string' && token !== '' ? token : undefined}
      isDone={state.data?.needed === false && !setUp.isSuccess}
      isBusy={setUp.isPending}
      problem={setUp.error ?? state.error}
      // The token must not stay in the browser's history.
      onSetUp={(given) => setUp.mutate(given, { onSuccess: () => router.history.replace(paths.overview) })}
    />
  );
};
