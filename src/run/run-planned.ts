// One run that begins with a sentence: the planner and the workflow that comes of it, in one log and with one end.
import type { ModelClient } from '../models/model.ts';
import { planWorkflow } from '../planner/plan-workflow.ts';
import type { Plan, ReadyPlan } from '../planner/plan.ts';
import { guardedClient } from './call-guard.ts';
import { executeWorkflow } from './execute-workflow.ts';
import { failureOutcome, type FailureOutcome } from './failed-ending.ts';
import type { PlannedOutcome, PlannedRequest, RecoveredNode, RunRequest } from './run-request.ts';
import { withAbortGrace } from './abort-grace.ts';
import type { RunInstruments } from './instrument-run.ts';

/** Never throws for what happens in a node or because of a refusal: that is an outcome. */
export async function runPlanned(request: PlannedRequest): Promise<PlannedOutcome> {
  const { log } = request;
  const watch =
    log === undefined ? undefined : (await import('./instrument-run.ts')).instrumentRun(request, log);
  const recovered: RecoveredNode[] = [];
  const plan = await planned(request, watch, recovered);
  const outcome = 'error' in plan ? notRun(plan, recovered) : await carryOut(plan, request, watch, recovered);
  watch?.events.runCompleted(outcome);
  return outcome;
}

type Broken = FailureOutcome & { readonly plan?: Plan };

async function planned(
  request: PlannedRequest,
  watch: RunInstruments | undefined,
  recovered: RecoveredNode[],
): Promise<ReadyPlan | Broken> {
  const { task, signal } = request;
  const layer = watch?.startPlanning(request);
  const context = {
    ...placeOf(request),
    models: guardedClient(clientOf(request, watch), request.beforeCall),
  };
  try {
    const planning = planWorkflow(task, context, {
      decorate: (node) => {
        if (layer !== undefined) node.wrap(layer);
      },
      onRecovered: (node, message) => {
        recovered.push({ node_id: node.id, message });
        watch?.events.nodeRecovered('planner', node.id, message);
      },
    });
    const plan = await withAbortGrace(planning, signal);
    if (plan.status !== 'failed') {
      watch?.events.plannerCompleted(plan.status);
      return plan;
    }
    watch?.events.plannerCompleted('failed', plan.error);
    return { status: 'failed', error: plan.error, plan };
  } catch (thrown) {
    const ending = failureOutcome(thrown, signal);
    watch?.events.plannerCompleted('failed', ending.error);
    return ending;
  }
}

async function carryOut(
  plan: ReadyPlan,
  request: PlannedRequest,
  watch: RunInstruments | undefined,
  recovered: readonly RecoveredNode[],
): Promise<PlannedOutcome> {
  const { task: _task, approve: admit, ...rest } = request;
  if (admit === undefined) return { ...planAsOutput(plan), plan, shared: {}, recovered, hasRun: false };
  try {
    await admit(plan);
  } catch (thrown) {
    return notRun({ ...failureOutcome(thrown, request.signal), plan }, recovered);
  }
  const { ir, name, workflow, inputs } = plan;
  const workflowRun: RunRequest = {
    ...rest,
    ...{ workflow, ir, name, source: 'planner', inputs: inputs.values, secretInputs: inputs.secrets },
  };
  const outcome = await executeWorkflow(workflowRun, watch);
  return { ...outcome, recovered: [...recovered, ...outcome.recovered], plan, hasRun: true };
}

/** Of a plan that is not to be run the workflow itself is the output. */
function planAsOutput({ ir }: ReadyPlan): Pick<PlannedOutcome, 'status' | 'output'> {
  return {
    status: 'success',
    output: { result: ir, value: ir, produced: { workflow: ir }, warnings: [] },
  };
}

function notRun(broken: Broken, recovered: readonly RecoveredNode[]): PlannedOutcome {
  return { ...broken, shared: {}, recovered, hasRun: false };
}

function clientOf(request: PlannedRequest, watch: RunInstruments | undefined): ModelClient {
  return watch?.models ?? request.models;
}

function placeOf({ signal, cwd, env }: PlannedRequest): Pick<PlannedRequest, 'signal' | 'cwd' | 'env'> {
  return { signal, cwd, env };
}
