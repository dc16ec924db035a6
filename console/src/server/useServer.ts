import {
  deleteTraceFiles,
  getNetworkVisibility,
  getServerInfo,
  getTracing,
  listFailedJobs,
  putNetworkVisibility,
  putTracing,
  retryFailedJob,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

export const useServer = () => ({
  info: useAsk(getServerInfo, {}),
  jobs: useAsk(listFailedJobs, { query: { limit: 100 } }, { topics: ['jobs'] }),
  retry: useTell(retryFailedJob, { changes: [listFailedJobs] }),
});

/** After how long without a sign of life a device is not visible. */
export const useNetworkVisibility = () => ({
  visibility: useAsk(getNetworkVisibility, {}),
  put: useTell(putNetworkVisibility, { changes: [getNetworkVisibility] }),
});

/** Trace files of the Integration Service. */
export const useTracing = () => ({
  tracing: useAsk(getTracing, {}),
  put: useTell(putTracing, { changes: [getTracing] }),
  remove: useTell(deleteTraceFiles, { changes: [getTracing] }),
});
