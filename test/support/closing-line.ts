// Ends a test run with the line `N passed, N failed`, which CI systems read.
import type { Reporter, TestModule } from 'vitest/node';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function closingLine({ passed, failed, skipped }: TestCounts): string {
  return `${String(passed)} passed, ${String(failed)} failed${skipped === 0 ? '' : `, ${String(skipped)} skipped`}\n`;
}

export function isTestCounts(value: unknown): value is TestCounts {
  return typeof value === 'object' && value !== null && 'passed' in value && 'failed' in value;
}

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    const counts: TestCounts = { passed, failed, skipped };
    // `scripts/test.ts` has more to print before the last line.
    if (process.send !== undefined) process.send(counts);
    else {
      process.on('exit', () => {
        process.stdout.write(closingLine(counts));
      });
    }
  }
}
