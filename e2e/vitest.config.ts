import { defineConfig } from 'vitest/config';

/**
 * Real Spark on the embedded Mesos. Two files run at a time: each test has a cluster, ports and folders of its own, and
 * while one waits for an offer or a timer another one's JVMs start. More would starve each other on two cores.
 */
export default defineConfig({
  resolve: { conditions: ['@spark-mesos/source'] },
  ssr: { resolve: { conditions: ['@spark-mesos/source'] } },
  test: {
    name: 'e2e',
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    globalSetup: ['./harness/global-setup.ts'],
  },
});
