import { useSay, useText } from '../platform/index.ts';
import { serverMessages } from './messages.ts';
import { NetworkVisibilityPart } from './NetworkVisibilityPart.tsx';
import { ServerView } from './ServerView.tsx';
import { TracingPart } from './TracingPart.tsx';
import { useServer } from './useServer.ts';

export const ServerScreen = () => {
  const text = useText(serverMessages);
  const say = useSay();
  const { info, jobs, retry } = useServer();
  return (
    <ServerView
      info={info}
      jobs={jobs}
      retryProblem={retry.error}
      retryingId={retry.isPending ? retry.variables.params.jobId : undefined}
      visibility={<NetworkVisibilityPart />}
      tracing={info.data?.roles.includes('integrations') && <TracingPart />}
      onRetry={({ id, name }) =>
        retry.mutate(
          { params: { jobId: id } },
          { onSuccess: () => say({ type: 'success', content: text('retried', { name }) }) },
        )
      }
    />
  );
};
