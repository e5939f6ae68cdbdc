// `pflow replay`: projections over recorded events. Nothing runs, nobody is asked, no key is needed.
import { writeFileSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import type { Projection } from '../../../projections/contract.ts';
import type { Cost } from '../../../projections/cost-schema.ts';
import { createCost } from '../../../projections/cost.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { createProjection, PROJECTION_NAMES } from '../../../projections/projection-list.ts';
import { nearest } from '../../workflow/nearest.ts';
import type { ReplayFlags } from '../commands/replay.ts';
import { loadPricing } from '../load-pricing.ts';
import type { Terminal } from '../terminal.ts';
import { foldLogs } from './fold-logs.ts';
import { marked, readingNotes } from './reading-notes.ts';
import { formatted } from './formatted.ts';
import { select } from './run-selection.ts';
import { guessedModels, guessWarning, refuseUnpriced } from './unpriced.ts';

export async function executeReplay(
  logs: readonly string[],
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<number> {
  const pricing = loadPricing({
    ...(flags.pricing === undefined ? {} : { files: [flags.pricing] }),
    asOf: flags.asOf,
    asModel: flags.asModel,
    unknownModel: flags.unknownModel,
  });
  if (flags.project.length === 0) throw noProjection();
  const projections = flags.project.map((name) => projectionOf(name, flags, pricing));
  // Prices are refused by a look at the bill, whatever was asked for.
  const bill = createCost({ pricing });
  const watched = flags.unknownModel === 'error' ? [...projections, bill] : projections;
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
  if (flags.unknownModel === 'error') refuseUnpriced(results.pop() as Cost);
  for (const note of readingNotes(report)) terminal.err(note);
  for (const model of guessedModels(results)) terminal.err(guessWarning(model, pricing));
  print(formatted(marked(byName(flags.project, results), report), flags.format), flags, terminal);
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

function projectionOf(name: string, flags: ReplayFlags, pricing: Pricing): Projection<unknown, unknown> {
  const { explain, maxChars } = flags;
  const found = createProjection(name, {
    pricing,
    ...(explain === undefined ? {} : { explain }),
    ...(maxChars === undefined ? {} : { maxChars }),
  });
  if (found !== undefined) return found;
  const near = nearest(name, PROJECTION_NAMES);
  throw new PflowError('PROJECTION_UNKNOWN', `there is no projection "${name}"`, {
    details: [`there is: ${PROJECTION_NAMES.join(', ')}`],
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}

function noProjection(): PflowError {
  return new PflowError('USAGE', '--project is missing', {
    details: [`there is: ${PROJECTION_NAMES.join(', ')}`],
    hint: 'Such as: pflow replay run.ndjson --project metrics',
  });
}
