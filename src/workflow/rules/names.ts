// Checks that ids are unique, differ from the names of inputs, and include `start_node`.
import { findNearestName } from '../../values/nearest-name.ts';
import { didYouMean, type Problem } from '../problem.ts';
import type { Rule } from './rule.ts';
import { joinNames } from '../../values/join-names.ts';

export const checkNames: Rule = ({ workflow, graph }) => {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  for (const [index, { id }] of workflow.nodes.entries()) {
    const path = `nodes[${String(index)}].id`;
    const first = seen.get(id);
    if (first !== undefined)
      problems.push({ path, message: `"${id}" is already the id of nodes[${String(first)}]` });
    else seen.set(id, index);
    if (Object.hasOwn(workflow.inputs ?? {}, id)) {
      problems.push({
        path,
        message: `"${id}" is also the name of an input`,
        suggestion: 'rename one of them',
      });
    }
  }
  const start = workflow.start_node;
  if (start !== undefined && !seen.has(start)) {
    const nearest = findNearestName(start, graph.ids);
    const message = `there is no node "${start}"; available: ${joinNames(graph.ids)}`;
    problems.push({ path: 'start_node', message, ...didYouMean(nearest && `"${nearest}"`) });
  }
  return problems;
};
