// Checks that node types exist and that params are known, complete and valid. A param with a template is accepted,
// since its value is known only when the node runs.
import type * as z from 'zod';
import type { Params } from '../../flow/node.ts';
import { findNearestName } from '../../values/nearest-name.ts';
import { suggestPlace } from '../misplaced-key.ts';
import { didYouMean, formatPath, type Problem } from '../problem.ts';
import type { WorkflowNode } from '../schema.ts';
import { toProblems } from '../schema-problems.ts';
import { listReferences } from '../templates/ast.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import { createLayeredScope } from '../templates/scope.ts';
import { resolveValue } from '../templates/resolve-value.ts';
import type { NodeFacts, Rule, RuleSubject } from './rule.ts';

/** Names of other tools for what our types take. */
const PARAM_SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  cmd: ['command'],
  path: ['file_path', 'source_path'],
  file: ['file_path', 'source_path'],
  text: ['message', 'content', 'prompt'],
  script: ['command', 'code'],
};

export const checkNodeParams: Rule = ({ workflow, registry, typeNames, denied, missing }) =>
  workflow.nodes.flatMap((node, index) => {
    const pattern = denied.get(node.type);
    if (pattern !== undefined) return [deniedTypeProblem(node.type, index, pattern)];
    const type = registry.get(node.type);
    if (type === undefined) return [unknownTypeProblem(node.type, index, { typeNames, missing })];
    return checkParams(node, index, type);
  });

function deniedTypeProblem(type: string, index: number, pattern: string): Problem {
  const message = `the settings deny the type "${type}" (deny: ${JSON.stringify(pattern)})`;
  return { path: `nodes[${String(index)}].type`, message, suggestion: 'see pflow settings show deny' };
}

function unknownTypeProblem(
  type: string,
  index: number,
  { typeNames: known, missing }: Pick<RuleSubject, 'typeNames' | 'missing'>,
): Problem {
  const path = `nodes[${String(index)}].type`;
  const reason = missing.get(type);
  if (reason !== undefined) return { path, message: `unknown type "${type}": ${reason}` };
  const nearest = findNearestName(type, known);
  const message = `unknown type "${type}"; available: ${known.join(', ')}`;
  return { path, message, ...didYouMean(nearest && `"${nearest}"`) };
}

function checkParams(node: WorkflowNode, index: number, type: NodeFacts): Problem[] {
  const { shape } = type.params;
  const names = Object.keys(shape);
  const problems: Problem[] = [];
  const isOpen = takesAnyKey(type.params);
  for (const name of Object.keys(node.params)) {
    if (isOpen || Object.hasOwn(shape, name)) continue;
    const path = ['nodes', index, 'params', name];
    const synonym = PARAM_SYNONYMS[name];
    const nearest = synonym?.find((one) => names.includes(one)) ?? findNearestName(name, names);
    const message = `unknown param "${name}" of ${node.type}; available: ${names.join(', ')}`;
    problems.push({
      path: formatPath(path),
      message,
      ...(nearest === undefined ? suggestPlace(path) : didYouMean(`"${nearest}"`)),
    });
  }
  const known = Object.fromEntries(
    Object.entries(node.params).filter(([name]) => Object.hasOwn(shape, name)),
  );
  return [...problems, ...checkValues(node, index, type, isOpen ? node.params : known)];
}

function checkValues(node: WorkflowNode, index: number, type: NodeFacts, params: Params): Problem[] {
  // The shell has a syntax of its own, so a command is checked as it is written.
  const literal = [...(type.literal ?? []), ...(type.commands ?? [])];
  const asWritten = Object.fromEntries(Object.entries(params).filter(([name]) => literal.includes(name)));
  const names = Object.keys(params).filter((name) => !literal.includes(name) && hasReference(params[name]));
  const templated = new Set(names);
  const others = resolveStatic(params, new Set([...names, ...literal]));
  const parsed = type.params.safeParse({ ...others, ...asWritten });
  return (parsed.error?.issues ?? []).flatMap((issue) => {
    const [param] = issue.path;
    // A refinement over several params cannot be checked while one of them is unknown.
    if (param === undefined ? templated.size > 0 : templated.has(String(param))) return [];
    if (issue.path.length === 1 && !Object.hasOwn(params, String(param))) {
      return [
        {
          path: formatPath(['nodes', index, 'params']),
          message: `${node.type} needs the param "${String(param)}"`,
        },
      ];
    }
    return toProblems(issue, params, type.params, ['nodes', index, 'params']);
  });
}

function takesAnyKey(schema: z.ZodObject): boolean {
  const rest = schema.def.catchall;
  return rest !== undefined && rest._zod.def.type !== 'never';
}

/** Returns the params without references as the node will get them, with `$${` as `${`. */
function resolveStatic(params: Params, skipped: ReadonlySet<string>): Params {
  const fixed = Object.entries(params).filter(([name]) => !skipped.has(name));
  return resolveValue(Object.fromEntries(fixed), createLayeredScope()).value as Params;
}

function hasReference(value: unknown): boolean {
  if (typeof value === 'string') {
    if (!value.includes('${')) return false;
    const parsed = safeParseTemplate(value);
    // A malformed template is reported by another rule.
    return !parsed.ok || listReferences(parsed.template).length > 0;
  }
  return typeof value === 'object' && value !== null && Object.values(value).some(hasReference);
}
