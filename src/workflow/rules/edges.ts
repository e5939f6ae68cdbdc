// Both ends of an edge exist, and one action of a node leads to one place.
import { findNearestName } from '../../values/nearest.ts';
import { didYouMean, type Problem } from '../problem.ts';
import type { Rule } from './rule.ts';

export const checkEdges: Rule = ({ workflow, graph }) => {
  const problems: Problem[] = [];
  const taken = new Map<string, number>();
  for (const [index, edge] of (workflow.edges ?? []).entries()) {
    const path = `edges[${String(index)}]`;
    for (const end of ['from', 'to'] as const) {
      const id = edge[end];
      if (graph.next.has(id)) continue;
      const near = findNearestName(id, graph.ids);
      const message = `there is no node "${id}"; available: ${graph.ids.join(', ')}`;
      problems.push({ path: `${path}.${end}`, message, ...didYouMean(near && `"${near}"`) });
    }
    const key = JSON.stringify([edge.from, edge.action]);
    const first = taken.get(key);
    if (first === undefined) taken.set(key, index);
    else {
      const message = `"${edge.from}" already goes on after "${edge.action}" by edges[${String(first)}]`;
      problems.push({ path, message });
    }
  }
  return problems;
};
