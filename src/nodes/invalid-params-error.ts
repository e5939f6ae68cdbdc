// Says which params of a node are wrong: the param, what was expected, what came. It never shows the value
// itself, which may be a secret.
import type * as z from 'zod';
import { PflowError } from '../errors.ts';
import type { Params } from '../flow/node.ts';

interface Subject {
  readonly id: string;
  readonly type: string;
  readonly params: Params;
}

type Issue = z.core.$ZodIssue;

export function invalidParamsError(node: Subject, error: z.ZodError, schema: z.ZodObject): PflowError {
  const problems = error.issues.flatMap((issue) => sentences(issue, node.params));
  const [first = 'the params are not valid'] = problems;
  return new PflowError('NODE_PARAMS_INVALID', `node "${node.id}" (${node.type}), ${first}`, {
    node_id: node.id,
    path: ['params', ...(error.issues[0]?.path ?? [])].join('.'),
    hint: `The params of ${node.type} are: ${Object.keys(schema.shape).join(', ')}.`,
    details: problems.slice(1),
  });
}

function sentences(issue: Issue, params: Params): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `param "${key}": there is no such param`);
  const name = issue.path.join('.');
  const value = valueAt(params, issue.path);
  if (value === undefined) return [`param "${name}": it is required`];
  const wanted = expected(issue);
  if (wanted !== undefined) return [`param "${name}": expected ${wanted}, got ${kindOf(value)}`];
  return [`param "${name}": ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`];
}

/** The type that was wanted; undefined where the type is right and the value is not. */
function expected(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected === 'record' ? 'object' : issue.expected;
  if (issue.code !== 'invalid_union') return undefined;
  const choices = issue.errors.flat().map(expected);
  const named = [...new Set(choices.filter((choice) => choice !== undefined))];
  return named.length === 0 ? undefined : named.join(' or ');
}

function valueAt(params: Params, path: readonly PropertyKey[]): unknown {
  let value: unknown = params;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
