// Prints the list of runs in logs.
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { findLogs, type FoundLogs } from '../../replay/find-logs.ts';
import { openKeptRuns } from '../../replay/kept-runs.ts';
import { listRuns, type ListedRun, type ListedRuns } from '../../replay/list-runs.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { present } from '../../values/present.ts';
import { colour } from '../terminal/colour.ts';
import { foldWords } from '../terminal/fold-words.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatList, type ListFormat } from '../terminal/list-format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { selectListed, unknownNames, type FilterClock, type RunFilter } from './filter.ts';
import { runsTable, runsTotal } from './runs-table.ts';

export interface RunListOptions extends RunFilter {
  /** Rows of a table; absent: 20. Other formats have all of them by default. */
  readonly limit?: number;
  readonly timeZone: string;
  readonly format: ListFormat;
  readonly json?: boolean;
  readonly exitCode?: boolean;
  readonly pricing?: string;
  /** False with `--no-cache`. */
  readonly cache?: boolean;
  readonly verbose?: boolean;
}

const ROWS_SHOWN = 20;

/** Columns of CSV and Markdown. */
const COLUMNS = [
  ...['run', 'workflow', 'status', 'started_at', 'ended_at', 'duration_ms', 'cost_usd', 'exact', 'calls'],
  ...['tokens', 'models', 'attempts', 'retries', 'failed_node', 'error', 'tags', 'file'],
];

async function listFound(found: FoundLogs, pricing: Pricing, { cache }: RunListOptions): Promise<ListedRuns> {
  return listRuns(found, pricing, cache === false ? undefined : openKeptRuns(found, pricing, process.env));
}

/** Counts runs that `--failed` leaves out although they did not succeed. */
function notFinished(runs: readonly ListedRun[], options: RunListOptions, clock: FilterClock): string {
  const others = selectListed(runs, { ...options, failed: false }, clock).filter(
    ({ status }) => status !== 'failed' && status !== 'success' && status !== 'running',
  );
  const statuses = [...new Set(others.map(({ status }) => status))];
  const counts = statuses.map(
    (status) => `${String(others.filter((run) => run.status === status).length)} ${status}`,
  );
  return counts.length === 0 ? '' : `; besides ${counts.join(', ')}: --status ${statuses.join(' or ')}`;
}

interface PrintedRuns {
  readonly shown: readonly ListedRun[];
  readonly selected: readonly ListedRun[];
  /** What the selection leaves out. */
  readonly besides: string;
}

function printTable({ shown, selected, besides }: PrintedRuns, zone: TimeZone, terminal: Terminal): void {
  if (shown.length > 0)
    terminal.out(runsTable(shown, { zone, columns: terminal.columns(), now: Date.now() }));
  const more = selected.length - shown.length;
  const rest = more > 0 ? `; ${String(more)} more with --limit all` : '';
  const total = foldWords(`${runsTotal(selected)}${rest}${besides}`, terminal.columns());
  terminal.out(colour.dim(`${total}\n`));
}

/** Returns 1 if a log is damaged, or with `--exit-code` if a run failed. */
export async function printRuns(
  named: readonly string[],
  options: RunListOptions,
  terminal: Terminal,
): Promise<number> {
  const zone = timeZone(options.timeZone);
  const pricing = loadPricing(present({ files: options.pricing === undefined ? [] : [options.pricing] }));
  const { runs, notes } = await listFound(findLogs(named), pricing, options);
  const clock = { now: Date.now(), zone };
  const selected = selectListed(runs, options, clock);
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  for (const text of unknownNames(runs, options)) terminal.err(formatLabelledLine('note', text));
  const format = options.json === true ? 'json' : options.format;
  const limit = options.limit ?? (format === 'table' ? ROWS_SHOWN : Infinity);
  const shown = selected.slice(0, limit);
  if (format !== 'table') terminal.out(formatList(shown, COLUMNS, format));
  else
    printTable(
      { shown, selected, besides: options.failed === true ? notFinished(runs, options, clock) : '' },
      zone,
      terminal,
    );
  const hasFailed = selected.some(({ status }) => status === 'failed');
  const isDamaged = notes.some(({ label }) => label === 'damaged');
  return isDamaged || (options.exitCode === true && hasFailed) ? 1 : 0;
}
