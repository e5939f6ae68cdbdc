// Runs the static checks and prints each result as soon as it is known.
import { printCheck, startStaticChecks } from './static-checks.ts';

const results = await Promise.all(
  startStaticChecks().map(async (running) => {
    const result = await running;
    printCheck(result);
    return result;
  }),
);
if (results.some(({ passed }) => !passed)) process.exitCode = 1;
