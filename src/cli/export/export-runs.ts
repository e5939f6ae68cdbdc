// Exports runs to the formats of other tools: writes a file, or sends them to a receiver.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
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
import { CollectedLogs } from './collected-logs.ts';
import { createSpanCollector, readExportedRuns, type ExportedRun } from './exported-run.ts';
import { openMetrics, openMetricsHistory } from './open-metrics.ts';
import { otlpOptionsOf, protocolOf, requireEndpoint, type OtlpProtocol } from './otlp-endpoint.ts';
import { otlpLine } from './otlp-text.ts';
import { sendOtlp } from './send-otlp.ts';
import { speedscopeFile } from './speedscope.ts';
import { csvTable, TABLE_NAMES } from './tables/csv-tables.ts';
import { TABLES, type TableName } from './tables/columns.ts';
import type { TableSource } from './tables/export-parquet.ts';
import { collectTables, readTables, type CollectedTables } from './tables/read-tables.ts';
import { RowStore } from './tables/row-store.ts';

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
  const { to } = options;
  checkTarget(options);
  const pricing = loadPricing({ files: options.pricing === undefined ? [] : [options.pricing] });
  const chosen = reference.length === 0 && !OF_ALL_RUNS.has(to) ? ['last'] : reference;
  const source = { logs, pricing, terminal };
  switch (to) {
    case 'openmetrics': {
      const rows = await chooseRows(chosen, source);
      const text = options.timestamps === true ? openMetricsHistory(rows) : openMetrics(rows);
      print([text], options, terminal);
      return 0;
    }
    case 'csv':
    case 'parquet':
      await exportTables(chosen, source, options);
      return 0;
    default:
      await exportSpans(chosen, source, { ...options, to });
      return 0;
  }
}

async function exportTables(
  chosen: readonly string[],
  source: RowSource,
  options: ExportOptions,
): Promise<void> {
  const { pricing, terminal } = source;
  const tables = collectTables(pricing);
  const rows = await chooseRows(chosen, source, tables.logs);
  if (options.to === 'csv') await writeTables(rows, tables, { options, terminal });
  else await addToTables(rows, { tables, prices: pricing.info }, { options, terminal });
}

type SpanFormat = 'otlp' | 'chrome' | 'speedscope';

async function exportSpans(
  chosen: readonly string[],
  source: RowSource,
  options: ExportOptions & { readonly to: SpanFormat },
): Promise<void> {
  const { pricing, terminal } = source;
  const { to, endpoint } = options;
  const logs = new CollectedLogs(() =>
    createSpanCollector({ pricing, withContent: options.content === true }),
  );
  const rows = await chooseRows(chosen, source, logs);
  if (rows.length === 0) throw noRunError(chosen.length === 1 ? chosen[0] : undefined);
  const runs = await readExportedRuns(rows, logs);
  if (endpoint === undefined) print(piecesOf(runs, to), options, terminal);
  else await send(runs, { ...options, endpoint }, terminal);
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

/** Collects logs while their runs are listed. */
type Collecting = Pick<CollectedLogs<unknown>, 'readerOf'>;

async function runsOf(
  logs: readonly string[],
  { pricing, terminal }: RowSource,
  collected?: Collecting,
): Promise<readonly ListedRun[]> {
  const { runs, notes } = await listRuns(findLogs(logs), pricing, undefined, (log) =>
    collected?.readerOf(log),
  );
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  return runs;
}

/** Finds the referenced runs: all runs of a path; without a name all runs of the folder of logs. */
async function chooseRows(
  reference: readonly string[],
  source: RowSource,
  collected?: Collecting,
): Promise<readonly ListedRun[]> {
  const { logs, pricing } = source;
  if (reference.length === 0) return runsOf(logs(), source, collected);
  const rows: ListedRun[] = [];
  for (const one of reference) {
    if (existsSync(one)) rows.push(...(await runsOf([one], source, collected)));
    else rows.push((await findRun(one, logs, pricing)).run);
  }
  return keepFirst(rows);
}

function* piecesOf(runs: readonly ExportedRun[], to: SpanFormat): Generator<string, void, undefined> {
  switch (to) {
    case 'otlp':
      // A line for each run, as the file exporter of a collector writes them.
      for (const run of runs) yield* otlpLine(run, otlpOptionsOf(process.env));
      return;
    case 'chrome':
      yield chromeTrace(runs);
      return;
    case 'speedscope':
      yield speedscopeFile(runs, VERSION);
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
  source: CollectedTables,
  { options: { output }, terminal }: Target,
): Promise<void> {
  const storeOf = (name: TableName): RowStore => new RowStore(TABLES[name], source.pool);
  const tables = { runs: storeOf('runs'), nodes: storeOf('nodes'), calls: storeOf('calls') };
  for await (const { rows } of readTables(runs, source))
    for (const name of TABLE_NAMES) tables[name].append(rows[name]);
  if (output === undefined) {
    terminal.out(csvTable('runs', tables.runs));
    return;
  }
  createOutputFolder(output);
  for (const name of TABLE_NAMES) writeOutput(join(output, `${name}.csv`), csvTable(name, tables[name]));
}

async function addToTables(
  runs: readonly ListedRun[],
  source: TableSource,
  { options: { output }, terminal }: Target,
): Promise<void> {
  if (output === undefined) {
    throw new PflowError('USAGE', '--to parquet needs a folder', {
      hint: 'Name it with -o, for example -o tables/.',
    });
  }
  const { exportParquet } = await import('./tables/export-parquet.ts');
  const { added, known, running, rounded } = await exportParquet(runs, output, source);
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

function print(pieces: Iterable<string>, { output }: ExportOptions, terminal: Terminal): void {
  if (output !== undefined) writeOutput(output, pieces);
  else for (const piece of pieces) terminal.out(piece);
}
