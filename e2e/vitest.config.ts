import { defineConfig } from 'vitest/config';

/**
 * Real Spark on the embedded Mesos. Files run one after the other: each starts several JVMs, and a machine
 * with two cores that starts more of them at once measures only how long it takes to starve them.
 */
export default defineConfig({
  resolve: { conditions: ['@spark-mesos/source'] },
  ssr: { resolve: { conditions: ['@spark-mesos/source'] } },
  test: {
    name: 'e2e',
    include: ['test/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    globalSetup: ['./harness/global-setup.ts'],
  },
});
