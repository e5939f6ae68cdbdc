// Reads a run for its page: its log as it is, the events that count, and the facts that only a reader of files knows.
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import type { LogEvent } from '../../events/event.ts';
import { linesOfRun, readLogContent } from '../../log/read/log-content.ts';
import { readPipedLog } from '../../log/read/read-piped-log.ts';
import type { ReadReport } from '../../log/read/reading-report.ts';
import type { EarlierRuns, PageFacts } from '../../page/page-facts.ts';
import { startRunFold, withStatus, type RunModel } from '../../page/run-model.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import type { LogNote } from '../../replay/log-notes.ts';
import { formatCount } from '../../values/format-count.ts';
import { VERSION } from '../../version.ts';
import { formatClock } from '../terminal/clock-text.ts';
import { nextSteps } from '../show/next-steps.ts';

export interface PageRun {
  readonly facts: PageFacts;
  readonly model: RunModel;
  /** The lines of the run, unchanged. */
  readonly log: Buffer;
  /** The events that count. */
  readonly events: readonly LogEvent[];
  /** They are not simply the lines of the log: some are damaged or unknown. */
  readonly hasOtherLines: boolean;
}

export interface PageSource {
  readonly pricing: Pricing;
  readonly zone: TimeZone;
  readonly notes: readonly LogNote[];
  /** Runs of the same workflow that ended before this one began. */
  readonly earlier: readonly ListedRun[];
}

/** Throws what reading the log throws. */
export async function readPageRun(run: ListedRun, source: PageSource): Promise<PageRun> {
  const content = await readLogContent(run.file);
  const whole = await readEvents(content, run.run);
  const hasOthers = whole.report.runs.some(({ run: id }) => id !== run.run);
  const log = linesOfRun(content, run.run, hasOthers);
  const { report, events } = hasOthers ? await readEvents(log, run.run) : whole;
  const fold = startRunFold(source.pricing);
  for (const event of events) fold.add(event);
  const model = withStatus(fold.model(), run.status);
  const next = await nextSteps(run, model, { isAlone: !hasOthers });
  return {
    facts: { ...pageFacts(run, model, report, source), ...next },
    model,
    log,
    events,
    hasOtherLines: report.findings.length > 0 || report.partial !== undefined,
  };
}

async function readEvents(
  content: Buffer,
  run: string,
): Promise<{ readonly report: ReadReport; readonly events: readonly LogEvent[] }> {
  const events: LogEvent[] = [];
  const report = await readPipedLog(once(content), {
    runs: (id) => id === run,
    skipCorrupt: true,
    onEvent: (event) => events.push(event),
  });
  return { report, events };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(bytes);
}

type LogFacts = Omit<PageFacts, 'advice' | 'next'>;

function pageFacts(run: ListedRun, model: RunModel, report: ReadReport, source: PageSource): LogFacts {
  const { zone, notes, earlier } = source;
  const { status } = run;
  return {
    pflow: VERSION,
    run: run.run,
    file: run.file,
    started: formatClock(run.started_at, zone),
    status,
    log: { ...logState(run, report), notes: notes.map(({ text }) => text) },
    total_usd: model.row?.cost_usd ?? '0',
    earlier: mediansOf(earlier),
  };
}

function logState(run: ListedRun, report: ReadReport): Pick<PageFacts['log'], 'state' | 'text'> {
  const count = formatCount(report.events, 'event');
  if (report.findings.length > 0) {
    return {
      state: 'damaged',
      text: `${count}, ${formatCount(report.findings.length, 'damaged line')} left out`,
    };
  }
  if (report.torn.length > 0) return { state: 'torn', text: `${count}, torn at its end` };
  if (run.ended_at === null) return { state: 'open', text: `${count}, without an end` };
  return { state: 'complete', text: `${count}, complete` };
}

function mediansOf(runs: readonly ListedRun[]): EarlierRuns | null {
  if (runs.length === 0) return null;
  const byCost = runs.toSorted((a, b) => Number(a.cost_usd) - Number(b.cost_usd));
  const byTime = runs.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b);
  const middle = Math.floor((runs.length - 1) / 2);
  return {
    runs: runs.length,
    cost_usd: byCost[middle]?.cost_usd ?? '0',
    exact: runs.every(({ exact }) => exact),
    duration_ms: byTime[middle] ?? 0,
  };
}
