// Adds to a random workflow what chooses its way, and nodes that transform a secret.
// The ways are a switch, a loop of one node, and a node that waits for approval.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import { createReference, LOOP_KEYS, toEarlier, type NodeKind } from './random-params.ts';
import type { Random } from './random.ts';

type FileNode = WorkflowFile['nodes'][number];
type FileEdge = NonNullable<WorkflowFile['edges']>[number];

export interface Ways {
  readonly workflow: WorkflowFile;
  /** Nodes that are approved before the run. */
  readonly approve: readonly string[];
}

export function addWays(random: Random, workflow: WorkflowFile): Ways {
  const leaking = random.chance(0.2) ? withLeak(random, workflow) : workflow;
  const switched = random.chance(0.25) ? withSwitch(random, leaking) : leaking;
  const looped = { ...switched, nodes: switched.nodes.map((node) => withLoop(random, node)) };
  if (!random.chance(0.12)) return { workflow: looped, approve: [] };
  const { id } = random.pick(looped.nodes);
  const nodes = looped.nodes.map((node) =>
    node.id === id ? { ...node, approval: 'required' as const } : node,
  );
  return { workflow: { ...looped, nodes }, approve: random.chance(0.6) ? [id] : [] };
}

/** The switch follows a node and leads on, or to the last node. */
function withSwitch(random: Random, workflow: WorkflowFile): WorkflowFile {
  const { nodes, edges = [] } = workflow;
  const at = random.integer(0, nodes.length - 1);
  const from = nodes[at]?.id ?? 'n0';
  const last = nodes.at(-1)?.id ?? from;
  const to = nodes[at + 1]?.id;
  const earlier = nodes.slice(0, at + 1).map(toEarlier);
  const chosen: FileNode = {
    id: 'way',
    type: 'switch',
    params: {
      value: random.pick([
        createReference(random, random.pick(earlier)),
        '${text}',
        '${number}',
        '${secret}',
      ]),
      cases: { absent: 'skip', '200': 'on', '0': 'skip', true: 'on', '': 'skip', null: 'on' },
      ...(random.chance(0.8) ? { default: random.pick(['on', 'skip']) } : {}),
    },
  };
  const kept = edges.filter((edge) => edge.from !== from || edge.action !== undefined);
  const taken: FileEdge[] =
    to === undefined
      ? []
      : [
          { from: 'way', to, action: 'on' },
          { from: 'way', to: last, action: 'skip' },
          ...(random.chance(0.5) ? [{ from: 'way', to: last, action: 'error' }] : []),
        ];
  return {
    ...workflow,
    nodes: nodes.toSpliced(at + 1, 0, chosen),
    edges: [...kept, { from, to: 'way' }, ...taken],
  };
}

/** The secret comes back in an address or in JSON, and a text quotes it. */
function withLeak(random: Random, workflow: WorkflowFile): WorkflowFile {
  const { nodes, edges = [] } = workflow;
  const [kind, params] = random.pick([
    ['http', { url: '${web}/leak', params: { q: '${secret}', w: 'x ${secret}' } }],
    ['http', { url: '${web}/leak?q=${secret}' }],
    ['http', { url: '${web}/leak', method: 'PUT', body: { deep: ['${secret}'] } }],
    ['http', { url: '${web}/leak', headers: { 'x-note': '${number}', authorization: 'Basic ${secret}' } }],
    ['echo', { message: '${secret}', data: { first: '${secret}' } }],
    ['echo', { message: '${secret}', data: { deep: ['${secret}', { more: '${text}' }] } }],
  ] as const);
  const quoted =
    kind === 'http' ? '${leak.response ?? "absent"}, ${leak.error ?? "none"}' : '${leak.data}, ${leak.echo}';
  const first: FileNode = { id: 'leak', type: kind, params };
  const second: FileNode = {
    id: 'quote',
    type: 'echo',
    params: { message: `came: ${quoted}` },
  };
  const on = nodes[0]?.id ?? 'n0';
  const path: FileEdge[] = [
    { from: 'leak', to: 'quote' },
    { from: 'leak', to: 'quote', action: 'error' },
    { from: 'quote', to: on },
  ];
  return { ...workflow, nodes: [first, second, ...nodes], edges: [...path, ...edges] };
}

/** Few iterations; a condition that is neither true nor false is a failure. */
function withLoop(random: Random, node: FileNode): FileNode {
  const keys = LOOP_KEYS[node.type as NodeKind];
  if (keys === undefined || node.batch !== undefined || !random.chance(0.08)) return node;
  const { condition, carry = {} } = keys;
  const template = `\${${node.id}.${condition} ?? "no"}`;
  const carried = Object.entries(carry).map(([name, key]) => [name, `\${${node.id}.${key}}`] as const);
  return {
    ...node,
    loop: {
      ...(random.chance(0.5) ? { until: template } : { while: template }),
      ...(random.chance(0.5) ? { carry: Object.fromEntries(carried) } : {}),
      max_iterations: random.integer(1, 4),
    },
  };
}
