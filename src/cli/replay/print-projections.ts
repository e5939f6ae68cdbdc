// Prints the results of projections over recorded events. Runs no node, calls no model and needs no key.
import { PflowError } from '../../errors.ts';
import { writeOutput } from '../../home/write-file.ts';
import { foldProjections } from '../../replay/fold-projections.ts';
import type { LogMarks } from '../../replay/log-notes.ts';
import { priceWarnings } from '../../replay/price-warnings.ts';
import type { ReplayOptions } from '../../replay/replay-options.ts';
import type { StartedReplay } from '../../replay/threads.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatResult, type ResultFormat } from './format-result.ts';
import { isObject } from '../../values/json-fields.ts';

export interface ReplayCommandOptions extends Omit<
  ReplayOptions,
  'project' | 'eachLog' | 'threads' | 'spend'
> {
  readonly project: readonly string[];
  readonly format: ResultFormat;
  readonly output?: string;
  readonly verbose?: boolean;
}

export async function printProjections(
  started: StartedReplay,
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { results, gaps, notes, marks } = await foldProjections(started, options);
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  for (const warning of priceWarnings(gaps)) terminal.err(formatLabelledLine('warning', warning));
  const result = markResult(byName(options.project, results), marks);
  print(formatResult(result, options.project, options.format), options, terminal);
  return 0;
}

/** The result of one projection, or an object with several results by their names. */
function byName(names: readonly string[], results: readonly unknown[]): unknown {
  if (names.length === 1) return results[0];
  return Object.fromEntries(names.map((name, index) => [name, results[index]]));
}

/** Marks a result that has less than the whole log. */
function markResult(result: unknown, log: LogMarks | undefined): unknown {
  if (log === undefined) return result;
  return isObject(result) ? { ...result, log } : { result, log };
}

function print(text: string, { output }: ReplayCommandOptions, terminal: Terminal): void {
  if (output === undefined) {
    terminal.out(text);
    return;
  }
  try {
    writeOutput(output, text);
  } catch (error) {
    throw error instanceof PflowError ? error.with({ hint: 'Give another path with --output.' }) : error;
  }
}
