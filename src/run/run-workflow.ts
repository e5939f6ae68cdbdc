// One run of a workflow from its first event to its last. It knows no terminal and prints nothing; what it is
// given decides whether there is a log, who answers, and when to stop.
import { executeWorkflow } from './execute-workflow.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';

/** Never throws for what happens in a node: that is an outcome. */
export async function runWorkflow(request: RunRequest): Promise<RunOutcome> {
  const { log } = request;
  const watch =
    log === undefined ? undefined : (await import('./instrument-run.ts')).instrumentRun(request, log);
  watch?.startRun(request);
  const outcome = await executeWorkflow(request, watch);
  watch?.events.runCompleted(outcome);
  return outcome;
}
