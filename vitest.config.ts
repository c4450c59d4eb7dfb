import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    // Tests look at what the program writes; vitest's own console capture would swallow it.
    disableConsoleIntercept: true,
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A missing golden fails where CI is set and is written elsewhere: vitest's default, shown by test/arch/house.test.ts.
    coverage: { provider: 'v8', include: ['src/**', 'commands/**'] },
  },
});
