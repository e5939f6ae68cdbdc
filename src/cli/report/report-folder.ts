// Writes pages about the runs in a folder: one over all of them, and one for each of the latest.
import { join } from 'node:path';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import { PflowError } from '../../errors.ts';
import { loadPricing, readPriceSources } from '../../home/prices/pricing.ts';
import { createOutputFolder, writeOutput } from '../../home/write-file.ts';
import { RunsTally } from '../../page/runs-overview.ts';
import { findLogs } from '../../replay/find-logs.ts';
import { openKeptRuns } from '../../replay/kept-runs.ts';
import { listRuns, type ListedRun, type ListedRuns } from '../../replay/list-runs.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { formatCount } from '../../values/format-count.ts';
import { earlierRuns, notesAboutLog } from '../show/find-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readPageRun } from './page-run.ts';
import type { ReportOptions } from './report-options.ts';
import { runPage } from './run-page.ts';
import { runsPage } from './runs-page.ts';

/** Pages of runs that are written by default: the latest. */
const PAGES = 100;

/** Returns 1 if a log is damaged. */
export async function reportFolder(
  places: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.markdown === true) {
    throw new PflowError('USAGE', '--markdown is about one run, and this is a folder', {
      hint: 'Name a run of it: pflow report last FOLDER --markdown.',
    });
  }
  const files = options.pricing === undefined ? [] : [options.pricing];
  const pricing = loadPricing({ files });
  const zone = timeZone(options.timeZone);
  const found = findLogs(places);
  const listed = await listRuns(found, pricing, openKeptRuns(found, pricing, process.env));
  for (const { label, text } of listed.notes) terminal.err(formatLabelledLine(label, text));
  if (listed.runs.length === 0) {
    throw new PflowError('LOG_EMPTY', `there is no run in ${places.join(', ')}`, {
      hint: 'Name a folder with logs.',
    });
  }
  const output = options.output ?? 'runs-report';
  const tally = new RunsTally();
  const target = { output, pricing, zone, prices: readPriceSources(files), limit: options.limit ?? PAGES };
  const hrefs = await writeRunPages(listed, tally, target);
  const page = runsPage({ places, ...listed, tally, zone, hrefs });
  writeOutput(join(output, 'index.html'), page);
  const count = formatCount(hrefs.size, 'page of a run', 'pages of runs');
  terminal.err(`${join(output, 'index.html')}: ${formatCount(listed.runs.length, 'run')}, ${count}\n`);
  return listed.notes.some(({ label }) => label === 'damaged') ? 1 : 0;
}

interface PagesTarget {
  readonly output: string;
  readonly pricing: Pricing;
  readonly zone: TimeZone;
  readonly prices: ReturnType<typeof readPriceSources>;
  readonly limit: number;
}

/** Returns the addresses of the pages, by run. */
async function writeRunPages(
  { runs, notes }: ListedRuns,
  tally: RunsTally,
  { output, pricing, zone, prices, limit }: PagesTarget,
): Promise<ReadonlyMap<ListedRun, string>> {
  createOutputFolder(join(output, 'runs'));
  const hrefs = new Map<ListedRun, string>();
  for (const [index, run] of runs.slice(0, limit).entries()) {
    const source = { pricing, zone, notes: notesAboutLog(notes, run), earlier: earlierRuns(run, runs) };
    const read = await readPageRun(run, source);
    tally.add(read.model);
    const href = `runs/${fileNameOf(run.run, index)}`;
    writeOutput(join(output, href), runPage(read, prices));
    hrefs.set(run, href);
  }
  return hrefs;
}

/** A log may have any text as the id of its run. */
function fileNameOf(run: string, index: number): string {
  return /^[\w-]{1,100}$/u.test(run) ? `${run}.html` : `run-${String(index + 1)}.html`;
}
