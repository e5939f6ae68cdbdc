// `pflow replay`: projections over recorded events. Nothing runs, nobody is asked, no key is needed.
import { writeFileSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import type { ReplayOptions } from './command.ts';
import { labelledLine } from '../terminal/labelled-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Threads } from '../../replay/threads.ts';
import { foldProjections } from '../../replay/fold-projections.ts';
import { formatResult } from './format-result.ts';
import { markResult, logNotes } from '../../replay/log-notes.ts';
import { priceWarnings, assertPriced } from '../../replay/price-warnings.ts';
import { requestedProjections } from '../../replay/requested-projections.ts';

export async function printProjections(
  logs: readonly string[],
  flags: ReplayOptions,
  terminal: Terminal,
  threads?: Threads,
): Promise<number> {
  const requested = requestedProjections(flags);
  const { report, results, gaps } = await foldProjections(logs, flags, requested, threads);
  if (flags.unknownModel === 'error') assertPriced(gaps);
  for (const note of logNotes(report)) terminal.err(labelledLine('note', note));
  for (const warning of priceWarnings(gaps)) terminal.err(labelledLine('warning', warning));
  const result = markResult(byName(flags.project, results), report);
  print(formatResult(result, flags.project, flags.format), flags, terminal);
  return 0;
}

/** One projection is its result; several stand under their names. */
function byName(names: readonly string[], results: readonly unknown[]): unknown {
  if (names.length === 1) return results[0];
  return Object.fromEntries(names.map((name, index) => [name, results[index]]));
}

function print(text: string, { output }: ReplayOptions, terminal: Terminal): void {
  if (output === undefined) {
    terminal.out(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new PflowError('FILE_UNWRITABLE', `${output} cannot be written: ${(error as Error).message}`, {
      hint: 'Give another path with --output.',
      cause: error,
    });
  }
}
