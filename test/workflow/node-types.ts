// Node types for tests of the rules, with helpers. Their schemas are those that the rules distinguish.
import { z } from 'zod';
import { Node } from '../../src/flow/node.ts';
import type { NodeType } from '../../src/flow/node-type.ts';
import { formatProblem } from '../../src/workflow/problem.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';

export class Step extends Node {
  override post(): string {
    return 'default';
  }
}

function nodeType(type: string, params: z.ZodObject, outputs: z.ZodObject, max = 1): NodeType {
  return {
    type,
    summary: type,
    params,
    outputs,
    retry: { max, wait_s: 1 },
    create: (id) => new Step(id, type),
  };
}

const print = nodeType(
  'print',
  z.strictObject({ message: z.string().optional(), data: z.unknown().optional() }),
  z.object({ text: z.string(), data: z.unknown() }),
);

const read = nodeType(
  'read',
  z.strictObject({ file_path: z.string(), limit: z.int().optional() }),
  z.object({ content: z.string(), file_path: z.string(), size: z.number() }),
);

const call = nodeType(
  'call',
  z
    .strictObject({ prompt: z.string(), most: z.number().optional(), least: z.number().optional() })
    .refine(
      ({ most, least }) => most === undefined || least === undefined || least <= most,
      'least is over most',
    ),
  z.object({
    response: z.unknown(),
    usage: z.object({ tokens: z.int(), lines: z.array(z.object({ text: z.string() })) }).optional(),
  }),
  3,
);

const any = nodeType('any', z.looseObject({}), z.looseObject({}));

export const registry: ReadonlyMap<string, NodeType> = new Map(
  [print, read, call, any].map((type) => [type.type, type]),
);

/** One line for each problem that validation reports. */
export function problemsOf(workflow: unknown): string[] {
  return validateWorkflow(workflow, { registry }).map(formatProblem);
}
