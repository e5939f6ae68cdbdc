// Compares two runs, whose calls are priced by the same prices, and prints what differs.
import { PflowError } from '../../errors.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { writeOutput } from '../../home/write-file.ts';
import { findRun } from '../show/find-run.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { compareRuns, type RunDiff } from './compare-runs.ts';
import { diffText } from './diff-text.ts';
import { readRunFacts } from './run-facts.ts';

export interface DiffOptions {
  readonly json?: boolean;
  /** The file of a page. */
  readonly output?: string;
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
  if (options.output !== undefined && options.json === true) {
    throw new PflowError('USAGE', '-o writes a page, and --json prints JSON', {
      hint: 'Give one of the two.',
    });
  }
  const pricing = loadPricing({
    files: options.pricing === undefined ? [] : [options.pricing],
    // A bill is a figure of its time, so both are calculated.
    costSource: 'calculated',
  });
  const before = await readRunFacts((await findRun(a, logs, pricing)).run, pricing);
  const after = await readRunFacts((await findRun(b, logs, pricing)).run, pricing);
  const diff = compareRuns(before, after);
  await print(diff, options, terminal);
  return options.exitCode === true && !(diff.same_outputs && diff.same_path) ? 1 : 0;
}

async function print(diff: RunDiff, { json, output }: DiffOptions, terminal: Terminal): Promise<void> {
  if (output === undefined) {
    terminal.out(json === true ? `${formatJson(diff, 2)}\n` : diffText(diff, terminal.columns()));
    return;
  }
  const page = (await import('./diff-page.ts')).diffPage(diff);
  writeOutput(output, page);
  terminal.err(`${output}: ${String(Math.ceil(Buffer.byteLength(page) / 1024))} KB\n`);
}
