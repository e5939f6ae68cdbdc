// Builds a random workflow: nodes of every type, templates, error edges, loops, batches, retries, limits and ways.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import {
  createParams,
  createReference,
  createValue,
  type EarlierNode,
  type NodeKind,
  ITEM_COUNT,
  stopsItems,
  toEarlier,
} from './random-params.ts';
import { Random } from './random.ts';
import { addWays, type Ways } from './random-ways.ts';

type FileNode = WorkflowFile['nodes'][number];
type FileEdge = NonNullable<WorkflowFile['edges']>[number];

/** By type: how often it occurs. Types that start a process cost a hundred times as much as the others. */
const USUAL: Readonly<Record<NodeKind, number>> = {
  llm: 7,
  http: 7,
  echo: 5,
  'write-file': 4,
  'read-file': 4,
  'copy-file': 2,
  'move-file': 2,
  'delete-file': 2,
  workflow: 2,
  shell: 0,
  code: 0,
};

/** Separates the choices of ways from the others. */
const WAYS = 0x5bd1e995;

export interface WorkflowChoices {
  readonly seed: number;
  /** No wait in it takes longer than some milliseconds. */
  readonly takesRealTime: boolean;
}

export function createWorkflow(random: Random, { seed, takesRealTime }: WorkflowChoices): Ways {
  const weights = {
    ...USUAL,
    ...(random.chance(0.08) ? { shell: 12 } : {}),
    ...(random.chance(0.03) ? { code: 12 } : {}),
  };
  const count = random.integer(1, 5);
  const nodes: FileNode[] = [];
  for (let index = 0; index < count; index += 1) {
    const place = { id: `n${String(index)}`, earlier: nodes.map(toEarlier), takesRealTime };
    nodes.push(createNode(random, { ...place, kind: pickKind(random, weights) }));
  }
  const straight: WorkflowFile = {
    nodes,
    edges: createEdges(random, nodes, takesRealTime),
    ...(random.chance(0.4) ? { outputs: createOutputs(random, nodes.map(toEarlier)) } : {}),
  };
  const { workflow, approve } = addWays(new Random(seed ^ WAYS), straight);
  const named = random.chance(0.15) ? withoutNamespaces(workflow) : workflow;
  return { workflow: { ...named, inputs: usedInputs(named) }, approve };
}

const INPUTS: NonNullable<WorkflowFile['inputs']> = {
  text: { type: 'string' },
  number: { type: 'number' },
  list: { type: 'array' },
  secret: { type: 'string', secret: true },
  web: { type: 'string' },
};

/** An input that nothing uses is a mistake in a file. */
function usedInputs(workflow: WorkflowFile): NonNullable<WorkflowFile['inputs']> {
  const text = JSON.stringify(workflow);
  return Object.fromEntries(Object.entries(INPUTS).filter(([name]) => text.includes(`\${${name}`)));
}

/** References lose the id of their node. */
function withoutNamespaces(workflow: WorkflowFile): WorkflowFile {
  const text = JSON.stringify(workflow).replaceAll(/\$\{(?:n\d+|leak|quote)\./gu, '${');
  // Any node may then read what a batch wrote last.
  const stable = workflow.nodes.some(stopsItems)
    ? text.replaceAll(/\$\{(?:results|successes|error_count|errors|error)\b/gu, `\${${ITEM_COUNT}`)
    : text;
  return { ...(JSON.parse(stable) as WorkflowFile), enable_namespacing: false };
}

function pickKind(random: Random, weights: Readonly<Record<NodeKind, number>>): NodeKind {
  const kinds = Object.entries(weights).flatMap(([kind, weight]) =>
    Array<NodeKind>(weight).fill(kind as NodeKind),
  );
  return random.pick(kinds);
}

interface NodePlace {
  readonly id: string;
  readonly earlier: readonly EarlierNode[];
  readonly kind: NodeKind;
  readonly takesRealTime: boolean;
}

function createNode(random: Random, { id, earlier, kind, takesRealTime }: NodePlace): FileNode {
  const startsProcess = kind === 'shell' || kind === 'code';
  const batch = random.chance(startsProcess ? 0.05 : 0.15) ? createBatch(random, earlier) : undefined;
  const value = batch !== undefined && random.chance(0.7) ? '${item}' : createValue(random, earlier);
  return {
    id,
    type: kind,
    params: createParams(kind, random, { id, value, isBatch: batch !== undefined, takesRealTime }),
    ...createPatience(random, startsProcess, takesRealTime),
    ...(batch === undefined ? {} : { batch }),
  };
}

/** A process has no limit of its own: its time depends on the machine. */
function createPatience(
  random: Random,
  startsProcess: boolean,
  takesRealTime: boolean,
): Pick<FileNode, 'retry' | 'timeout_s'> {
  const wait_s = random.pick(takesRealTime ? [0, 0.01] : [0, 0.5, 1, 5]);
  const timeout_s = random.pick(takesRealTime ? [100, 200] : [0.05, 1, 30, 900]);
  const max = random.integer(1, startsProcess ? 2 : 4);
  return {
    ...(takesRealTime || random.chance(0.4) ? { retry: { max, wait_s } } : {}),
    ...(!startsProcess && random.chance(0.25) ? { timeout_s } : {}),
  };
}

function createBatch(random: Random, earlier: readonly EarlierNode[]): NonNullable<FileNode['batch']> {
  const items = random.pick([
    '${list}',
    ['a', 1, { b: ['${text}'] }, null],
    [],
    '${list}',
    ...earlier.map((node) => createReference(random, node)),
  ]);
  return {
    items,
    parallel: random.chance(0.6),
    max_concurrent: random.pick([1, 2, 10]),
    error_handling: random.pick(['fail_fast', 'continue'] as const),
  };
}

/**
 * A chain, with error edges forward and sometimes back. A loop back has no short limit of time, or it takes 1,000
 * visits.
 */
function createEdges(random: Random, nodes: readonly FileNode[], takesRealTime: boolean): FileEdge[] {
  return nodes.flatMap((node, index) => {
    const next = nodes[index + 1];
    const mayLoop = !takesRealTime && node.type === 'http' && random.chance(0.1);
    const loopsBack = mayLoop && (node.timeout_s ?? 1) >= 1;
    const error = loopsBack
      ? [{ from: node.id, to: loopTarget(random, nodes, index), action: 'error' }]
      : next !== undefined && random.chance(0.85)
        ? [
            {
              from: node.id,
              to: random.chance(0.8) ? next.id : (nodes.at(-1)?.id ?? next.id),
              action: 'error',
            },
          ]
        : [];
    return [...(next === undefined ? [] : [{ from: node.id, to: next.id }]), ...error];
  });
}

/** Never goes back over a node that starts a process. */
function loopTarget(random: Random, nodes: readonly FileNode[], index: number): string {
  const before = nodes.slice(0, index + 1);
  const start = before.findLastIndex(({ type }) => type === 'shell' || type === 'code') + 1;
  return before[random.integer(start, index)]?.id ?? 'n0';
}

function createOutputs(random: Random, nodes: readonly EarlierNode[]): NonNullable<WorkflowFile['outputs']> {
  const source = (): string => createReference(random, random.pick(nodes));
  return { first: { source: source() }, ...(random.chance(0.5) ? { second: { source: source() } } : {}) };
}
