import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** How every package runs its tests: from the sources of its neighbours, with no build before it. */
export default defineConfig({
  resolve: { conditions: ['@spark-mesos/source'] },
  ssr: { resolve: { conditions: ['@spark-mesos/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Files share a process and the modules in it: half of the time went into loading the same ones again. A test puts
    // back what it changes of what is shared.
    isolate: false,
    // By default one fewer, which is a single one where there are two processors.
    maxWorkers: availableParallelism(),
    // Long enough for a machine that does other things as well: only what hangs comes to its end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
