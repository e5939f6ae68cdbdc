// Runs the planner in this process with scripted answers and keeps its requests.
import type { ModelClient, ModelRequest } from '../../src/models/model.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { planWorkflow } from '../../src/planner/plan-workflow.ts';
import type { Plan } from '../../src/planner/plan.ts';
import type { PlanningTask } from '../../src/planner/planning-task.ts';
import { GOOD_ANSWERS, SENTENCE, type PlannerRole } from './planner-script.ts';

const NODE_OF: Readonly<Record<PlannerRole, string>> = {
  discovery: 'workflow-discovery',
  browsing: 'component-browsing',
  parameters: 'parameter-discovery',
  generator: 'workflow-generator',
  mapping: 'parameter-mapping',
  metadata: 'metadata-generation',
};

export interface PlannerRequest extends ModelRequest {
  readonly caller: string;
}

export interface PlannerRun {
  readonly plan: Plan;
  /** Node ids in the order in which the nodes ran. */
  readonly visited: readonly string[];
  readonly requests: readonly PlannerRequest[];
  readonly recovered: readonly string[];
}

/** One answer per call of a node; the last one repeats. An Error is thrown. */
export type ScriptedAnswers = Partial<Record<PlannerRole, readonly unknown[]>>;

export async function planningTask(more: Partial<PlanningTask> = {}): Promise<PlanningTask> {
  const registry = await loadNodeTypes(NODE_TYPE_NAMES);
  return { request: SENTENCE, given: {}, env: {}, saved: [], registry, model: 'test/model', ...more };
}

/** Runs the planner without waiting between attempts. */
export async function runPlanner(
  script: ScriptedAnswers = {},
  more: Partial<PlanningTask> = {},
): Promise<PlannerRun> {
  const requests: PlannerRequest[] = [];
  const visited: string[] = [];
  const recovered: string[] = [];
  const models = scriptedClient(script, requests);
  const context = { models, signal: new AbortController().signal, cwd: '/', env: {} };
  const plan = await planWorkflow(await planningTask(more), context, {
    decorate: (node) => {
      node.retry = { ...node.retry, wait_s: 0 };
      node.wrap({
        name: 'visited',
        run: (inside, store, given, inner) => {
          visited.push(inside.id);
          return inner(inside, store, given);
        },
      });
    },
    onRecovered: (node) => recovered.push(node.id),
  });
  return { plan, visited, requests, recovered };
}

function scriptedClient(script: ScriptedAnswers, requests: PlannerRequest[]): ModelClient {
  const used = new Map<string, number>();
  return {
    answer(request, _signal, caller = '') {
      requests.push({ ...request, caller });
      const key = (Object.keys(NODE_OF) as PlannerRole[]).find((one) => NODE_OF[one] === caller);
      if (key === undefined) throw new Error(`"${caller}" is not expected to call a model`);
      const answers = script[key] ?? [GOOD_ANSWERS[key]];
      const turn = used.get(key) ?? 0;
      used.set(key, turn + 1);
      const given = answers[Math.min(turn, answers.length - 1)];
      if (given instanceof Error) return Promise.reject(given);
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      return Promise.resolve({
        text,
        provider: 'test',
        model: 'test/model',
        usage: {},
        finish_reason: 'stop',
      });
    },
  };
}
