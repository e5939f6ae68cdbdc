// Describes node types to a model from their schemas. The planner therefore knows a custom type at once.
import * as z from 'zod';
import type { TypeFacts } from './planning-task.ts';

type Schema = Readonly<Record<string, unknown>>;

/** One line per type. */
export function typeSummaries(types: Iterable<TypeFacts>): string {
  return [...types].map(({ type, summary }) => `- \`${type}\`: ${summary}`).join('\n');
}

/** The params and outputs of each type. */
export function typeDetails(types: Iterable<TypeFacts>): string {
  return [...types].map(typeDetail).join('\n\n');
}

function typeDetail({ type, summary, params, outputs }: TypeFacts): string {
  return [
    `### \`${type}\``,
    summary,
    'params:',
    ...lines(jsonSchema(params, 'input'), true),
    'writes:',
    ...lines(jsonSchema(outputs, 'output'), false),
  ].join('\n');
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}

function lines(schema: Schema, marksRequired: boolean): string[] {
  const required = new Set(schema['required'] as readonly string[] | undefined);
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  if (properties.length === 0) return ['- any key'];
  return properties.map(([name, property]) => {
    const needed = marksRequired && required.has(name) ? ', required' : '';
    const usual = property['default'] === undefined ? '' : `, default ${JSON.stringify(property['default'])}`;
    const about = typeof property['description'] === 'string' ? `: ${property['description']}` : '';
    return `- \`${name}\` (${kindOf(property)}${needed}${usual})${about}`;
  });
}

function kindOf(schema: Schema): string {
  const { enum: values, type, anyOf } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(anyOf)) return [...new Set((anyOf as Schema[]).map(kindOf))].join(' | ');
  if (type === 'array' && typeof schema['items'] === 'object') {
    const items = kindOf((schema['items'] ?? {}) as Schema);
    return items === 'any' ? 'array' : `array of ${items}`;
  }
  return typeof type === 'string' ? type : 'any';
}
