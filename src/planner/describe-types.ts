// Describes node types to a model from their schemas. The planner therefore knows a custom type at once.
import * as z from 'zod';
import type { TypeFacts } from './planning-task.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Characters for all tools of MCP servers. A user may have hundreds, and each prompt is paid. */
const TOOLS_LENGTH = 6_000;
const MAX_SUMMARY = 120;
/** Of a tool: params that are described, and characters of a description. */
const MAX_PARAMS = 20;
const MAX_DESCRIPTION = 120;

/** Writes one line per type. Where tools of MCP servers would not fit, only their names are written. */
export function typeSummaries(types: Iterable<TypeFacts>): string {
  const all = [...types];
  const own = all.filter(({ server }) => server === undefined).map(summaryLine);
  return [...own, ...toolLines(all.filter(({ server }) => server !== undefined))].join('\n');
}

function summaryLine({ type, summary }: TypeFacts): string {
  return `- \`${type}\`: ${summary}`;
}

function toolLines(tools: readonly TypeFacts[]): readonly string[] {
  const full = tools.map((tool) => summaryLine({ ...tool, summary: cut(tool.summary, MAX_SUMMARY) }));
  if (lengthOf(full) <= TOOLS_LENGTH) return full;
  const names = tools.map(({ type }) => `- \`${type}\``);
  const fitting = names.filter((_line, index) => lengthOf(names.slice(0, index + 1)) <= TOOLS_LENGTH);
  const rest = names.length - fitting.length;
  return rest === 0 ? fitting : [...fitting, `- ${String(rest)} more tools of MCP servers, not listed here`];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** The params and outputs of each type. */
export function typeDetails(types: Iterable<TypeFacts>): string {
  return [...types].map(typeDetail).join('\n\n');
}

function typeDetail({ type, summary, params, outputs, server }: TypeFacts): string {
  if (server !== undefined) return toolDetail({ type, summary, params, outputs });
  return [
    `### \`${type}\``,
    summary,
    'params:',
    ...lines(jsonSchema(params, 'input'), true),
    'writes:',
    ...lines(jsonSchema(outputs, 'output'), false),
  ].join('\n');
}

/** A server may describe at length what it takes and answers. */
function toolDetail({ type, summary, params, outputs }: TypeFacts): string {
  const taken = lines(jsonSchema(params, 'input'), true);
  const left = taken.length - MAX_PARAMS;
  const result = jsonSchema(outputs, 'output').properties as Readonly<Record<string, Schema>> | undefined;
  const members = Object.keys(result?.['result']?.['properties'] ?? {}).slice(0, MAX_PARAMS);
  const known = members.length === 0 ? '' : `, with ${members.join(', ')}`;
  return [
    `### \`${type}\``,
    summary,
    'params:',
    ...taken.slice(0, MAX_PARAMS).map((line) => cut(line, MAX_DESCRIPTION)),
    ...(left > 0 ? [`- ${String(left)} more`] : []),
    'writes:',
    `- \`result\`: what the tool answers${cut(known, MAX_DESCRIPTION * 2)}`,
  ].join('\n');
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Schema & { readonly properties?: unknown } {
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
