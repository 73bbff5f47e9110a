import { defineConfig } from 'vitest/config';

/** Every unit and integration test of the workspace in one run; those with a real Spark are in e2e/. */
export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'apps/*/vitest.config.ts',
      { extends: './vitest.package.ts', test: { name: 'fuzz', include: ['fuzz/**/*.test.ts'] } },
      { extends: './vitest.package.ts', test: { name: 'scripts', include: ['scripts/test/**/*.test.ts'] } },
    ],
  },
});
