// Every node can be come to, and from every node the run can come to an end. A failure is not an exit.
import { findEnding, findReachable, type Graph } from '../graph.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from './rule.ts';

export const checkPaths: Rule = ({ workflow, graph }) => {
  // Without a start there is nothing to measure from, and with two nodes of one name the ways are not those that
  // were meant. Both are problems of their own.
  if (!graph.next.has(graph.start) || graph.ids.length < workflow.nodes.length) return [];
  const reached = findReachable(graph);
  const problems: Problem[] = [];
  for (const [index, { id }] of workflow.nodes.entries()) {
    if (reached.has(id)) continue;
    const suggestion =
      workflow.edges === undefined
        ? `the run starts at "${graph.start}" and goes on in document order`
        : 'add an edge to it, or leave out "edges" to run the nodes in document order';
    const path = `nodes[${String(index)}]`;
    problems.push({ path, message: `"${id}" is never reached from "${graph.start}"`, suggestion });
  }
  return [...problems, ...cyclesWithoutExit(graph, reached)];
};

function cyclesWithoutExit(graph: Graph, reached: ReadonlySet<string>): Problem[] {
  const ending = findEnding(graph);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const id of graph.ids) {
    if (!reached.has(id) || ending.has(id)) continue;
    const cycle = follow(graph, id, seen);
    if (cycle.length === 0) continue;
    problems.push({
      path: 'edges',
      message: `cycle without exit: ${cycle.join(' → ')}`,
      suggestion: 'add an edge with an action that leads out of it',
    });
  }
  return problems;
}

/** Goes along `default` edges until a node comes again; nothing if that was seen on an earlier walk. */
function follow(graph: Graph, from: string, seen: Set<string>): readonly string[] {
  const way: string[] = [];
  let id: string | undefined = from;
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    way.push(id);
    id = graph.next.get(id)?.get('default');
  }
  const start = id === undefined ? -1 : way.indexOf(id);
  return start < 0 || id === undefined ? [] : [...way.slice(start), id];
}
