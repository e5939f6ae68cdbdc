import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many tests wait for a process: one worker, the default on two cores, would wait with them.
    maxWorkers: 2,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
