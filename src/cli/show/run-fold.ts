// Folds one run of a log into what `pflow show` prints: the run that is chosen, or else the one that began last.
import type { Projection } from '../../../projections/contract.ts';
import { startFold, type Fold } from '../../../projections/fold.ts';
import { failure } from '../../../projections/failure/projection.ts';
import type { Failure } from '../../../projections/failure/schema.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { warnings } from '../../../projections/warnings/projection.ts';
import type { Warning } from '../../../projections/warnings/schema.ts';
import type { EventOf, LogEvent } from '../../events/event.ts';
import { MARKED, startMarksFold, type RunMarks } from '../../page/run-marks.ts';
import type { LogReader } from '../../replay/list-runs.ts';

/** What the events of one run fold to. */
export interface FoldedRun {
  /** Undefined in a log that lost its start. */
  readonly started: EventOf<'run.started'>['data'] | undefined;
  readonly timeline: readonly TimelineSpan[];
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
  readonly marks: RunMarks;
  /** Undefined where the content of the log was not read. */
  readonly failure: Failure | null | undefined;
}

export interface RunProjections {
  readonly timeline: Projection<unknown, TimelineSpan[]>;
  readonly steps: Projection<unknown, Step[]>;
  readonly failure: typeof failure | undefined;
}

/** `hasContent`: the content of the log is read, too. Only a run that did not succeed needs it. */
export function runProjections(pricing: Pricing, hasContent: boolean): RunProjections {
  return {
    timeline: createTimeline({ pricing }),
    steps: createSteps({ pricing }),
    failure: hasContent ? failure : undefined,
  };
}

/** What a reader has to read for a `RunFold`. */
export function eventsFor({
  timeline,
  steps,
  failure: content,
}: RunProjections): Pick<LogReader, 'projections' | 'handles'> {
  const inLog = [timeline, steps, warnings];
  return { projections: content === undefined ? inLog : [...inLog, content], handles: MARKED };
}

/** Folds the events of one run, which it does not select. */
export class RunFold {
  private started: FoldedRun['started'];
  private readonly timeline: Fold<unknown, TimelineSpan[]>;
  private readonly steps: Fold<unknown, Step[]>;
  private readonly warned = startFold(warnings);
  private readonly marked = startMarksFold();
  private readonly failed: Fold<unknown, Failure | null> | undefined;

  constructor(projections: RunProjections) {
    this.timeline = startFold(projections.timeline);
    this.steps = startFold(projections.steps);
    this.failed = projections.failure === undefined ? undefined : startFold(projections.failure);
  }

  add(event: LogEvent): void {
    if (event.type === 'run.started') this.started = event.data;
    for (const fold of [this.timeline, this.steps, this.warned, this.marked]) fold.add(event);
    this.failed?.add(event);
  }

  result(): FoldedRun {
    return {
      started: this.started,
      timeline: this.timeline.result(),
      steps: this.steps.result(),
      warnings: this.warned.result(),
      marks: this.marked.marks(),
      failure: this.failed?.result(),
    };
  }
}

/** Needed only of the node that failed. They are a quarter of the lines of a log. */
const TEMPLATES: ReadonlySet<string> = new Set(['template.resolved'] satisfies LogEvent['type'][]);

/** Folds the run of a log that began last, while all of them are read. */
export class LatestRunFold implements LogReader {
  readonly projections: LogReader['projections'];
  readonly handles: LogReader['handles'];
  readonly inside?: NonNullable<LogReader['inside']>;
  private readonly folded: RunProjections;
  private latest: { readonly run: string; readonly at: string; readonly fold: RunFold } | undefined;

  /** `failedNode`: probably, of the outermost workflow. Of other failures the result has no `failure`. */
  constructor(projections: RunProjections, failedNode?: string) {
    this.folded = projections;
    if (failedNode !== undefined) this.inside = { types: TEMPLATES, node: failedNode };
    ({ projections: this.projections, handles: this.handles } = eventsFor(projections));
  }

  add(event: LogEvent): void {
    if (event.type === 'run.started') this.begin(event);
    if (event.run === this.latest?.run) this.latest.fold.add(event);
  }

  /** Undefined for a run that did not begin last, or whose start is lost. */
  resultOf(run: string): FoldedRun | undefined {
    if (this.latest?.run !== run) return undefined;
    const folded = this.latest.fold.result();
    return this.hasTemplatesOf(folded.failure) ? folded : { ...folded, failure: undefined };
  }

  private hasTemplatesOf(found: FoldedRun['failure']): boolean {
    const [outermost] = found?.node?.split('/') ?? [];
    return this.inside === undefined || found === null || outermost === this.inside.node;
  }

  private begin({ run, at }: LogEvent): void {
    const { latest } = this;
    if (latest !== undefined && `${at} ${run}` < `${latest.at} ${latest.run}`) return;
    this.latest = { run, at, fold: new RunFold(this.folded) };
  }
}
