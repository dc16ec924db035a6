import { getServerInfo, listFailedJobs, retryFailedJob } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

export const useServer = () => ({
  info: useAsk(getServerInfo, {}),
  jobs: useAsk(listFailedJobs, { query: { limit: 100 } }, { topics: ['jobs'] }),
  retry: useTell(retryFailedJob, { changes: [listFailedJobs] }),
});
