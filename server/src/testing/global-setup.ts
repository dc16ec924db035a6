import type { TestProject } from 'vitest/node';
import { startPostgresCluster } from './postgres-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the PostgreSQL cluster of this test run; absent when switched off. */
    postgresUrl: string | undefined;
  }
}

/** Starts one PostgreSQL for all server tests of a run, instead of one for each file. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  if (process.env.GATEHOUSE_TEST_POSTGRES === 'off') return async () => {};
  const cluster = await startPostgresCluster();
  project.provide('postgresUrl', cluster.url);
  return () => cluster.stop();
};
