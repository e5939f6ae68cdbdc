import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { OPTIMIZE_LATE } from './scripts/optimize-late.ts';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests wait for a process, and a worker waits with them: two more workers than cores keep all cores busy.
    maxWorkers: availableParallelism() + 2,
    // Test files share the modules of their worker: loading them again for each file takes a fifth of the time.
    isolate: false,
    execArgv: [OPTIMIZE_LATE],
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/support/property-seed.ts'],
    // A busy machine answers late; a condition that never holds still ends the test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
