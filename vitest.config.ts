import { defineConfig } from 'vitest/config';

interface ProjectSettings {
  testTimeout?: number;
  globalSetup?: string;
}

/** chDB dies in worker threads (its engine is one per process), so tests run in child processes. */
const node = (name: string, include: string[], { testTimeout = 20_000, globalSetup }: ProjectSettings = {}) => ({
  test: {
    name,
    environment: 'node' as const,
    pool: 'forks' as const,
    include,
    testTimeout,
    hookTimeout: 120_000,
    // One second, which is the default, is soon over on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    // Servers, browsers and scanners are started for real: on a shared machine one of them may be late once. A fault
    // of ours fails both times.
    retry: process.env.CI ? 1 : 0,
    ...(globalSetup ? { globalSetup } : {}),
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      node('contract', ['contract/src/**/*.test.ts']),
      node('protocols', ['protocols/src/**/*.test.ts']),
      node('server', ['server/src/**/*.test.ts'], {
        testTimeout: 60_000,
        globalSetup: 'server/src/testing/global-setup.ts',
      }),
      node('agent', ['agent/src/**/*.test.ts'], { testTimeout: 60_000 }),
      node('sandboxes', ['sandboxes/src/**/*.test.ts'], { testTimeout: 60_000 }),
      node('console', ['console/src/**/*.test.ts', 'console/test/**/*.test.ts'], { testTimeout: 90_000 }),
      node('tools', ['tools/**/*.test.ts'], { testTimeout: 180_000 }),
    ],
  },
});
