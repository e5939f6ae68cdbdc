// Chooses how a structured answer is requested. Endpoints differ in what they accept, so a setting of the provider
// decides; whatever is requested, pflow checks the answer.
import { exactJsonText } from '../values/exact-json.ts';
import type { ModelName, StructuredMode } from './model-name.ts';
import type { ModelRequest } from './model.ts';

/** Undefined for a request without a schema. */
export function structuredModeOf(
  { custom }: ModelName,
  { output_schema }: ModelRequest,
): StructuredMode | undefined {
  if (output_schema === undefined) return undefined;
  const mode = custom?.structured ?? 'json_schema';
  // The arguments of a tool are an object.
  return mode === 'tool' && output_schema['type'] !== 'object' ? 'none' : mode;
}

/** Adds the schema to the system text where it has no other place. */
export function systemTextOf(
  { system, output_schema }: ModelRequest,
  mode: StructuredMode | undefined,
): string | undefined {
  if (mode !== 'json_object' && mode !== 'none') return system;
  const schema = exactJsonText(output_schema) ?? '';
  const rule = `Answer with JSON only: one value that fits this JSON Schema, without words around it.\n${schema}`;
  return system === undefined ? rule : `${system}\n\n${rule}`;
}
