// `pflow spend`: what many runs cost. Nothing runs, nobody is asked, no key is needed.
import { availableParallelism } from 'node:os';
import { parseInstant } from '../../../projections/pricing/instant.ts';
import type { SpendState } from '../../../projections/spend/state.ts';
import { PflowError } from '../../errors.ts';
import type { SpendCommandOptions } from './command.ts';
import { priceWarnings, assertPriced } from '../../replay/price-warnings.ts';
import { labelledLine } from '../terminal/labelled-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { findLogs, type FoundLog } from '../../replay/find-logs.ts';
import { foldPiped } from './fold-files.ts';
import { foldInThreads } from './fold-in-threads.ts';
import { joinNotes, NO_NOTES, type FoldedLogs } from './folded-logs.ts';
import { isDamaged, marks, notesText } from './spend-notes.ts';
import { spendProjection, type SpendProjection, type SpendSetup } from './spend-setup.ts';
import { spendTable } from './spend-table.ts';

/** A thread takes about as long to start as this many bytes take to read. */
const PAYS_FROM_BYTES = 64 * 1024 * 1024;

export async function reportSpend(
  named: readonly string[],
  flags: SpendCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const setup = setupOf(flags);
  const projection = spendProjection(setup);
  const { state, notes } = await foldAll(named.length > 0 ? named : defaultLogs(), setup, projection, flags);
  const spend = projection.result(state);
  if (flags.unknownModel === 'error') assertPriced([spend]);
  for (const note of notesText(notes, spend.repeated_runs)) terminal.err(note);
  for (const warning of priceWarnings([spend])) terminal.err(labelledLine('warning', warning));
  if (flags.json === true || flags.format === 'json') {
    terminal.out(`${JSON.stringify({ ...spend, ...marks(notes) }, undefined, 2)}\n`);
  } else terminal.out(spendTable(spend, terminal.columns()));
  return isDamaged(notes) ? 1 : 0;
}

function setupOf(flags: SpendCommandOptions): SpendSetup {
  const since = dayOf('--since', flags.since);
  const until = dayOf('--until', flags.until);
  if (since !== undefined && until !== undefined && since > until) {
    throw new PflowError('USAGE', `--since ${since} is after --until ${until}`);
  }
  return {
    by: flags.by,
    since,
    until,
    timeZone: flags.timeZone,
    pricing: {
      ...(flags.pricing === undefined ? {} : { files: [flags.pricing] }),
      asOf: flags.asOf,
      unknownModel: flags.unknownModel,
    },
  };
}

function dayOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || (text.length === 10 && parseInstant(text) !== null)) return text;
  throw new PflowError('USAGE', `${flag} takes a day such as 2026-11-01, not ${text}`);
}

function defaultLogs(): readonly string[] {
  const folder = process.env['PFLOW_LOG_DIR'] ?? '';
  if (folder !== '') return [folder];
  throw new PflowError('USAGE', 'no log was named, and PFLOW_LOG_DIR is not set', {
    hint: 'Such as: pflow spend runs/',
  });
}

async function foldAll(
  named: readonly string[],
  setup: SpendSetup,
  projection: SpendProjection,
  { threads }: SpendCommandOptions,
): Promise<FoldedLogs> {
  if (named.includes('-')) {
    if (named.length === 1) return foldPiped(process.stdin, projection);
    throw new PflowError('USAGE', '- stands for stdin and cannot be mixed with files', {
      hint: 'Pipe everything: cat a.ndjson b.ndjson | pflow spend -',
    });
  }
  const { logs, unread } = findLogs(named);
  const parts = await foldInThreads(logs, { setup, projection, threads: threads ?? threadsFor(logs) });
  return {
    state: mergeAll(
      parts.map(({ state }) => state),
      projection,
    ),
    notes: joinNotes([{ ...NO_NOTES, unread }, ...parts.map(({ notes }) => notes)]),
  };
}

/** By halves: each state is copied a few times and not once for every other one. */
function mergeAll(states: readonly SpendState[], projection: SpendProjection): SpendState {
  const [first = projection.initial()] = states;
  if (states.length < 2) return first;
  const middle = Math.ceil(states.length / 2);
  const [one, two] = [states.slice(0, middle), states.slice(middle)].map((half) =>
    mergeAll(half, projection),
  );
  return one === undefined || two === undefined ? first : (projection.merge?.(one, two) ?? first);
}

function threadsFor(logs: readonly FoundLog[]): number {
  const bytes = logs.reduce((sum, { weight }) => sum + weight, 0);
  return bytes < PAYS_FROM_BYTES ? 1 : availableParallelism();
}
