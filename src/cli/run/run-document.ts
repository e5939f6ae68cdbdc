// Makes the JSON document of a run.
import type { RunOutcome } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { subtypeOf, toJsonError } from '../terminal/error-text.ts';
import { chooseExitCode } from './choose-exit-code.ts';
import { resumeCommandOf } from './resume-command.ts';
import type { RunReport } from './run-report.ts';
import type { RunObservation } from './run-observation.ts';

interface ObservedRun {
  readonly observation: RunObservation;
  readonly workflowPath: string | undefined;
  /** Modules with custom node types, as given. */
  readonly modules: readonly string[];
}

/** What comes from a projection is exactly what `pflow replay` prints. */
export function createRunDocument(
  report: RunReport,
  { observation, workflowPath, modules }: ObservedRun,
): object {
  const { log, metrics, steps, warnings, times, workflow } = observation;
  const { result, error, outcome, traceFile, plannerTraceFile } = report;
  const { path, complete, lastSeq } = log.state;
  const { status, ...measured } = metrics.result();
  return {
    format: 1,
    type: 'result',
    subtype: subtypeOf(error),
    result,
    is_error: error !== undefined,
    status,
    exit_code: chooseExitCode(report, observation),
    execution_id: log.run,
    workflow: { ...workflow, ...present({ path: workflowPath, ir: plannedIr(outcome) }) },
    started_at: times.started_at,
    ended_at: times.ended_at,
    duration_api_ms: Math.round(times.duration_api_ms * 100) / 100,
    ...measured,
    steps: steps.result(),
    ...present({ error: error && toJsonError(error) }),
    warnings: warnings.result(),
    ...present({
      log: path === undefined ? undefined : { path, complete, last_seq: lastSeq },
      trace_file: traceFile,
      planner_trace_file: plannerTraceFile,
      resume_command: resumeCommandOf(outcome, log, modules),
    }),
  };
}

/** The workflow file that was planned, or the best attempt at one. */
function plannedIr({ plan }: RunOutcome): Readonly<Record<string, unknown>> | undefined {
  return plan?.status === 'failed' ? plan.best?.ir : plan?.ir;
}
