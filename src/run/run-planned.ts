// Plans a sentence and executes the plan, in one log and with one outcome.
import { withAbortGrace } from '../flow/abort-grace.ts';
import { providerKeyVariables } from '../models/credentials.ts';
import { planWorkflow } from '../planner/plan-workflow.ts';
import type { ReadyPlan } from '../planner/plan.ts';
import type { RunOutput } from '../workflow/choose-output.ts';
import { present } from '../values/present.ts';
import { guardedClient } from './call-guard.ts';
import { clientWithWarnings } from './call-warnings.ts';
import { failureOf } from './failure.ts';
import type { RunInstruments } from './instrument-run.ts';
import type { PlannedRequest, RecoveredNode, RunOutcome, RunRequest, RunWarning } from './run-request.ts';
import { executeWorkflow } from './run-workflow.ts';

/** Plans a workflow and runs it. Never throws for a failed node or a refused plan: the outcome holds the error. */
export async function runPlanned(request: PlannedRequest): Promise<RunOutcome> {
  const { log, approve } = request;
  const instruments =
    log === undefined ? undefined : (await import('./instrument-run.ts')).instrumentRun(request, log);
  const planned = await planSentence(request, instruments);
  const { plan, recovered, warnings = [] } = planned;
  const outcome =
    approve === undefined || plan === undefined || plan.status === 'failed'
      ? planned
      : await executePlan(plan, { ...request, approve }, { instruments, recovered, warnings });
  instruments?.events.runCompleted(outcome);
  return outcome;
}

/** Returns the outcome of planning alone: its output is the planned workflow. */
async function planSentence(
  request: PlannedRequest,
  instruments: RunInstruments | undefined,
): Promise<RunOutcome> {
  const { task, signal, endsAt, cwd, env, beforeCall } = request;
  const layer = instruments?.startPlanning(request);
  const recovered: RecoveredNode[] = [];
  const warnings: RunWarning[] = [];
  const models = guardedClient(
    clientWithWarnings(instruments?.models ?? request.models, (warning) => {
      warnings.push(warning);
      instruments?.events.warned(warning, 'planner');
    }),
    beforeCall,
  );
  const facts = { shared: {}, recovered, warnings };
  try {
    const planning = planWorkflow(
      task,
      { signal, cwd, env, models, ...present({ endsAt }) },
      {
        decorate: (node) => {
          if (layer !== undefined) node.wrap(layer);
        },
        onRecovered: (node, message) => {
          recovered.push({ node_id: node.id, message });
          instruments?.events.nodeRecovered('planner', node.id, message);
        },
      },
    );
    const plan = await withAbortGrace(planning, signal);
    const error = plan.status === 'failed' ? plan.error : undefined;
    instruments?.events.plannerCompleted(plan.status, error);
    if (plan.status === 'failed') return { ...facts, status: 'failed', error: plan.error, plan };
    return { ...facts, status: 'success', output: outputOf(plan), plan };
  } catch (thrown) {
    const failure = failureOf(thrown, signal);
    instruments?.events.plannerCompleted('failed', failure.error);
    return { ...facts, ...failure };
  }
}

function outputOf({ ir }: ReadyPlan): RunOutput {
  return { result: ir, value: ir, produced: { workflow: ir }, warnings: [] };
}

/** A model wrote the commands. They need no key of a provider. */
function withoutKeys({
  env,
  hiddenVariables = providerKeyVariables(),
}: Pick<PlannedRequest, 'env' | 'hiddenVariables'>): RunRequest['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hiddenVariables.has(name)));
}

interface PlanningEnd {
  readonly instruments: RunInstruments | undefined;
  readonly recovered: readonly RecoveredNode[];
  readonly warnings: readonly RunWarning[];
}

async function executePlan(
  plan: ReadyPlan,
  {
    task: _task,
    approve,
    readNested,
    ...request
  }: PlannedRequest & Required<Pick<PlannedRequest, 'approve'>>,
  { instruments, recovered, warnings }: PlanningEnd,
): Promise<RunOutcome> {
  try {
    await approve(plan);
  } catch (thrown) {
    return { ...failureOf(thrown, request.signal), shared: {}, recovered, warnings, plan };
  }
  const { ir, name, workflow, inputs, status } = plan;
  const env = status === 'generated' ? withoutKeys(request) : request.env;
  // A person wrote the configuration of the servers, and with it which of them gets a key.
  const serverEnv = request.env;
  const nested = await readNested?.(ir, status === 'reused' ? name : undefined);
  const planned = { workflow, ir, name, inputs, ...present({ nested }) };
  const workflowRequest: RunRequest = { ...request, env, serverEnv, source: 'planner', ...planned };
  const outcome = await executeWorkflow(workflowRequest, instruments);
  return {
    ...outcome,
    recovered: [...recovered, ...outcome.recovered],
    warnings: [...warnings, ...(outcome.warnings ?? [])],
    plan,
  };
}
