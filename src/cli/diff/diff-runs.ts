// Compares two runs, whose calls are priced by the same prices, and prints what differs.
import { loadPricing } from '../../home/prices/pricing.ts';
import { findRun } from '../show/find-run.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { compareRuns } from './compare-runs.ts';
import { diffText } from './diff-text.ts';
import { readRunFacts } from './run-facts.ts';

export interface DiffOptions {
  readonly json?: boolean;
  readonly exitCode?: boolean;
  readonly log?: string;
  readonly pricing?: string;
  readonly verbose?: boolean;
}

/** Returns 1 with `--exit-code` if outputs or the path differ. */
export async function diffRuns(
  [a, b]: readonly [string, string],
  logs: () => readonly string[],
  options: DiffOptions,
  terminal: Terminal,
): Promise<number> {
  const pricing = loadPricing({
    files: options.pricing === undefined ? [] : [options.pricing],
    // A bill is a figure of its time, so both are calculated.
    costSource: 'calculated',
  });
  const before = await readRunFacts((await findRun(a, logs, pricing)).run, pricing);
  const after = await readRunFacts((await findRun(b, logs, pricing)).run, pricing);
  const diff = compareRuns(before, after);
  terminal.out(options.json === true ? `${formatJson(diff, 2)}\n` : diffText(diff, terminal.columns()));
  return options.exitCode === true && !(diff.same_outputs && diff.same_path) ? 1 : 0;
}
