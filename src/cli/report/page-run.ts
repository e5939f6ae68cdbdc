// Reads a run for its page: its log as it is, the events that count, and the facts that only a reader of files knows.
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import type { LogEvent } from '../../events/event.ts';
import { linesOfRun, readLogContent } from '../../log/read/log-content.ts';
import { readPipedLog } from '../../log/read/read-piped-log.ts';
import type { ReadReport } from '../../log/read/reading-report.ts';
import type { EarlierRuns, NextCommand, PageFacts } from '../../page/page-facts.ts';
import { startRunFold, type RunModel } from '../../page/run-model.ts';
import { spanTree } from '../../page/span-tree.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import type { LogNote } from '../../replay/log-notes.ts';
import { formatCount } from '../../values/format-count.ts';
import { formatDollars } from '../../values/format-quantities.ts';
import { VERSION } from '../../version.ts';
import { nextCommands, shellWord } from '../show/next-commands.ts';
import { formatClock } from '../terminal/clock-text.ts';
import { adviceFor } from './advice.ts';

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
  readonly isLive?: boolean;
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
  const model = fold.model();
  return {
    facts: pageFacts(run, model, report, source),
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

function pageFacts(run: ListedRun, model: RunModel, report: ReadReport, source: PageSource): PageFacts {
  const { zone, notes, earlier, isLive = false } = source;
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
    advice: status === 'success' ? null : adviceFor(status, model.failure?.error?.code),
    next:
      status === 'success' || status === 'running'
        ? []
        : [...resumeCommand(run, model), ...nextCommands({ run, ...model })],
    isLive,
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

/** Resuming needs the content of a log of level trace. */
function resumeCommand(run: ListedRun, { started, steps, timeline }: RunModel): NextCommand[] {
  if (started?.level !== 'trace' || started.workflow_path === undefined) return [];
  const done = spanTree(timeline, steps).filter(({ span }) => span?.status === 'completed');
  const saved = sumAmounts(done.map(({ cost_usd }) => cost_usd ?? '0'));
  const kept = `goes on here; ${formatCount(done.length, 'completed node')} not run again`;
  const money = saved === '0' ? '' : `, which saves ${formatDollars(saved)}`;
  return [{ command: `pflow resume ${shellWord(run.file)}`, does: kept + money }];
}

function mediansOf(runs: readonly ListedRun[]): EarlierRuns | null {
  if (runs.length === 0) return null;
  const byCost = runs.map(({ cost_usd }) => cost_usd).sort((a, b) => Number(a) - Number(b));
  const byTime = runs.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b);
  const middle = Math.floor((runs.length - 1) / 2);
  return { runs: runs.length, cost_usd: byCost[middle] ?? '0', duration_ms: byTime[middle] ?? 0 };
}
