// The one JSON document of a run, on success and on failure. What comes from a projection stands in it exactly
// as `pflow replay` prints it.
import type { PflowError } from '../../errors.ts';
import { jsonError } from '../terminal/error-text.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { Observation } from './run-observation.ts';

export interface DocumentFacts {
  readonly result: unknown;
  readonly error: PflowError | undefined;
  readonly observation: Observation;
  readonly workflow?: Readonly<Record<string, unknown>>;
  readonly traceFile?: string;
  readonly plannerTraceFile?: string;
}

export function jsonDocument({ result, error, observation, ...facts }: DocumentFacts): string {
  const { log, metrics, steps, warnings } = observation;
  const { workflow, traceFile, plannerTraceFile } = facts;
  const { path, complete, lastSeq } = log.state;
  const { status, ...measured } = metrics.result();
  const document = {
    result,
    is_error: error !== undefined,
    status,
    execution_id: log.run,
    ...measured,
    steps: steps.result(),
    ...(error === undefined ? {} : { error: jsonError(error) }),
    warnings: warnings.result(),
    ...(workflow === undefined ? {} : { workflow }),
    ...(path === undefined ? {} : { log: { path, complete, last_seq: lastSeq } }),
    ...(traceFile === undefined ? {} : { trace_file: traceFile }),
    ...(plannerTraceFile === undefined ? {} : { planner_trace_file: plannerTraceFile }),
  };
  return `${jsonText(document, 2)}\n`;
}
