// One run that begins with a sentence: the planner and the workflow that comes of it, in one log and with one end.
import type { ModelClient } from '../models/model.ts';
import { planWorkflow } from '../planner/plan-workflow.ts';
import type { Plan, ReadyPlan } from '../planner/plan.ts';
import { askingFirst } from './call-guard.ts';
import { executeWorkflow } from './execute-workflow.ts';
import { failedEnding, type FailedEnding } from './failed-ending.ts';
import type { PlannedOutcome, PlannedRequest, Recovered, RunRequest } from './run-request.ts';
import { untilStopped } from './abort-grace.ts';
import type { Watch } from './instrument-run.ts';

/** Never throws for what happens in a node or because of a refusal: that is an outcome. */
export async function runPlanned(request: PlannedRequest): Promise<PlannedOutcome> {
  const { log } = request;
  const watch = log === undefined ? undefined : (await import('./instrument-run.ts')).watchRun(request, log);
  const recovered: Recovered[] = [];
  const plan = await planned(request, watch, recovered);
  const outcome = 'error' in plan ? notRun(plan, recovered) : await carryOut(plan, request, watch, recovered);
  watch?.narrator.completed(outcome);
  return outcome;
}

type Broken = FailedEnding & { readonly plan?: Plan };

async function planned(
  request: PlannedRequest,
  watch: Watch | undefined,
  recovered: Recovered[],
): Promise<ReadyPlan | Broken> {
  const { task, signal } = request;
  const layer = watch?.planning(request);
  const context = { ...placeOf(request), models: askingFirst(clientOf(request, watch), request.beforeCall) };
  try {
    const planning = planWorkflow(task, context, {
      decorate: (node) => {
        if (layer !== undefined) node.wrap(layer);
      },
      onRecovered: (node, message) => {
        recovered.push({ node_id: node.id, message });
        watch?.narrator.recovered('planner', node.id, message);
      },
    });
    const plan = await untilStopped(planning, signal);
    if (plan.status !== 'failed') {
      watch?.narrator.plannerCompleted(plan.status);
      return plan;
    }
    watch?.narrator.plannerCompleted('failed', plan.error);
    return { status: 'failed', error: plan.error, plan };
  } catch (thrown) {
    const ending = failedEnding(thrown, signal);
    watch?.narrator.plannerCompleted('failed', ending.error);
    return ending;
  }
}

async function carryOut(
  plan: ReadyPlan,
  request: PlannedRequest,
  watch: Watch | undefined,
  recovered: readonly Recovered[],
): Promise<PlannedOutcome> {
  const { task: _task, admit, ...rest } = request;
  if (admit === undefined) return { ...planAsOutput(plan), plan, shared: {}, recovered, hasRun: false };
  try {
    await admit(plan);
  } catch (thrown) {
    return notRun({ ...failedEnding(thrown, request.signal), plan }, recovered);
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

function notRun(broken: Broken, recovered: readonly Recovered[]): PlannedOutcome {
  return { ...broken, shared: {}, recovered, hasRun: false };
}

function clientOf(request: PlannedRequest, watch: Watch | undefined): ModelClient {
  return watch?.models ?? request.models;
}

function placeOf({ signal, cwd, env }: PlannedRequest): Pick<PlannedRequest, 'signal' | 'cwd' | 'env'> {
  return { signal, cwd, env };
}
