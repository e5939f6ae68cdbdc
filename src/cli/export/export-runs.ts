// Exports runs to the formats of other tools: writes a file, or sends them to a receiver.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { PflowError } from '../../errors.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { createOutputFolder, writeOutput } from '../../home/write-file.ts';
import { findLogs } from '../../replay/find-logs.ts';
import { keepFirst, listRuns, type ListedRun } from '../../replay/list-runs.ts';
import { formatCount } from '../../values/format-count.ts';
import { VERSION } from '../../version.ts';
import { findRun, noRunError } from '../show/find-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { chromeTrace } from './chrome.ts';
import { readExportedRun, type ExportedRun } from './exported-run.ts';
import { openMetrics, openMetricsHistory } from './open-metrics.ts';
import { otlpTraces } from './otlp.ts';
import { otlpOptionsOf, protocolOf, requireEndpoint, type OtlpProtocol } from './otlp-endpoint.ts';
import { sendOtlp } from './send-otlp.ts';
import { speedscopeFile } from './speedscope.ts';
import { csvTable, TABLE_NAMES } from './tables/csv-tables.ts';
import type { TableName, TableRow } from './tables/columns.ts';
import { readTables } from './tables/read-tables.ts';

export type ExportName = 'otlp' | 'chrome' | 'speedscope' | 'openmetrics' | 'csv' | 'parquet';

export interface ExportOptions {
  readonly to: ExportName;
  readonly output?: string;
  readonly endpoint?: string;
  readonly protocol?: OtlpProtocol;
  readonly content?: boolean;
  readonly timestamps?: boolean;
  readonly pricing?: string;
  readonly verbose?: boolean;
}

/** Sums over runs make sense for all of them; a picture is of one. */
const OF_ALL_RUNS: ReadonlySet<string> = new Set(['openmetrics', 'csv', 'parquet']);

export async function exportRuns(
  reference: readonly string[],
  logs: () => readonly string[],
  options: ExportOptions,
  terminal: Terminal,
): Promise<number> {
  const { to, endpoint } = options;
  checkTarget(options);
  const pricing = loadPricing({ files: options.pricing === undefined ? [] : [options.pricing] });
  const chosen = reference.length === 0 && !OF_ALL_RUNS.has(to) ? ['last'] : reference;
  const rows = await chooseRows(chosen, { logs, pricing, terminal });
  requireRun(rows, chosen, to);
  if (to === 'openmetrics') {
    print(options.timestamps === true ? openMetricsHistory(rows) : openMetrics(rows), options, terminal);
    return 0;
  }
  if (to === 'csv') {
    await writeTables(rows, pricing, { options, terminal });
    return 0;
  }
  if (to === 'parquet') {
    await addToTables(rows, pricing, { options, terminal });
    return 0;
  }
  const runs: ExportedRun[] = [];
  for (const row of rows)
    runs.push(await readExportedRun(row, { pricing, withContent: options.content === true }));
  if (endpoint === undefined) print(textOf(runs, to), options, terminal);
  else await send(runs, { ...options, endpoint }, terminal);
  return 0;
}

/** Throws LOG_EMPTY: readers of a picture refuse one without a run. */
function requireRun(rows: readonly ListedRun[], chosen: readonly string[], to: ExportName): void {
  if (rows.length > 0 || OF_ALL_RUNS.has(to)) return;
  throw noRunError(chosen.length === 1 ? chosen[0] : undefined);
}

/** Throws USAGE, before a log is read. */
function checkTarget({ to, endpoint, protocol, timestamps }: ExportOptions): void {
  if (timestamps === true && to !== 'openmetrics') {
    throw new PflowError('USAGE', `--timestamps is for --to openmetrics, not for ${to}`, {
      hint: 'Leave it out: every other format has the times of its runs.',
    });
  }
  if (endpoint !== undefined && to !== 'otlp') {
    throw new PflowError('USAGE', `--endpoint is for --to otlp, not for ${to}`, {
      hint: 'Write a file with -o.',
    });
  }
  if (protocol !== undefined && endpoint === undefined) {
    throw new PflowError('USAGE', '--protocol is for --endpoint; a file is JSON', {
      hint: 'Leave it out, or name a receiver with --endpoint.',
    });
  }
  if (endpoint !== undefined) requireEndpoint(endpoint, '--endpoint');
}

interface RowSource {
  readonly logs: () => readonly string[];
  readonly pricing: Pricing;
  readonly terminal: Terminal;
}

async function runsOf(
  logs: readonly string[],
  pricing: Pricing,
  terminal: Terminal,
): Promise<readonly ListedRun[]> {
  const { runs, notes } = await listRuns(findLogs(logs), pricing);
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  return runs;
}

/** Finds the referenced runs: all runs of a path; without a name all runs of the folder of logs. */
async function chooseRows(
  reference: readonly string[],
  { logs, pricing, terminal }: RowSource,
): Promise<readonly ListedRun[]> {
  if (reference.length === 0) return runsOf(logs(), pricing, terminal);
  const rows: ListedRun[] = [];
  for (const one of reference) {
    if (existsSync(one)) rows.push(...(await runsOf([one], pricing, terminal)));
    else rows.push((await findRun(one, logs, pricing)).run);
  }
  return keepFirst(rows);
}

function textOf(runs: readonly ExportedRun[], to: 'otlp' | 'chrome' | 'speedscope'): string {
  switch (to) {
    case 'otlp':
      // A line for each run, as the file exporter of a collector writes them.
      return runs.map((run) => `${JSON.stringify(otlpTraces([run], otlpOptionsOf(process.env)))}\n`).join('');
    case 'chrome':
      return chromeTrace(runs);
    case 'speedscope':
      return speedscopeFile(runs, VERSION);
  }
}

async function send(
  runs: readonly ExportedRun[],
  { endpoint, protocol }: ExportOptions & { readonly endpoint: string },
  terminal: Terminal,
): Promise<void> {
  const { env } = process;
  const target = { endpoint, env, protocol: protocolOf(protocol, env) };
  const refused = await sendOtlp(runs, target, otlpOptionsOf(env));
  for (const text of refused) terminal.err(formatLabelledLine('warning', text));
  terminal.err(`sent ${formatCount(runs.length, 'run')} to ${new URL(endpoint).origin}\n`);
}

interface Target {
  readonly options: ExportOptions;
  readonly terminal: Terminal;
}

/** Without a folder, only the table of runs is printed. */
async function writeTables(
  runs: readonly ListedRun[],
  pricing: Pricing,
  { options: { output }, terminal }: Target,
): Promise<void> {
  const tables: Record<TableName, TableRow[]> = { runs: [], nodes: [], calls: [] };
  for await (const { rows } of readTables(runs, pricing))
    for (const name of TABLE_NAMES) for (const row of rows[name]) tables[name].push(row);
  if (output === undefined) {
    terminal.out(csvTable('runs', tables.runs));
    return;
  }
  createOutputFolder(output);
  for (const name of TABLE_NAMES) writeOutput(join(output, `${name}.csv`), csvTable(name, tables[name]));
}

async function addToTables(
  runs: readonly ListedRun[],
  pricing: Pricing,
  { options: { output }, terminal }: Target,
): Promise<void> {
  if (output === undefined) {
    throw new PflowError('USAGE', '--to parquet needs a folder', {
      hint: 'Name it with -o, for example -o tables/.',
    });
  }
  const { exportParquet } = await import('./tables/export-parquet.ts');
  const { added, known, running, rounded } = await exportParquet(runs, output, pricing);
  const left = [
    ...(known === 0 ? [] : [`${formatCount(known, 'run')} there before`]),
    ...(running === 0 ? [] : [`${String(running)} still running, not added`]),
  ];
  terminal.err(
    `added ${formatCount(added, 'run')} to ${output}${left.map((text) => `; ${text}`).join('')}\n`,
  );
  if (rounded > 0) {
    const text = `${formatCount(rounded, 'amount')} with more than 18 decimals rounded`;
    terminal.err(formatLabelledLine('warning', text));
  }
}

function print(text: string, { output }: ExportOptions, terminal: Terminal): void {
  if (output === undefined) terminal.out(text);
  else writeOutput(output, text);
}
