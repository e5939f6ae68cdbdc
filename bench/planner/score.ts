// Scores how close a planned workflow is to the expected one: its node types and their order, its edges, the values of
// its inputs, the number of its outputs. Ids and names are free.
import { listEdges } from '../../src/workflow/graph.ts';
import { canonicalJson } from '../../src/values/canonical-json.ts';
import type { Workflow } from '../../src/workflow/schema.ts';
import type { Structure } from './case-schema.ts';

/** A workflow, and the values with which it would run. */
export interface Planned {
  readonly workflow: Pick<Workflow, 'nodes' | 'edges' | 'inputs' | 'outputs'>;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface StructureScore {
  /** Parts of what was planned that are expected. */
  readonly right: number;
  readonly planned: number;
  readonly expected: number;
}

export function scoreStructure(planned: Planned | undefined, expected: Planned): StructureScore {
  const wholes = partsOf(expected);
  const got = planned === undefined ? NOTHING : partsOf(planned);
  return {
    right:
      inOrder(got.nodes, wholes.nodes) +
      inCommon(got.edges, wholes.edges) +
      inCommon(got.others, wholes.others),
    planned: countOf(got),
    expected: countOf(wholes),
  };
}

export function structureOf({ nodes, inputs, outputs, edges }: Planned['workflow']): Structure {
  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  return {
    nodes: nodes.map(({ type }) => type),
    edges: listEdges({ nodes, edges }).map(({ from, to, action }) => {
      const named = action === 'default' ? '' : `: ${action}`;
      return `${types.get(from) ?? ''} > ${types.get(to) ?? ''}${named}`;
    }),
    inputs: Object.keys(inputs ?? {}),
    outputs: Object.keys(outputs ?? {}),
  };
}

interface Parts {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  /** Values of inputs, and a mark for each output. */
  readonly others: readonly string[];
}

const NOTHING: Parts = { nodes: [], edges: [], others: [] };

function partsOf({ workflow, values }: Planned): Parts {
  const { nodes, edges, inputs, outputs } = structureOf(workflow);
  const valued = inputs.map((name) =>
    name in values ? `input ${canonicalJson(values[name])}` : 'input without value',
  );
  return { nodes, edges, others: [...valued, ...outputs.map(() => 'output')] };
}

function countOf({ nodes, edges, others }: Parts): number {
  return nodes.length + edges.length + others.length;
}

/** How many stand in both, each counted as often as it stands in both. */
function inCommon(a: readonly string[], b: readonly string[]): number {
  const left = [...b];
  return a.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
}

/** The length of the longest row that stands in both in the same order. */
function inOrder(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const one of a) {
    let before = 0;
    const last = row;
    row = b.map((other, index) => {
      const best = one === other ? (last[index - 1] ?? 0) + 1 : Math.max(last[index] ?? 0, before);
      before = best;
      return best;
    });
  }
  return row.at(-1) ?? 0;
}
