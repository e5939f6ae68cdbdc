// The workflow of a run from its first event to its last. The frame around it is told by others.
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { chooseOutput } from '../workflow/outputs.ts';
import { guardedClient } from './call-guard.ts';
import { clientWithHistory } from './call-history.ts';
import { createNodeDecorator } from './node-layers.ts';
import { failureOutcome } from './failed-ending.ts';
import type { RecoveredNode, RunOutcome, RunRequest } from './run-request.ts';
import { withAbortGrace } from './abort-grace.ts';
import type { RunInstruments } from './instrument-run.ts';

/** Never throws for what happens in a node: that is an outcome. */
export async function executeWorkflow(
  request: RunRequest,
  watch: RunInstruments | undefined,
): Promise<RunOutcome> {
  const { workflow, inputs } = request;
  const shared: SharedStore = { ...inputs };
  const recovered: RecoveredNode[] = [];
  const layer = watch?.startWorkflow(request, shared);
  const flow = compileWorkflow(workflow, {
    registry: request.registry,
    decorate: createNodeDecorator({
      workflow,
      inputs,
      ...(layer === undefined ? {} : { instrumented: layer }),
    }),
    onRecovered: (node, message) => {
      recovered.push({ node_id: node.id, message });
      watch?.events.nodeRecovered('workflow', node.id, message);
    },
  });
  const context = contextOf(request, watch?.models ?? request.models, shared);
  const ended = await walk(() => withAbortGrace(flow.run(shared, context), request.signal), request);
  watch?.events.workflowCompleted(ended.status);
  return { ...ended, shared, recovered };
}

type Ending = Pick<RunOutcome, 'status' | 'error' | 'output' | 'lastNode'>;

async function walk(
  run: () => Promise<{ readonly lastNode: string; readonly shared: SharedStore }>,
  { workflow, inputs, signal }: RunRequest,
): Promise<Ending> {
  try {
    const { lastNode, shared } = await run();
    return {
      status: 'success',
      lastNode,
      output: chooseOutput({ workflow, inputs, store: shared, lastNode }),
    };
  } catch (thrown) {
    return failureOutcome(thrown, signal);
  }
}

function contextOf(request: RunRequest, models: ModelClient, shared: SharedStore): RunContext {
  const { signal, cwd, env, defaultModel, beforeCall } = request;
  return {
    signal,
    cwd,
    env,
    models: guardedClient(clientWithHistory(models, shared), beforeCall),
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}
