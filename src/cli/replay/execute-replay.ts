// `pflow replay`: projections over recorded events. Nothing runs, nobody is asked, no key is needed.
import { writeFileSync } from 'node:fs';
import type { Cost } from '../../../projections/cost-schema.ts';
import { createCost } from '../../../projections/cost.ts';
import { PflowError } from '../../errors.ts';
import type { ReplayFlags } from '../commands/replay.ts';
import type { Terminal } from '../terminal.ts';
import { foldLogs } from './fold-logs.ts';
import { formatted } from './formatted.ts';
import { marked, readingNotes } from './reading-notes.ts';
import { select } from './run-selection.ts';
import { doubtWarnings, refuseUnpriced } from './unpriced.ts';
import { wantedProjections } from './wanted-projections.ts';

/** Their results hold no money, so nothing is to be said of prices. */
const WITHOUT_MONEY: ReadonlySet<string> = new Set(['store', 'warnings', 'answers', 'partners']);

export async function executeReplay(
  logs: readonly string[],
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<number> {
  const { projections, pricings } = wantedProjections(flags);
  // What a bill leaves open is said with every result that holds money, whichever it is.
  const billed = flags.unknownModel === 'error' || projections.some(({ name }) => !WITHOUT_MONEY.has(name));
  const own = pricings.length === 1 ? flags.project.indexOf('cost') : -1;
  const bills = billed && own < 0 ? pricings.map((pricing) => createCost({ pricing })) : [];
  const watched = [...projections, ...bills];
  const selections = watched.map((projection) => select(projection, flags.run));
  const report = await foldLogs(logs, {
    handles: new Set(watched.flatMap(({ handles }) => handles)),
    skipCorrupt: flags.skipCorrupt === true,
    strict: flags.strict === true,
    onEvent: (event) => {
      if (flags.until !== undefined && event.seq > flags.until) return;
      for (const selection of selections) selection.add(event);
    },
  });
  const runs = report.runs.map(({ run }) => run);
  const results = selections.map((selection) => selection.result(runs));
  const doubts = (own < 0 ? results.splice(projections.length) : [results[own]]) as Cost[];
  if (flags.unknownModel === 'error') refuseUnpriced(doubts);
  for (const note of readingNotes(report)) terminal.err(note);
  for (const warning of doubtWarnings(doubts)) terminal.err(warning);
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
