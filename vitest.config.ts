// How the tests run: on the sources, in child processes, two at a time. Slow suites are switched on by
// environment variables which they name themselves.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const sources = fileURLToPath(new URL('./src/', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^statewright$/, replacement: `${sources}index.ts` },
      { find: /^statewright\/(planning|scheduling|testing)$/, replacement: `${sources}$1.ts` },
      { find: /^#src\/(.*)\.js$/, replacement: `${sources}$1.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
    },
  },
});
