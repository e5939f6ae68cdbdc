// Finds a smaller scenario that still fails: without a node, a fault, a secret or a choice, or with a plain answer.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import type { Scenario } from './scenario.ts';
import type { ModelBehaviour, WebBehaviour } from './server-behaviours.ts';

export type Check = (scenario: Scenario) => Promise<readonly string[]>;
type FileNode = WorkflowFile['nodes'][number];

/** Applies the first simplification that still fails, until no simpler one fails. */
export async function shrinkScenario(scenario: Scenario, check: Check): Promise<Scenario> {
  for (const simpler of simplerScenarios(scenario)) {
    if ((await check(simpler)).length > 0) return shrinkScenario(simpler, check);
  }
  return scenario;
}

export const PLAIN_MODEL: Extract<ModelBehaviour, { readonly do: 'answer' }> = {
  do: 'answer',
  text: 'hi',
  plan: { input: 2, written: 0, read: 0, output: 2, reasoning: 0 },
  finish: 'stop',
  gzip: false,
  delayMs: 0,
};
export const PLAIN_PAGE: WebBehaviour = {
  do: 'answer',
  body: 'hi',
  type: 'text/plain',
  gzip: false,
  delayMs: 0,
};

function* simplerScenarios(scenario: Scenario): Generator<Scenario> {
  yield* simplerWorkflows(scenario);
  for (const name of ['signal', 'timeout'] as const) {
    const { [name]: removed, ...rest } = scenario;
    if (removed !== undefined) yield rest;
  }
  if (Object.keys(scenario.disk).length > 0) yield { ...scenario, disk: {} };
  if (scenario.clockJump.by !== 0) yield { ...scenario, clockJump: { at: 0, by: 0 } };
  if (scenario.logRequired) yield { ...scenario, logRequired: false };
  if (scenario.isResumed) yield { ...scenario, isResumed: false };
  if (scenario.durable) yield { ...scenario, durable: false };
  yield* simplerValues(scenario);
  yield* simplerBehaviours(scenario);
}

function* simplerWorkflows(scenario: Scenario): Generator<Scenario> {
  const { workflow } = scenario;
  const { nodes, edges = [], outputs, ...rest } = workflow;
  const using = (changed: WorkflowFile): Scenario => ({ ...scenario, workflow: changed });
  if (nodes.length > 1) for (const { id } of nodes) yield using(withoutNode(workflow, id));
  if (outputs !== undefined) yield using({ nodes, edges, ...rest });
  for (const edge of edges) yield using({ ...workflow, edges: edges.filter((each) => each !== edge) });
  for (const [index, node] of nodes.entries()) {
    for (const key of ['batch', 'retry', 'timeout_s', 'loop', 'approval'] as const) {
      const { [key]: removed, ...without } = node;
      if (removed !== undefined) yield using({ ...workflow, nodes: nodes.with(index, without) });
    }
    for (const simpler of simplerNodes(node)) yield using({ ...workflow, nodes: nodes.with(index, simpler) });
  }
}

/** Removes params. A workflow that is not valid any more does not fail as before. */
function* simplerNodes(node: FileNode): Generator<FileNode> {
  const optional = [
    'system',
    'max_tokens',
    'output_schema',
    'timeout_s',
    'body',
    'auth_token',
    'env',
    'data',
  ];
  for (const name of optional) {
    const { [name]: removed, ...params } = node.params ?? {};
    if (removed !== undefined) yield { ...node, params };
  }
}

function withoutNode(workflow: WorkflowFile, id: string): WorkflowFile {
  const nodes = workflow.nodes.filter((node) => node.id !== id);
  const edges = (workflow.edges ?? []).filter(({ from, to }) => from !== id && to !== id);
  const before = (workflow.edges ?? []).find(({ to, action }) => to === id && action === undefined)?.from;
  const after = (workflow.edges ?? []).find(({ from, action }) => from === id && action === undefined)?.to;
  const bridge = before === undefined || after === undefined ? [] : [{ from: before, to: after }];
  return { ...workflow, nodes, edges: [...edges, ...bridge] };
}

function* simplerValues(scenario: Scenario): Generator<Scenario> {
  const { secrets, inputs } = scenario;
  for (const name of Object.keys(secrets).filter(
    (each) => !each.includes('API_KEY') && each !== 'ACME_LOGIN',
  )) {
    const { [name]: _removed, ...rest } = secrets;
    yield { ...scenario, secrets: rest };
  }
  const plain = { text: 'text', number: 1, list: [1], secret: 'nothing' };
  for (const [name, value] of Object.entries(plain))
    if (JSON.stringify(inputs[name]) !== JSON.stringify(value))
      yield { ...scenario, inputs: { ...inputs, [name]: value } };
}

function* simplerBehaviours(scenario: Scenario): Generator<Scenario> {
  const { models, web } = scenario;
  for (const [index, behaviour] of models.entries())
    if (behaviour !== PLAIN_MODEL) yield { ...scenario, models: models.with(index, PLAIN_MODEL) };
  for (const [index, behaviour] of web.entries())
    if (behaviour !== PLAIN_PAGE) yield { ...scenario, web: web.with(index, PLAIN_PAGE) };
}

/** Returns a check that fails for the same reasons only. */
export function failsLike(violations: readonly string[], check: Check): Check {
  const kinds = new Set(violations.map(kindOf));
  return async (scenario) => (await check(scenario)).filter((violation) => kinds.has(kindOf(violation)));
}

function kindOf(violation: string): string {
  return violation.replaceAll(/[\d"].*$/gu, '').slice(0, 60);
}
