// Checks the declarations of a node type. The validation, the registry and the planner read them. Custom types and
// built-in types have the same rules.
import * as z from 'zod';
import type { NodeType } from '../flow/node-type.ts';
import type { RunContext } from './run-context.ts';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;

/** Returns sentences without their subject; empty for a valid type. */
export function findTypeProblems({
  type,
  summary,
  params,
  outputs,
  example,
}: NodeType<RunContext>): readonly string[] {
  const name = findNameProblem(type);
  return [
    ...(name === undefined ? [] : [name]),
    ...(typeof summary === 'string' && summary.trim() !== '' ? [] : ['has no summary']),
    ...findSchemaProblems('params', params),
    ...(isObjectSchema(params) && !isStrict(params)
      ? ['accepts any param: make its params with z.strictObject, so that a wrong one is found']
      : []),
    ...findSchemaProblems('outputs', outputs),
    ...(isObjectSchema(params) && example !== undefined ? findExampleProblems(params, example) : []),
  ];
}

function findNameProblem(type: string): string | undefined {
  return NAME.test(type) ? undefined : 'needs a name of small letters, digits and -, such as "word-count"';
}

function findSchemaProblems(member: 'params' | 'outputs', schema: unknown): string[] {
  if (!isObjectSchema(schema)) return [`has ${member} that are not a z.object of zod 4`];
  const undescribed = Object.entries(schema.shape).filter(
    ([, member]) => ((member as z.ZodType).description ?? '') === '',
  );
  const missing = undescribed.map(
    ([name]) => `has no description of its ${member.slice(0, -1)} "${name}": add .describe("…")`,
  );
  return [
    ...missing,
    ...(isExpressible(schema) ? [] : [`has ${member} that cannot be written as JSON Schema`]),
  ];
}

function isObjectSchema(schema: unknown): schema is z.ZodObject {
  return schema instanceof z.ZodObject;
}

function isStrict(schema: z.ZodObject): boolean {
  return schema.def.catchall instanceof z.ZodNever;
}

function isExpressible(schema: z.ZodObject): boolean {
  try {
    z.toJSONSchema(schema, { io: 'input' });
    return true;
  } catch {
    return false;
  }
}

/** Checks only the names of an example, because templates in it are not filled in. */
function findExampleProblems(params: z.ZodObject, example: Readonly<Record<string, unknown>>): string[] {
  const unknown = Object.keys(example).filter((name) => !Object.hasOwn(params.shape, name));
  return unknown.map((name) => `has an example with the unknown param "${name}"`);
}
