import { defineConfig } from 'vitest/config';

/** How every package runs its tests: from the sources of its neighbours, with no build before it. */
export default defineConfig({
  resolve: { conditions: ['@spark-mesos/source'] },
  ssr: { resolve: { conditions: ['@spark-mesos/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Long enough for a machine that does other things as well: only what hangs comes to its end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
