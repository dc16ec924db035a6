import { getServerInfo, listFailedJobs, retryFailedJob } from '@gatehouse/contract';
import { type Http, route } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';

export interface OperationsParts {
  version: string;
  startedAt: Date;
  roles: readonly string[];
  /** In words: which engine, and where. */
  database: string;
  eventEngine: string;
  openApi: { port: number; certificateFingerprint: string; certificatePem: string } | null;
  jobs: Jobs;
}

/** What runs here, and the jobs that gave up. */
export const operationsRoutes = (http: Http, parts: OperationsParts): void => {
  route(http, getServerInfo, () => ({
    version: parts.version,
    startedAt: parts.startedAt.toISOString(),
    roles: [...parts.roles],
    database: parts.database,
    eventEngine: parts.eventEngine,
    openApi: parts.openApi,
  }));

  route(http, listFailedJobs, async ({ query }) => ({
    items: (await parts.jobs.deadLetters({ limit: query.limit })).map((letter) => ({
      ...letter,
      failedAt: letter.failedAt.toISOString(),
    })),
  }));

  route(http, retryFailedJob, async ({ params }) => {
    await parts.jobs.retry(params.jobId);
    return {};
  });
};
