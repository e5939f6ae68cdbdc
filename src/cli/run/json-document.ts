// The one JSON document of a run, on success and on failure. What comes from a projection stands in it exactly
// as `pflow replay` prints it.
import type { PflowError } from '../../errors.ts';
import { jsonError } from '../error-text.ts';
import { jsonText } from './json-text.ts';
import type { Observation } from './observe-run.ts';

export interface DocumentFacts {
  readonly result: unknown;
  readonly error: PflowError | undefined;
  readonly observation: Observation;
  readonly traceFile?: string;
}

export function jsonDocument({ result, error, observation, traceFile }: DocumentFacts): string {
  const { log, metrics, steps, warnings } = observation;
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
    ...(path === undefined ? {} : { log: { path, complete, last_seq: lastSeq } }),
    ...(traceFile === undefined ? {} : { trace_file: traceFile }),
  };
  return `${jsonText(document, 2)}\n`;
}
