// `pflow replay`: projections over recorded events. Nothing runs, nobody is asked, no key is needed.
import { writeFileSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import type { ReplayOptions } from './command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Threads } from '../../replay/threads.ts';
import { foldWanted } from '../../replay/fold-projections.ts';
import { formatted } from './format-result.ts';
import { marked, readingNotes } from '../../replay/log-notes.ts';
import { doubtWarnings, refuseUnpriced } from '../../replay/price-warnings.ts';
import { wantedProjections } from '../../replay/requested-projections.ts';

export async function executeReplay(
  logs: readonly string[],
  flags: ReplayOptions,
  terminal: Terminal,
  threads?: Threads,
): Promise<number> {
  const wanted = wantedProjections(flags);
  const { report, results, gaps } = await foldWanted(logs, flags, wanted, threads);
  if (flags.unknownModel === 'error') refuseUnpriced(gaps);
  for (const note of readingNotes(report)) terminal.err(note);
  for (const warning of doubtWarnings(gaps)) terminal.err(warning);
  const result = marked(byName(flags.project, results), report);
  print(formatted(result, flags.project, flags.format), flags, terminal);
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
