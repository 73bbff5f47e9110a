import { defineConfig } from 'vitest/config';

/** How every package runs its tests: from the sources of its neighbours, with no build before it. */
export default defineConfig({
  resolve: { conditions: ['@spark-mesos/source'] },
  ssr: { resolve: { conditions: ['@spark-mesos/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
