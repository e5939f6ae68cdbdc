// Checks loops: one condition that can change, and params that can be carried over.
import { findNearestName } from '../../values/nearest-name.ts';
import { didYouMean, formatPath, type Problem } from '../problem.ts';
import type { Loop, WorkflowNode } from '../schema.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import type { Rule, RuleSubject } from './rule.ts';
import { joinNames } from '../../values/join-names.ts';

export const checkLoops: Rule = (subject) =>
  subject.workflow.nodes.flatMap((node, index) => {
    const { loop } = node;
    if (loop === undefined) return [];
    const path = formatPath(['nodes', index, 'loop']);
    const both = 'a node has either "loop" or "batch"';
    return [
      ...(node.batch === undefined
        ? []
        : [{ path, message: both, suggestion: 'put the loop into a nested workflow' }]),
      ...checkCondition(loop, path),
      ...Object.keys(loop.carry).flatMap((name) => checkCarried(name, node, `${path}.carry`, subject)),
    ];
  });

function checkCondition({ until, while: again }: Loop, path: string): readonly Problem[] {
  const given = [until, again].filter((one) => one !== undefined);
  const [condition = ''] = given;
  if (given.length !== 1) return [{ path, message: 'a loop has either "until" or "while"' }];
  if (condition.includes('${'))
    return checkComparison(condition, until === undefined ? 'while' : 'until', path);
  const message = `${JSON.stringify(condition)} contains no template, so it never changes`;
  return [{ path, message }];
}

/** Nothing compares: words around a template make a text that is neither true nor false. */
function checkComparison(condition: string, key: string, path: string): readonly Problem[] {
  const parsed = safeParseTemplate(condition);
  const words = parsed.ok ? parsed.template.map((part) => (part.kind === 'text' ? part.text : '')) : [];
  if (words.join('').trim() === '') return [];
  const message = `${JSON.stringify(condition)} is never true or false: a condition is a template alone`;
  return [
    {
      path: `${path}.${key}`,
      message,
      suggestion: 'take a value that is true or false, such as ${node.response.done}',
    },
  ];
}

function checkCarried(
  name: string,
  { id, type: typeName }: WorkflowNode,
  path: string,
  { registry, children }: RuleSubject,
): readonly Problem[] {
  if (typeName === 'workflow') {
    const child = children.get(id);
    if (child === undefined) return [];
    const inputs = Object.keys(child.workflow.inputs ?? {});
    return checkName(name, { known: inputs, what: 'input of the nested workflow', path });
  }
  const type = registry.get(typeName);
  if (type === undefined) return [];
  if (type.literal?.includes(name) === true || type.commands?.includes(name) === true) {
    const message = `"${name}" cannot be carried over: no template in it is filled in`;
    return [{ path, message, suggestion: 'carry a value that it refers to, such as a member of "env"' }];
  }
  if (type.params.def.catchall?._zod.def.type === 'unknown') return [];
  return checkName(name, { known: Object.keys(type.params.shape), what: `param of ${typeName}`, path });
}

interface KnownNames {
  readonly known: readonly string[];
  readonly what: string;
  readonly path: string;
}

function checkName(name: string, { known, what, path }: KnownNames): readonly Problem[] {
  if (known.includes(name)) return [];
  const nearest = findNearestName(name, known);
  const message = `unknown ${what} "${name}"; available: ${joinNames(known)}`;
  return [{ path, message, ...didYouMean(nearest && `"${nearest}"`) }];
}
