import { defineConfig } from 'vitest/config';

// chDB dies in worker threads (its engine is one per process), so tests run in child processes.
const node = (name: string, include: string[], testTimeout = 20_000) => ({
  test: { name, environment: 'node' as const, pool: 'forks' as const, include, testTimeout, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      node('contract', ['contract/src/**/*.test.ts']),
      node('protocols', ['protocols/src/**/*.test.ts']),
      node('server', ['server/src/**/*.test.ts'], 30_000),
      node('agent', ['agent/src/**/*.test.ts'], 30_000),
      node('sandboxes', ['sandboxes/src/**/*.test.ts'], 30_000),
      node('tools', ['tools/**/*.test.ts'], 120_000),
    ],
  },
});
