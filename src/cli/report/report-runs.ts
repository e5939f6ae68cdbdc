// Writes a page about a run.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadPricing, readPriceSources } from '../../home/prices/pricing.ts';
import { createOutputFolder, writeOutput } from '../../home/write-file.ts';
import { formatCount } from '../../values/format-count.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { findRun } from '../show/find-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { markdownReport, nodeFilesIn, SUMMARY } from './markdown-report.ts';
import { readPageRun, type PageRun } from './page-run.ts';
import { reportFolder } from './report-folder.ts';
import type { ReportOptions } from './report-options.ts';
import { runPage } from './run-page.ts';
import { isFolder } from '../../home/existing-path.ts';

export interface ReportedRun {
  /** A run, a log, a folder, `last`, `last-failed` or `last-success`. */
  readonly reference: string;
  /** Where to look for it. */
  readonly logs: () => readonly string[];
  /** Places that the user named beside it. */
  readonly given?: readonly string[];
}

export async function reportRuns(
  { reference, logs, given = [] }: ReportedRun,
  options: ReportOptions,
  terminal: Terminal,
): Promise<number> {
  if (isFolder(reference)) return reportFolder([reference, ...given], options, terminal);
  const files = options.pricing === undefined ? [] : [options.pricing];
  const pricing = loadPricing({ files });
  const zone = timeZone(options.timeZone);
  const { run, earlier, notes } = await findRun(reference, logs, pricing);
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  const read = await readPageRun(run, { pricing, zone, earlier, notes });
  if (options.markdown === true) writeMarkdown(read, options.output ?? 'run-report', terminal);
  else writePage(runPage(read, readPriceSources(files)), options.output ?? 'run.html', terminal);
  return 0;
}

function writePage(page: string, output: string, terminal: Terminal): void {
  writeOutput(output, page);
  terminal.err(`${output}: ${String(Math.ceil(Buffer.byteLength(page) / 1024))} KB\n`);
}

function writeMarkdown(run: PageRun, folder: string, terminal: Terminal): void {
  const files = markdownReport(run);
  createOutputFolder(folder);
  const names = new Set(files.map(({ name }) => name));
  const old = writtenBefore(folder).filter((name) => !names.has(name));
  for (const name of old) rmSync(join(folder, name), { force: true });
  for (const { name, text } of files) writeOutput(join(folder, name), text);
  const removed = old.length === 0 ? '' : `, ${formatCount(old.length, 'file')} of an earlier report removed`;
  terminal.err(`${folder}: ${formatCount(files.length, 'file')}${removed}\n`);
}

/** Names of the files of nodes that an earlier report wrote into this folder. */
function writtenBefore(folder: string): string[] {
  const summary = join(folder, SUMMARY);
  return existsSync(summary) ? nodeFilesIn(readFileSync(summary, 'utf8')) : [];
}
