// Folds the events of a run for the JSON document, the warnings and the traces. Loaded only where there is a log.
import type { CostGaps } from '../../../projections/cost/cost-gaps.ts';
import { startFold, type Fold } from '../../../projections/fold.ts';
import { createMetrics } from '../../../projections/metrics/projection.ts';
import type { Metrics } from '../../../projections/metrics/schema.ts';
import { createPlannerTrace } from '../../../projections/planner-trace/projection.ts';
import type { PlannerTrace } from '../../../projections/planner-trace/schema.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import { createTrace } from '../../../projections/trace/projection.ts';
import type { Trace } from '../../../projections/trace/schema.ts';
import { warnings as warningsProjection } from '../../../projections/warnings/projection.ts';
import type { Warning } from '../../../projections/warnings/schema.ts';
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import { homeFolder } from '../../home/paths.ts';
import type { RunLog } from '../../run/run-log.ts';
import { present } from '../../values/present.ts';

export interface ObservationOptions {
  readonly trace?: boolean;
  readonly tracePlanner?: boolean;
}

/** The result of each fold is taken once, at the end. */
export interface RunObservation extends RunLog {
  readonly metrics: Fold<unknown, Metrics>;
  /** What keeps the cost from being exact. */
  readonly gaps: () => CostGaps | undefined;
  readonly steps: Fold<unknown, Step[]>;
  readonly warnings: Fold<unknown, Warning[]>;
  readonly times: ObservedTimes;
  readonly workflow: ObservedWorkflow;
  readonly trace?: Fold<unknown, Trace>;
  readonly plannerTrace?: Fold<unknown, PlannerTrace>;
}

/** When the run began and ended, and how long its model calls took, in milliseconds. */
export interface ObservedTimes {
  started_at: string | null;
  ended_at: string | null;
  duration_api_ms: number;
}

/** The workflow that ran; null before it started. */
export interface ObservedWorkflow {
  name: string | null;
  /** SHA-256 of the canonical workflow. */
  hash: string | null;
}

function addWorkflow(workflow: ObservedWorkflow, event: LogEvent): void {
  if (event.type === 'run.started' && event.data.workflow !== null)
    Object.assign(workflow, { name: event.data.workflow.name, hash: event.data.workflow.hash });
  if (event.type === 'workflow.started' && event.node === undefined)
    Object.assign(workflow, { name: event.data.name, hash: event.data.hash });
}

function addTimes(times: ObservedTimes, event: LogEvent): void {
  times.started_at ??= event.at;
  if (event.type === 'run.completed') times.ended_at = event.at;
  if (event.type === 'llm.completed' || event.type === 'llm.failed')
    times.duration_api_ms += event.data.duration_ms;
}

export function observeRun({ log, pricing }: RunLog, options: ObservationOptions): RunObservation {
  const measured = createMetrics({ pricing });
  const metrics = startFold(measured);
  const gaps = (): CostGaps | undefined => measured.gaps?.(metrics.state());
  const steps = startFold(createSteps({ pricing }));
  const warnings = startFold(warningsProjection);
  const trace = options.trace === true ? startFold(createTrace({ pricing })) : undefined;
  const plannerTrace = options.tracePlanner === true ? startFold(createPlannerTrace({ pricing })) : undefined;
  const times: ObservedTimes = { started_at: null, ended_at: null, duration_api_ms: 0 };
  const workflow: ObservedWorkflow = { name: null, hash: null };
  log.follow((event) => {
    addTimes(times, event);
    addWorkflow(workflow, event);
    metrics.add(event);
    steps.add(event);
    warnings.add(event);
    trace?.add(event);
    plannerTrace?.add(event);
  });
  const folds = { metrics, gaps, steps, warnings, ...present({ trace, plannerTrace }) };
  return { log, pricing, times, workflow, ...folds };
}

export interface SavedTraces {
  readonly traceFile?: string;
  readonly plannerTraceFile?: string;
  /** Why a trace could not be saved. */
  readonly problems: readonly PflowError[];
}

export interface TraceTarget {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Names the home folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Saves what was traced, whatever the status of the run. */
export async function saveTraces(
  { trace, plannerTrace }: RunObservation,
  { startedAt, env }: TraceTarget,
): Promise<SavedTraces> {
  if (trace === undefined && plannerTrace === undefined) return { problems: [] };
  const { writeTraceFile: saveTrace } = await import('../../home/trace-file.ts');
  const home = homeFolder(env);
  const problems: PflowError[] = [];
  const save = (stem: string, document: () => unknown): string | undefined => {
    try {
      return saveTrace(home, stem, startedAt, document());
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const traceFile = trace && save('pflow-trace-workflow', () => trace.result());
  const plannerTraceFile = plannerTrace && save('pflow-trace', () => plannerTrace.result());
  return { problems, ...present({ traceFile, plannerTraceFile }) };
}
