// Writes a page about a run.
import { statSync } from 'node:fs';
import { loadPricing, readRawPrices } from '../../home/prices/pricing.ts';
import { writeOutput } from '../../home/write-file.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { findRun } from '../show/find-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readPageRun } from './page-run.ts';
import { runPage } from './run-page.ts';

export interface ReportOptions {
  readonly output: string;
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
  const page = runPage(read, readRawPrices(files));
  writeOutput(options.output, page);
  terminal.err(`${options.output}: ${String(Math.ceil(statSync(options.output).size / 1024))} KB\n`);
  return 0;
}
