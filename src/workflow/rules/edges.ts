// Checks that both ends of an edge exist. Its node must be able to return its action, and has one edge for it. A node
// has one edge for an action.
import { findNearestName } from '../../values/nearest-name.ts';
import { listActions } from '../graph.ts';
import { didYouMean, type Problem } from '../problem.ts';
import type { Edge } from '../schema.ts';
import type { Rule } from './rule.ts';
import { joinNames } from '../../values/join-names.ts';

export const checkEdges: Rule = ({ workflow, registry, graph }) => {
  const actions = listActions(workflow, registry);
  const problems: Problem[] = [];
  const firstEdges = new Map<string, number>();
  for (const [index, edge] of (workflow.edges ?? []).entries()) {
    const path = `edges[${String(index)}]`;
    for (const end of ['from', 'to'] as const) {
      const id = edge[end];
      if (graph.next.has(id)) continue;
      const nearest = findNearestName(id, graph.ids);
      const message = `there is no node "${id}"; available: ${joinNames(graph.ids)}`;
      problems.push({ path: `${path}.${end}`, message, ...didYouMean(nearest && `"${nearest}"`) });
    }
    problems.push(...checkAction(edge, `${path}.action`, actions.get(edge.from)));
    const key = JSON.stringify([edge.from, edge.action]);
    const first = firstEdges.get(key);
    if (first === undefined) firstEdges.set(key, index);
    else {
      const message = `"${edge.from}" already has an edge for "${edge.action}": edges[${String(first)}]`;
      problems.push({ path, message });
    }
  }
  return problems;
};

/** An unknown type, and a type that declares no actions, may return any. */
function checkAction(
  { from, action }: Edge,
  path: string,
  actions: readonly string[] | undefined,
): readonly Problem[] {
  if (actions === undefined || actions.includes(action)) return [];
  const message = `"${from}" returns ${actions.join(', ')}, never "${action}"`;
  const nearest = findNearestName(action, actions);
  return [{ path, message, ...didYouMean(nearest && `"${nearest}"`) }];
}
