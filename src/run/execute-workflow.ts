// The workflow of a run from its first event to its last. The frame around it is told by others.
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { chooseOutput } from '../workflow/outputs.ts';
import { askingFirst } from './call-guard.ts';
import { listingCalls } from './call-history.ts';
import { chainBuilder } from './node-layers.ts';
import { failedEnding } from './failed-ending.ts';
import type { Recovered, RunOutcome, RunRequest } from './run-request.ts';
import { untilStopped } from './abort-grace.ts';
import type { Watch } from './instrument-run.ts';

/** Never throws for what happens in a node: that is an outcome. */
export async function executeWorkflow(request: RunRequest, watch: Watch | undefined): Promise<RunOutcome> {
  const { workflow, inputs } = request;
  const shared: SharedStore = { ...inputs };
  const recovered: Recovered[] = [];
  const layer = watch?.workflow(request, shared);
  const flow = compileWorkflow(workflow, {
    registry: request.registry,
    decorate: chainBuilder({ workflow, inputs, ...(layer === undefined ? {} : { instrumented: layer }) }),
    onRecovered: (node, message) => {
      recovered.push({ node_id: node.id, message });
      watch?.narrator.recovered('workflow', node.id, message);
    },
  });
  const context = contextOf(request, watch?.models ?? request.models, shared);
  const ended = await walk(() => untilStopped(flow.run(shared, context), request.signal), request);
  watch?.narrator.workflowCompleted(ended.status);
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
    return failedEnding(thrown, signal);
  }
}

function contextOf(request: RunRequest, models: ModelClient, shared: SharedStore): RunContext {
  const { signal, cwd, env, defaultModel, beforeCall } = request;
  return {
    signal,
    cwd,
    env,
    models: askingFirst(listingCalls(models, shared), beforeCall),
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}
