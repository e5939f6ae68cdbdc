// One run of a workflow from its first event to its last. It knows no terminal and prints nothing; what it is
// given decides whether there is a log, who answers, and when to stop.
import { PflowError } from '../errors.ts';
import type { SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { chooseOutput } from '../workflow/outputs.ts';
import { listingCalls } from './call-list.ts';
import { chainBuilder } from './chain.ts';
import { Interruption } from './interruption.ts';
import { runError } from './run-error.ts';
import type { Recovered, RunOutcome, RunRequest } from './run-request.ts';
import { untilStopped } from './until-stopped.ts';

/** Never throws for what happens in a node: that is an outcome. */
export async function runWorkflow(request: RunRequest): Promise<RunOutcome> {
  const { workflow, log, inputs } = request;
  const shared: SharedStore = { ...inputs };
  const recovered: Recovered[] = [];
  const watch =
    log === undefined ? undefined : (await import('./watch-run.ts')).watchRun(request, log, shared);
  const flow = compileWorkflow(workflow, {
    registry: request.registry,
    decorate: chainBuilder({
      workflow,
      inputs,
      ...(watch === undefined ? {} : { instrumented: watch.layer }),
    }),
    onRecovered: (node, message) => {
      recovered.push({ node_id: node.id, message });
      watch?.narrator.recovered(node.id, message);
    },
  });
  const context = contextOf(request, watch?.models ?? request.models, shared);
  const ended = await walk(() => untilStopped(flow.run(shared, context), request.signal), request);
  watch?.narrator.workflowCompleted(ended.status);
  const outcome = { ...ended, shared, recovered };
  watch?.narrator.completed(outcome);
  return outcome;
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
    const reason: unknown = signal.aborted ? signal.reason : undefined;
    if (reason instanceof Interruption) return { status: 'interrupted', error: reason };
    if (reason instanceof PflowError) return { status: 'failed', error: reason };
    return { status: 'failed', error: runError(thrown) };
  }
}

function contextOf(request: RunRequest, models: ModelClient, shared: SharedStore): RunContext {
  const { signal, cwd, env, defaultModel, beforeCall } = request;
  const listing = listingCalls(models, shared);
  return {
    signal,
    cwd,
    env,
    models: beforeCall === undefined ? listing : askingFirst(listing, beforeCall),
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}

/** A call that is refused was never made: nobody else hears of it. */
function askingFirst(inner: ModelClient, beforeCall: NonNullable<RunRequest['beforeCall']>): ModelClient {
  return {
    async answer(request, signal, asker) {
      beforeCall(request);
      return inner.answer(request, signal, asker);
    },
  };
}
