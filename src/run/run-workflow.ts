// Runs a workflow from its first event to its last. Knows no terminal and prints nothing: the request decides
// whether there is a log, which client answers, and when the run stops.
import { withAbortGrace } from '../flow/abort-grace.ts';
import type { SharedStore } from '../flow/context.ts';
import type { FlowOutcome } from '../flow/flow.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { present } from '../values/present.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { chooseOutput } from '../workflow/outputs.ts';
import { guardedClient } from './call-guard.ts';
import { clientWithHistory } from './call-history.ts';
import { failureOf } from './failure.ts';
import type { RunInstruments } from './instrument-run.ts';
import { createNodeDecorator } from './node-layers.ts';
import type { RecoveredNode, RunOutcome, RunRequest } from './run-request.ts';

/** Runs a workflow. Never throws for a failed node: the outcome holds the error. */
export async function runWorkflow(request: RunRequest): Promise<RunOutcome> {
  const { log } = request;
  const instruments =
    log === undefined ? undefined : (await import('./instrument-run.ts')).instrumentRun(request, log);
  instruments?.startRun(request);
  const outcome = await executeWorkflow(request, instruments);
  instruments?.events.runCompleted(outcome);
  return outcome;
}

/** Runs the nodes and emits the events of the workflow. The caller emits those of the run. */
export async function executeWorkflow(
  request: RunRequest,
  instruments: RunInstruments | undefined,
): Promise<RunOutcome> {
  const { workflow, inputs, registry, signal } = request;
  const shared: SharedStore = { ...inputs.values };
  const recovered: RecoveredNode[] = [];
  const instrumented = instruments?.startWorkflow(request, shared);
  const flow = compileWorkflow(workflow, {
    registry,
    decorate: createNodeDecorator(present({ workflow, inputs: inputs.values, instrumented, registry })),
    onRecovered: (node, message) => {
      recovered.push({ node_id: node.id, message });
      instruments?.events.nodeRecovered('workflow', node.id, message);
    },
  });
  const context = contextOf(request, instruments?.models ?? request.models, shared);
  const end = await endOf(() => withAbortGrace(flow.run(shared, context), signal), request);
  instruments?.events.workflowCompleted(end.status);
  return { ...end, shared, recovered, executed: { workflow, inputs } };
}

async function endOf(
  walk: () => Promise<FlowOutcome>,
  { workflow, inputs, signal }: RunRequest,
): Promise<Pick<RunOutcome, 'status' | 'error' | 'output' | 'lastNode'>> {
  try {
    const { lastNode, shared: store } = await walk();
    const output = chooseOutput({ workflow, inputs: inputs.values, store, lastNode });
    return { status: 'success', lastNode, output };
  } catch (thrown) {
    return failureOf(thrown, signal);
  }
}

function contextOf(request: RunRequest, models: ModelClient, shared: SharedStore): RunContext {
  const { signal, endsAt, cwd, env, defaultModel, beforeCall } = request;
  const client = guardedClient(clientWithHistory(models, shared), beforeCall);
  return { signal, cwd, env, models: client, ...present({ defaultModel, endsAt }) };
}
