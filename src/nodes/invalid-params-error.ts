// Reports the invalid params of a node with the expected and the given type. Never shows a value: it may be a secret.
import type * as z from 'zod';
import { PflowError } from '../errors.ts';
import type { Params } from '../flow/node.ts';
import { kindOf } from '../values/json-kind.ts';

interface Subject {
  readonly id: string;
  readonly type: string;
  readonly params: Params;
}

type Issue = z.core.$ZodIssue;

export function invalidParamsError(node: Subject, error: z.ZodError, schema: z.ZodObject): PflowError {
  const problems = error.issues.flatMap((issue) => describeIssue(issue, node.params));
  const [first = 'the params are not valid'] = problems;
  return new PflowError('NODE_PARAMS_INVALID', `node "${node.id}" (${node.type}), ${first}`, {
    node_id: node.id,
    path: ['params', ...(error.issues[0]?.path ?? [])].join('.'),
    hint: `The params of ${node.type} are: ${Object.keys(schema.shape).join(', ')}.`,
    details: problems.slice(1),
    problems: error.issues.flatMap((issue) =>
      describeIssue(issue, node.params).map((message) => {
        const path = ['params', ...issue.path].join('.');
        return { path, code: 'PARAM_INVALID', message };
      }),
    ),
  });
}

function describeIssue(issue: Issue, params: Params): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `param "${key}": it does not exist`);
  const name = issue.path.join('.');
  const value = getValueAt(params, issue.path);
  if (value === undefined) return [`param "${name}": it is required`];
  const expected = findExpectedType(issue);
  if (expected !== undefined) return [`param "${name}": expected ${expected}, got ${kindOf(value)}`];
  if (issue.code === 'too_small' && value === '') return [`param "${name}": it must not be empty`];
  return [`param "${name}": ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`];
}

/** Returns undefined where the type is right and the value is not. */
function findExpectedType(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected === 'record' ? 'object' : issue.expected;
  if (issue.code !== 'invalid_union') return undefined;
  const types = issue.errors.flat().map(findExpectedType);
  const known = [...new Set(types.filter((type) => type !== undefined))];
  return known.length === 0 ? undefined : known.join(' or ');
}

function getValueAt(params: Params, path: readonly PropertyKey[]): unknown {
  let value: unknown = params;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
