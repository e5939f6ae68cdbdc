// Converts the issues of zod to problems with path, message and nearest key.
import * as z from 'zod';
import { suggestShape } from './expected-shape.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { suggestPlace } from './misplaced-key.ts';
import { didYouMean, formatPath, type Problem } from './problem.ts';
import { kindOf, withArticle } from '../values/json-kind.ts';

type Issue = z.core.$ZodIssue;

/** Maps keys of other tools to ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  parameters: 'params',
  args: 'params',
  source: 'from',
  target: 'to',
  value: 'source',
  from: 'source',
  timeout: 'timeout_s',
  wait: 'wait_s',
  over: 'items',
  for_each: 'batch',
  concurrency: 'max_concurrent',
  on: 'action',
  retries: 'retry',
  steps: 'nodes',
  name: 'id',
  description: 'purpose',
};

/** `root`: the checked value. `schema`: names the keys that it may have. `base`: its path in the file. */
export function toProblems(
  issue: Issue,
  root: unknown,
  schema: z.ZodType,
  base: readonly PropertyKey[] = [],
): Problem[] {
  const path = formatPath([...base, ...issue.path]);
  if (issue.code === 'unrecognized_keys') {
    const known = listKnownKeys(issue.path, schema);
    return issue.keys.map((key) => unknownKeyProblem(key, known, [...base, ...issue.path, key]));
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues.map((inner) => inner.message).join(', ');
    return [{ path, message: `the name ${JSON.stringify(issue.path.at(-1))} ${reason}` }];
  }
  const value = valueAt(root, issue.path);
  if (value === undefined) return [{ path, message: `${JSON.stringify(issue.path.at(-1))} is missing` }];
  if (issue.code === 'invalid_union')
    return unionProblems(issue, value, { base: [...base, ...issue.path], schema });
  return [{ path, ...describeIssue(issue, value), ...suggestObject(issue, [...base, ...issue.path], value) }];
}

function suggestObject(
  issue: Issue,
  path: readonly PropertyKey[],
  value: unknown,
): Pick<Problem, 'suggestion'> {
  const needsObject = issue.code === 'invalid_type' && ['object', 'record'].includes(issue.expected);
  return needsObject ? suggestShape(path, value) : {};
}

function unknownKeyProblem(key: string, known: readonly string[], path: readonly PropertyKey[]): Problem {
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  const meant = synonym !== undefined && known.includes(synonym) ? synonym : findNearestName(key, known);
  return {
    path: formatPath(path),
    message: `unknown key ${JSON.stringify(key)}; available: ${known.join(', ')}`,
    ...(meant === undefined ? suggestPlace(path) : didYouMean(JSON.stringify(meant))),
  };
}

function describeIssue(issue: Issue, value: unknown): Omit<Problem, 'path'> {
  switch (issue.code) {
    case 'invalid_type':
      return {
        message: `must be ${describeExpected(issue.expected)}, is ${describeFound(value, issue.expected)}`,
      };
    case 'invalid_value':
      return describeChoice(issue.values, value);
    case 'too_small':
    case 'too_big':
      return { message: describeRange(issue) };
    default:
      return { message: issue.message.replace(/^Invalid input: /, '') };
  }
}

function describeExpected(expected: string): string {
  if (expected === 'int') return 'a whole number';
  return withArticle(expected === 'record' ? 'object' : expected);
}

function describeFound(value: unknown, expected: string): string {
  return typeof value === 'number' && expected === 'int'
    ? 'a number with a fraction'
    : withArticle(kindOf(value));
}

function describeChoice(values: readonly unknown[], value: unknown): Omit<Problem, 'path'> {
  const nearest = typeof value === 'string' ? findNearestName(value, values.map(String)) : undefined;
  const listed = values.map((one) => JSON.stringify(one)).join(', ');
  return {
    message: `must be ${values.length > 1 ? 'one of ' : ''}${listed}`,
    ...didYouMean(nearest && JSON.stringify(nearest)),
  };
}

function describeRange(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const isSmall = issue.code === 'too_small';
  const limit = isSmall ? issue.minimum : issue.maximum;
  const units: Readonly<Record<string, string>> = {
    string: ' characters',
    array: ' items',
    record: ' keys',
  };
  const unit = units[issue.origin];
  const bound = isSmall ? 'at least' : 'at most';
  if (unit !== undefined)
    return `must have ${bound} ${String(limit)}${limit === 1 ? unit.slice(0, -1) : unit}`;
  const strictBound = isSmall ? 'more than' : 'less than';
  return `must be ${issue.inclusive === false ? strictBound : bound} ${String(limit)}`;
}

/** Reports that no type of a union matches, or the problems of the matching one. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  { base, schema }: { readonly base: readonly PropertyKey[]; readonly schema: z.ZodType },
): Problem[] {
  const mismatches = issue.errors.map((branch) =>
    branch.find((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
  );
  const matching = issue.errors.find((_branch, index) => mismatches[index] === undefined);
  if (matching !== undefined) return matching.flatMap((inner) => toProblems(inner, value, schema, base));
  const types = mismatches.map((one) =>
    describeExpected(one?.code === 'invalid_type' ? one.expected : 'value'),
  );
  return [
    { path: formatPath(base), message: `must be ${types.join(' or ')}, is ${describeFound(value, '')}` },
  ];
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function listKnownKeys(path: readonly PropertyKey[], root: z.ZodType): readonly string[] {
  let schema: unknown = root;
  for (const key of path) schema = memberSchema(unwrap(schema), key);
  const reached = unwrap(schema);
  return reached instanceof z.ZodObject ? Object.keys(reached.shape) : [];
}

function memberSchema(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[key as string];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function unwrap(schema: unknown): unknown {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? unwrap(schema.unwrap()) : schema;
}
