// Makes the JSON Schema of workflow files, with the params of each node type. Editors check files with it. Relations
// between keys that are apart, such as references in templates, are left to the rules.
import * as z from 'zod';
import type { NodeType } from '../flow/node-type.ts';
import { SCHEMA_TYPES } from '../values/schema-fault.ts';
import { DECLARED_KINDS } from '../values/json-kind.ts';
import { workflowSchema } from './schema.ts';
import { TEMPLATE_PATTERN } from './templates/template-pattern.ts';
import { present } from '../values/present.ts';

type JsonSchema = Record<string, unknown>;
type TypeFacts = Pick<NodeType, 'params' | 'literal' | 'commands'>;

/** A text with a template may stand in for a value of any type. */
const TEMPLATE = { type: 'string', pattern: String.raw`\$\{` };

/** A value whose templates are well formed, at any depth. Each keyword concerns one type of values. */
const TEMPLATES = {
  pattern: TEMPLATE_PATTERN,
  items: { $ref: '#/$defs/templates' },
  additionalProperties: { $ref: '#/$defs/templates' },
};

const INNER = { $ref: '#/$defs/schema' };
const INNER_LIST = orTemplate('array', { items: INNER });
const TYPE_NAME = { anyOf: [{ enum: SCHEMA_TYPES }, TEMPLATE] };

/** What is checked of a schema for the answer of a model. Its parts may be templates. */
const SCHEMA = {
  ...orTemplate(['object', 'boolean']),
  properties: {
    type: { anyOf: [TYPE_NAME, { type: 'array', items: TYPE_NAME, minItems: 1 }] },
    required: orTemplate('array', { items: { type: 'string' } }),
    items: { anyOf: [INNER, INNER_LIST] },
    ...Object.fromEntries(['additionalProperties', 'not'].map((key) => [key, INNER])),
    ...Object.fromEntries(['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((key) => [key, INNER_LIST])),
    ...Object.fromEntries(
      ['$defs', 'properties'].map((key) => [key, orTemplate('object', { additionalProperties: INNER })]),
    ),
  },
};

function orTemplate(type: string | readonly string[], rules: JsonSchema = {}): JsonSchema {
  return { ...TEMPLATE, ...rules, type: [type, 'string'].flat() };
}

const WELL_FORMED = { $ref: '#/$defs/templates' };

/** A list in JSON may stand in one fenced block. */
const LIST_OR_TEMPLATE = {
  anyOf: [{ type: 'array' }, TEMPLATE, { type: 'string', pattern: String.raw`^[^[]*\[[\s\S]*\]` }],
};

export function workflowJsonSchema(types: ReadonlyMap<string, TypeFacts>): JsonSchema {
  const schema = z.toJSONSchema(workflowSchema, { io: 'input' }) as JsonSchema;
  const { nodes, edges, inputs, outputs } = propertiesOf(schema);
  Object.assign(nodes ?? {}, { uniqueItems: true });
  Object.assign(edges ?? {}, { uniqueItems: true });
  Object.assign((inputs?.['additionalProperties'] ?? {}) as JsonSchema, { allOf: defaultRules() });
  refine((outputs?.['additionalProperties'] ?? {}) as JsonSchema, 'source', TEMPLATE, WELL_FORMED);
  refineNode((nodes?.['items'] ?? {}) as JsonSchema, types);
  return { title: 'A pflow workflow', ...schema, $defs: { templates: TEMPLATES, schema: SCHEMA } };
}

function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema['properties'] ?? {}) as Record<string, JsonSchema>;
}

/** Adds rules to a property. */
function refine(schema: JsonSchema, property: string, ...rules: readonly JsonSchema[]): void {
  Object.assign(propertiesOf(schema)[property] ?? {}, { allOf: rules });
}

/** A default has the declared type; null is for inputs that may be absent. */
function defaultRules(): readonly JsonSchema[] {
  const ofType = DECLARED_KINDS.map((kind) => ({
    if: { required: ['type'], properties: { type: { const: kind } } },
    then: { properties: { default: { type: [kind, 'null'] } } },
  }));
  const whenRequired = {
    if: { required: ['type', 'required'], properties: { required: { const: true } } },
    then: { properties: { default: { not: { type: 'null' } } } },
  };
  return [...ofType, whenRequired];
}

function refineNode(node: JsonSchema, types: ReadonlyMap<string, TypeFacts>): void {
  const { type, batch, loop } = propertiesOf(node);
  Object.assign(type ?? {}, { enum: [...types.keys()] });
  refine(batch ?? {}, 'items', LIST_OR_TEMPLATE, WELL_FORMED);
  refine(loop ?? {}, 'until', TEMPLATE, WELL_FORMED);
  refine(loop ?? {}, 'while', TEMPLATE, WELL_FORMED);
  refine(loop ?? {}, 'carry', WELL_FORMED);
  Object.assign(loop ?? {}, { oneOf: [{ required: ['until'] }, { required: ['while'] }] });
  const either = { not: { required: ['batch', 'loop'] } };
  const byType = [...types].map(([name, facts]) => ({
    if: { properties: { type: { const: name } } },
    then: typeRule(name, facts),
  }));
  node['allOf'] = [either, ...byType];
}

function typeRule(name: string, { params, literal = [], commands = [] }: TypeFacts): JsonSchema {
  const schema = paramsSchema(params, { literal, commands });
  // A nested workflow is in this form too. What a loop carries into one are inputs of its own.
  if (name === 'workflow') {
    propertiesOf(schema)['ir'] = { $ref: '#' };
    return { properties: { params: schema }, ...requireParams(params) };
  }
  if (name === 'llm') refine(schema, 'output_schema', INNER, WELL_FORMED);
  const carried = Object.keys(params.shape).filter((key) => ![...literal, ...commands].includes(key));
  const isOpen = schema['additionalProperties'] !== false;
  const loop = isOpen ? {} : { loop: { properties: { carry: { propertyNames: { enum: carried } } } } };
  return { properties: { params: schema, ...loop }, ...requireParams(params) };
}

function paramsSchema(
  params: z.ZodObject,
  { literal, commands }: Required<Pick<TypeFacts, 'literal' | 'commands'>>,
): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' });
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return {
    ...schema,
    properties: Object.fromEntries(
      properties.map(([name, param]) => {
        if (literal.includes(name)) return [name, param];
        const open = allowTemplates(param);
        return [name, commands.includes(name) ? open : { ...open, allOf: [WELL_FORMED] }];
      }),
    ),
  };
}

/** A node without params has none of the required ones. */
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
  return { ...present({ description }), anyOf: [rest, TEMPLATE] };
}

/** `true` and `false` are schemas too, and stay what they are. */
function allowInSchema(value: unknown): unknown {
  return isSchema(value) ? allowTemplates(value) : value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
