// Runs the static checks and the tests at the same time; arguments go to Vitest. Prints the results of the checks
// after the tests, and then one line: how many tests passed and failed. A failed check counts as a failed test.
import { spawn } from 'node:child_process';
import { closingLine, isTestCounts, type TestCounts } from '../test/support/closing-line.ts';
import { printCheck, startStaticChecks } from './static-checks.ts';

function runTests(args: readonly string[]): Promise<TestCounts | undefined> {
  // With this channel the reporter leaves the last line to this program.
  const stdio: ('inherit' | 'ipc')[] = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn('vitest', ['run', ...args], { stdio });
  let counts: TestCounts | undefined;
  child.on('message', (message) => {
    if (isTestCounts(message)) counts = message;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) process.exitCode = 1;
      resolve(counts);
    });
  });
}

const checks = startStaticChecks();
const counts = await runTests(process.argv.slice(2));
const results = await Promise.all(checks);
results.forEach(printCheck);
const failedChecks = results.filter(({ passed }) => !passed).length;
if (failedChecks > 0) process.exitCode = 1;
if (counts !== undefined) {
  process.stdout.write(closingLine({ ...counts, failed: counts.failed + failedChecks }));
}
