// Reports what many runs cost. Runs no node, calls no model and needs no key.
import { priceWarnings } from '../../replay/price-warnings.ts';
import type { ReplayOptions, SpendQuery } from '../../replay/replay-options.ts';
import { spendLogs } from '../../replay/spend-logs.ts';
import type { StartedReplay } from '../../replay/threads.ts';
import type { Spend } from '../../../projections/spend/schema.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatList, type ListFormat } from '../terminal/list-format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { spendTable } from './spend-table.ts';

export interface SpendCommandOptions
  extends SpendQuery, Pick<ReplayOptions, 'asOf' | 'unknownModel' | 'costSource' | 'threads'> {
  readonly pricing?: string;
  readonly format: ListFormat;
  readonly json?: boolean;
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly verbose?: boolean;
}

/** Columns of CSV and Markdown. */
const COLUMNS = [
  ...[
    'group',
    'runs',
    'calls',
    'failed_calls',
    'reused_calls',
    'tokens_input',
    'tokens_output',
    'tokens_total',
  ],
  ...['tokens_cache_read', 'cost_usd', 'known_cost_usd', 'estimated_cost_usd', 'reused_cost_usd', 'exact'],
];

/** Returns 1 if a log or a line is missing from the sums. */
export async function reportSpend(
  started: StartedReplay,
  replay: ReplayOptions,
  { format, json }: SpendCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { results, gaps, notes, marks } = await spendLogs(started, replay);
  const [spend] = results;
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  const undated = undatedNote(spend);
  if (undated !== undefined) terminal.err(formatLabelledLine('note', undated));
  for (const warning of priceWarnings(gaps)) terminal.err(formatLabelledLine('warning', warning));
  if (json === true || format === 'json') {
    terminal.out(`${JSON.stringify({ ...spend, ...present({ log: marks }) }, undefined, 2)}\n`);
  } else if (format === 'table') terminal.out(spendTable(spend, terminal.columns()));
  else terminal.out(formatList(spend.groups, COLUMNS, format));
  return notes.some(({ label }) => label === 'damaged') ? 1 : 0;
}

function undatedNote({ undated }: Spend): string | undefined {
  if (undated === undefined) return undefined;
  const { calls, cost_usd, exact } = undated;
  const amount = `${exact ? '' : '~'}$${cost_usd}`;
  return `${formatCount(calls, 'call')} without a readable date, ${amount}, left out by --since and --until`;
}
