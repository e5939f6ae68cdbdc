// Writes a page about a run.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { loadPricing, readRawPrices } from '../../home/prices/pricing.ts';
import { writeOutput } from '../../home/write-file.ts';
import { formatCount } from '../../values/format-count.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { findRun } from '../show/find-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { markdownReport } from './markdown-report.ts';
import { readPageRun, type PageRun } from './page-run.ts';
import { runPage } from './run-page.ts';

export interface ReportOptions {
  readonly output?: string;
  readonly markdown?: boolean;
  readonly timeZone: string;
  readonly pricing?: string;
  readonly verbose?: boolean;
}

export interface ReportedRun {
  /** A run, a log, `last`, `last-failed` or `last-success`. */
  readonly meant: string;
  /** Where to look for it. */
  readonly logs: () => readonly string[];
}

export async function reportRuns(
  { meant, logs }: ReportedRun,
  options: ReportOptions,
  terminal: Terminal,
): Promise<number> {
  const files = options.pricing === undefined ? [] : [options.pricing];
  const pricing = loadPricing({ files });
  const zone = timeZone(options.timeZone);
  const { run, earlier, notes } = await findRun(meant, logs, pricing);
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  const read = await readPageRun(run, { pricing, zone, earlier, notes });
  if (options.markdown === true) writeMarkdown(read, pricing, options.output ?? 'run-report', terminal);
  else writePage(runPage(read, readRawPrices(files)), options.output ?? 'run.html', terminal);
  return 0;
}

function writePage(page: string, output: string, terminal: Terminal): void {
  writeOutput(output, page);
  terminal.err(`${output}: ${String(Math.ceil(Buffer.byteLength(page) / 1024))} KB\n`);
}

function writeMarkdown(run: PageRun, pricing: Pricing, folder: string, terminal: Terminal): void {
  const files = markdownReport(run, pricing);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeOutput(join(folder, name), text);
  terminal.err(`${folder}: ${formatCount(files.length, 'file')}\n`);
}
