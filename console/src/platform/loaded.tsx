import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { platformMessages } from './messages.ts';
import { ProblemAlert } from './problem-alert.tsx';
import { useText } from './texts.ts';

/** Something asked of the server: not here yet, here, or failed; here and failed when a later reading failed. */
export interface Answer<T> {
  data: T | undefined;
  error: unknown;
  isFetching: boolean;
  refetch(): unknown;
}

/** Grey lines in the place of what is being read. */
export const Waiting = ({ lines = 4 }: { lines?: number }) => {
  const text = useText(platformMessages);
  const widths = ['40%', '90%', '75%', '85%', '60%', '80%', '70%', '88%'];
  return (
    <div role="status" aria-label={text('loading')} className="gh-waiting">
      <SpaceBetween size="s">
        {Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
          <Skeleton key={line} width={widths[line % widths.length] ?? '80%'} />
        ))}
      </SpaceBetween>
    </div>
  );
};

/** The seam of a screen: waits, says what failed, or draws what came. */
export const Loaded = <T,>({
  of,
  waiting,
  children,
}: {
  of: Answer<T>;
  waiting?: ReactNode;
  children(data: T): ReactNode;
}) => {
  if (of.data === undefined) {
    return of.error && !of.isFetching ? (
      <ProblemAlert problem={of.error} onRetry={() => of.refetch()} />
    ) : (
      (waiting ?? <Waiting />)
    );
  }
  return (
    <>
      {of.error ? <ProblemAlert problem={of.error} onRetry={() => of.refetch()} /> : null}
      {children(of.data)}
    </>
  );
};
