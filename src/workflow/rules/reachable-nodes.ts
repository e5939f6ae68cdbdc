// Checks that a run can reach every node, and can end from every node. A failure is not an exit.
import { findEnding, findReachable, type Graph } from '../graph.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from './rule.ts';

export const checkReachableNodes: Rule = ({ workflow, graph }) => {
  // Without a start there are no paths, and with a duplicate id the paths are not the intended ones. Other rules report
  // both.
  if (!graph.next.has(graph.start) || graph.ids.length < workflow.nodes.length) return [];
  const reached = findReachable(graph);
  const problems: Problem[] = [];
  for (const [index, { id }] of workflow.nodes.entries()) {
    if (reached.has(id)) continue;
    const suggestion =
      workflow.edges === undefined
        ? `the run starts at "${graph.start}" and continues in document order`
        : 'add an edge to it, or leave out "edges" to run the nodes in document order';
    const path = `nodes[${String(index)}]`;
    problems.push({ path, message: `"${id}" is never reached from "${graph.start}"`, suggestion });
  }
  return [...problems, ...findEndlessCycles(graph, reached)];
};

function findEndlessCycles(graph: Graph, reached: ReadonlySet<string>): Problem[] {
  const ending = findEnding(graph);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const id of graph.ids) {
    if (!reached.has(id) || ending.has(id)) continue;
    const cycle = followDefaultEdges(graph, id, seen);
    if (cycle.length === 0) continue;
    problems.push({
      path: 'edges',
      message: `cycle without exit: ${cycle.join(' → ')}`,
      suggestion: 'add an edge with an action that leads out of it',
    });
  }
  return problems;
}

/** Returns the cycle that the `default` edges lead into. The list is empty if an earlier call has returned it. */
function followDefaultEdges(graph: Graph, from: string, seen: Set<string>): readonly string[] {
  const path: string[] = [];
  let id: string | undefined = from;
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    path.push(id);
    id = graph.next.get(id)?.get('default');
  }
  const start = id === undefined ? -1 : path.indexOf(id);
  return start < 0 || id === undefined ? [] : [...path.slice(start), id];
}
