// Runs a workflow from its first event to its last. Knows no terminal and prints nothing: the request decides
// whether there is a log, which client answers, and when the run stops.
import { withAbortGrace } from '../flow/abort-grace.ts';
import type { SharedStore } from '../flow/context.ts';
import type { FlowOutcome } from '../flow/flow.ts';
import type { ModelClient } from '../models/model.ts';
import type { NestedRunner, RunContext } from '../nodes/run-context.ts';
import { present } from '../values/present.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { chooseOutput } from '../workflow/choose-output.ts';
import { findUnreached, type Unreached } from '../workflow/unreached.ts';
import { guardedClient } from './call-guard.ts';
import { clientWithHistory } from './call-history.ts';
import { clientWithWarnings } from './call-warnings.ts';
import { failureOf } from './failure.ts';
import type { RunInstruments } from './instrument-run.ts';
import { createNodeDecorator } from './node-layers.ts';
import type { NestedSource } from './nested/child-workflow.ts';
import type { NestedFrame } from './nested/nested-runs.ts';
import { openTools } from './require-tools.ts';
import type { RecoveredNode, RunOutcome, RunRequest, RunWarning } from './run-request.ts';

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
  const { workflow, inputs, registry, signal, nested, resumed } = request;
  const shared: SharedStore = { ...inputs.values };
  const recovered: RecoveredNode[] = [];
  const warnings: RunWarning[] = [];
  const warn = (warning: RunWarning): void => {
    warnings.push(warning);
    instruments?.events.warned(warning);
  };
  const returned = new ReturnedActions();
  const instrumented = instruments?.startWorkflow(request, shared);
  const flow = compileWorkflow(workflow, {
    registry,
    decorate: createNodeDecorator(
      present({
        workflow,
        inputs: inputs.values,
        instrumented,
        registry,
        children: nested?.children,
        writers: resumed?.writers,
        approvals: request.approvals,
      }),
    ),
    onRecovered: (node, message) => {
      recovered.push({ node_id: node.id, message });
      instruments?.events.nodeRecovered('workflow', node.id, message);
    },
    onEntered: ({ id }) => {
      returned.addNode(id);
    },
    onLeft: ({ id }, action) => {
      returned.addAction(id, action);
    },
  });
  const models = clientWithWarnings(instruments?.models ?? request.models, warn);
  const frame = createFrame(request, { instruments, warn, recovered });
  const runner = nested === undefined ? undefined : await createRunner(frame, nested);
  const tools = await openTools(request);
  const context = { ...contextOf(request, models, shared), warn, ...present({ tools, nested: runner }) };
  const end = await endOf(() => withAbortGrace(flow.run(shared, context), signal), request);
  await tools?.close();
  if (end.status !== 'paused') instruments?.events.workflowCompleted(end.status);
  await raiseFinalWarnings(request, warn);
  const unreached = findUnreached(workflow, returned.byNode, registry);
  if (end.status === 'success') warnOfUnreached(unreached, end.lastNode ?? '', warn);
  const notReached = [...unreached.nodes, ...frame.notReached];
  const facts = { shared, recovered, warnings, notReached, nestedSecrets: frame.withSecrets };
  return { ...end, ...facts, executed: { workflow, inputs } };
}

/** Keeps which nodes ran, and which actions each of them returned. */
class ReturnedActions {
  readonly byNode = new Map<string, Set<string>>();

  addNode(id: string): void {
    if (!this.byNode.has(id)) this.byNode.set(id, new Set());
  }

  addAction(id: string, action: string): void {
    this.byNode.get(id)?.add(action);
  }
}

function createFrame(
  { limitNested, approvals, resumed }: RunRequest,
  parts: Pick<NestedFrame, 'instruments' | 'warn' | 'recovered'>,
): NestedFrame {
  const visits = resumed?.visits ?? new Map<string, number>();
  return { ...parts, limitNested, approvals, notReached: new Set(), withSecrets: [], visits };
}

async function createRunner(frame: NestedFrame, source: NestedSource): Promise<NestedRunner> {
  const { NestedRuns } = await import('./nested/nested-runs.ts');
  return new NestedRuns(frame, source);
}

async function raiseFinalWarnings(
  { finalWarnings }: RunRequest,
  warn: (warning: RunWarning) => void,
): Promise<void> {
  for (const warning of (await finalWarnings?.()) ?? []) warn(warning);
}

function warnOfUnreached(
  { unexplained }: Unreached,
  lastNode: string,
  warn: (warning: RunWarning) => void,
): void {
  if (unexplained.length === 0) return;
  const ids = unexplained.map((id) => `"${id}"`).join(', ');
  const what = unexplained.length === 1 ? `node ${ids}` : `nodes ${ids}`;
  warn({ code: 'NODES_NOT_REACHED', message: `${what} did not run: the run ended at "${lastNode}"` });
}

async function endOf(
  walk: () => Promise<FlowOutcome>,
  { workflow, inputs, registry, signal }: RunRequest,
): Promise<Pick<RunOutcome, 'status' | 'error' | 'output' | 'lastNode'>> {
  try {
    const { lastNode, shared: store } = await walk();
    const type = workflow.nodes.find(({ id }) => id === lastNode)?.type ?? '';
    const { mainOutput } = registry.get(type) ?? {};
    const output = chooseOutput({ workflow, inputs: inputs.values, store, lastNode, mainOutput });
    return { status: 'success', lastNode, output };
  } catch (thrown) {
    return failureOf(thrown, signal);
  }
}

function contextOf(request: RunRequest, models: ModelClient, shared: SharedStore): RunContext {
  const { signal, endsAt, cwd, env, defaultModel, beforeCall, send, onModelText, onCommandOutput } = request;
  const client = guardedClient(clientWithHistory(models, shared), beforeCall);
  const rest = present({ defaultModel, endsAt, send, onModelText, onCommandOutput });
  return { signal, runSignal: signal, cwd, env, models: client, ...rest };
}
