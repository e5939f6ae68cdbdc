// Makes the JSON Schema of workflow files, with the params of each node type. Editors check files with it. Relations
// between keys, such as references in templates, are left to the rules.
import * as z from 'zod';
import type { NodeType } from '../flow/node-type.ts';
import { workflowSchema } from './schema.ts';

type JsonSchema = Record<string, unknown>;

/** A text with a template may stand in for a value of any type. */
const TEMPLATE = { type: 'string', pattern: String.raw`\$\{` };

export function workflowJsonSchema(
  types: ReadonlyMap<string, Pick<NodeType, 'params' | 'literal'>>,
): JsonSchema {
  const schema = z.toJSONSchema(workflowSchema, { io: 'input' }) as JsonSchema;
  const properties = schema['properties'] as Record<string, JsonSchema>;
  const node = properties['nodes']?.['items'] as JsonSchema;
  const { type } = node['properties'] as Record<string, JsonSchema>;
  Object.assign(type ?? {}, { enum: [...types.keys()] });
  node['allOf'] = [...types].map(([name, { params, literal = [] }]) => ({
    if: { properties: { type: { const: name } } },
    // A node without params has none of the required ones.
    then: { properties: { params: paramsSchema(params, literal) }, ...requireParams(params) },
  }));
  return { title: 'A pflow workflow', ...schema };
}

function paramsSchema(params: z.ZodObject, literal: readonly string[]): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' });
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return {
    ...schema,
    properties: Object.fromEntries(
      properties.map(([name, param]) => [name, literal.includes(name) ? param : allowTemplates(param)]),
    ),
  };
}

function requireParams(params: z.ZodObject): JsonSchema {
  return params.safeParse({}).success ? {} : { required: ['params'] };
}

/** Permits a template in place of the value and of every value inside. */
function allowTemplates(schema: JsonSchema): JsonSchema {
  const inside: JsonSchema = { ...schema };
  for (const key of ['items', 'additionalProperties']) {
    const value = schema[key];
    if (value !== undefined) inside[key] = allowInSchema(value);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    const value = schema[key];
    if (Array.isArray(value)) inside[key] = value.map(allowInSchema);
  }
  const { properties } = schema;
  if (isSchema(properties)) {
    inside['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, allowInSchema(one)]),
    );
  }
  const { description, ...rest } = inside;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, TEMPLATE] };
}

/** `true` and `false` are schemas too, and stay what they are. */
function allowInSchema(value: unknown): unknown {
  return isSchema(value) ? allowTemplates(value) : value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
