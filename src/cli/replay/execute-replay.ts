// `pflow replay`: projections over recorded events. Nothing runs, nobody is asked, no key is needed.
import { writeFileSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import type { ReplayFlags } from '../commands/replay.ts';
import type { Terminal } from '../terminal.ts';
import type { Threads } from './start-threads.ts';
import { foldWanted } from './fold-wanted.ts';
import { formatted } from './formatted.ts';
import { marked, readingNotes } from './reading-notes.ts';
import { doubtWarnings, refuseUnpriced } from './unpriced.ts';
import { wantedProjections } from './wanted-projections.ts';

export async function executeReplay(
  logs: readonly string[],
  flags: ReplayFlags,
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

function print(text: string, { output }: ReplayFlags, terminal: Terminal): void {
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
