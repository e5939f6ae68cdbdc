// Checks what nested workflows are given: every required input, no unknown one, values of the declared type.
import { findNearestName } from '../../values/nearest-name.ts';
import { kindOf, withArticle } from '../../values/json-kind.ts';
import { JsonNumberError } from '../../values/exact-json.ts';
import { coerceValue } from '../coerce-value.ts';
import type { NestedWorkflow } from '../nested-workflows.ts';
import { didYouMean, formatPath, type Problem } from '../problem.ts';
import type { InputSpec } from '../schema.ts';
import { hasTemplate } from '../templates/has-template.ts';
import type { Rule } from './rule.ts';
import { joinNames } from '../../values/join-names.ts';

export const checkNested: Rule = ({ workflow, children }) =>
  workflow.nodes.flatMap(({ id, type, params }, index) => {
    const child = type === 'workflow' ? children.get(id) : undefined;
    const { inputs: given = {} } = params;
    // A template as a whole is checked when the node runs.
    if (child === undefined || !isRecord(given)) return [];
    const path = ['nodes', index, 'params', 'inputs'];
    return [...findWrong(child, given, path), ...findMissing(child, given, path)];
  });

/** Warns of a nested workflow that writes nothing. */
export const warnOfNested: Rule = ({ workflow, children }) =>
  workflow.nodes.flatMap(({ id, type }, index) => {
    const child = type === 'workflow' ? children.get(id) : undefined;
    if (child === undefined || Object.keys(child.workflow.outputs ?? {}).length > 0) return [];
    return [
      {
        path: formatPath(['nodes', index]),
        message: `the workflow in "${id}" declares no outputs, so the node writes nothing`,
        suggestion: 'declare "outputs" in the nested workflow',
      },
    ];
  });

type Path = readonly (string | number)[];

function findWrong({ workflow }: NestedWorkflow, given: Record<string, unknown>, path: Path): Problem[] {
  const specs = workflow.inputs ?? {};
  const names = Object.keys(specs);
  return Object.entries(given).flatMap(([name, value]): Problem[] => {
    const at = formatPath([...path, name]);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      const nearest = findNearestName(name, names);
      const available = names.length === 0 ? 'it has no inputs' : `available: ${joinNames(names)}`;
      const message = `the nested workflow has no input "${name}"; ${available}`;
      return [{ path: at, message, ...didYouMean(nearest && `"${nearest}"`) }];
    }
    if (spec.type === undefined || hasTemplate(value) || fits(value, spec)) return [];
    return [{ path: at, message: `must be ${withArticle(spec.type)}, is ${withArticle(kindOf(value))}` }];
  });
}

function findMissing({ workflow }: NestedWorkflow, given: Record<string, unknown>, path: Path): Problem[] {
  return Object.entries(workflow.inputs ?? {}).flatMap(([name, { required = true, ...spec }]): Problem[] => {
    if (Object.hasOwn(given, name) || !required || spec.default !== undefined) return [];
    const about = spec.description === undefined ? '' : `: ${spec.description}`;
    const message = `input "${name}" (${spec.type ?? 'any type'}) of the nested workflow is missing${about}`;
    return [{ path: formatPath(path), message, suggestion: `add "${name}" to "inputs"` }];
  });
}

function fits(value: unknown, { type, required = true, default: other }: InputSpec): boolean {
  if (type === undefined) return true;
  if (value === null) return !required || other !== undefined;
  try {
    return coerceValue(value, type) !== undefined;
  } catch (error) {
    if (error instanceof JsonNumberError) return false;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
