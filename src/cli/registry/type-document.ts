// Describes a node type for --json, with its zod schemas as JSON Schema.
import * as z from 'zod';
import type { NodeType } from '../../flow/node-type.ts';
import type { RunContext } from '../../nodes/run-context.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const example = z.strictObject({
  id: z.string(),
  type: z.string(),
  params: z.record(z.string(), z.unknown()),
});

export const typeSchema = z.strictObject({
  type: z.string(),
  summary: z.string(),
  module: z.string().nullable().describe('null for a built-in type'),
  params: jsonSchema,
  outputs: jsonSchema.describe('every type also writes `error` when it fails'),
  literal: z.array(z.string()).describe('params in which no template is filled in'),
  retry: z.strictObject({ max: z.int(), wait_s: z.number() }),
  example: example.nullable(),
});

export const typeListSchema = z.strictObject({ types: z.array(typeSchema) });

export type TypeDocument = z.output<typeof typeSchema>;

/** `module` is the module that defines the type; undefined for a built-in type. */
export function toTypeDocument(type: NodeType<RunContext>, module: string | undefined): TypeDocument {
  return {
    type: type.type,
    summary: type.summary,
    module: module ?? null,
    params: z.toJSONSchema(type.params, { io: 'input' }),
    outputs: z.toJSONSchema(type.outputs, { io: 'output' }),
    literal: [...(type.literal ?? [])],
    retry: { ...type.retry },
    example:
      type.example === undefined ? null : { id: type.type, type: type.type, params: { ...type.example } },
  };
}
