// Describes a saved workflow as the commands print it with --json.
import { RUN_ENDS } from '../../events/run-status.ts';
import * as z from 'zod';
import type { SavedWorkflow } from '../../home/saved-workflows/saved-workflow.ts';
import type { InputSpec } from '../../workflow/schema.ts';

const strings = z.array(z.string());

const input = z.strictObject({
  name: z.string(),
  type: z.string().nullable(),
  required: z.boolean(),
  default: z.unknown().optional(),
  description: z.string().nullable(),
});

const lastRun = z.strictObject({
  at: z.iso.datetime(),
  status: z.enum(RUN_ENDS),
  duration_ms: z.number(),
  execution_id: z.string().nullable().describe('null for a run without a log'),
});

const savedSchema = z.strictObject({
  name: z.string(),
  description: z.string().nullable(),
  path: z.string(),
  nodes: z.int().positive(),
  node_types: strings.describe('each once, in the order of the nodes'),
  inputs: z.array(input),
  outputs: strings,
  keywords: strings,
  capabilities: strings,
  typical_uses: strings,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime().describe('an edit by hand counts'),
  runs: z.int().nonnegative(),
  last_run: lastRun.nullable(),
  unreadable_history_lines: z.int().nonnegative(),
});

export const listSchema = z.strictObject({
  workflows: z.array(savedSchema),
  broken: z.array(z.strictObject({ name: z.string(), problem: z.string(), details: strings })),
});

export const showSchema = savedSchema.extend({ workflow: z.record(z.string(), z.unknown()) });

export const saveSchema = z.strictObject({ name: z.string(), path: z.string(), replaced: z.boolean() });

export const deleteSchema = z.strictObject({ name: z.string(), deleted: z.boolean() });

export type SavedDocument = z.output<typeof savedSchema>;

export function toSavedDocument(saved: SavedWorkflow): SavedDocument {
  const { name, path, workflow, lastRun: last } = saved;
  return {
    name,
    description: saved.description ?? null,
    path,
    nodes: workflow.nodes.length,
    node_types: [...new Set(workflow.nodes.map(({ type }) => type))],
    inputs: Object.entries(workflow.inputs ?? {}).map(describeInput),
    outputs: Object.keys(workflow.outputs ?? {}),
    keywords: [...saved.keywords],
    capabilities: [...saved.capabilities],
    typical_uses: [...saved.typicalUses],
    created_at: saved.createdAt,
    updated_at: saved.updatedAt,
    runs: saved.runs,
    last_run:
      last === undefined
        ? null
        : {
            at: last.at,
            status: last.status,
            duration_ms: last.duration_ms,
            execution_id: last.run ?? null,
          },
    unreadable_history_lines: saved.unreadableHistoryLines,
  };
}

function describeInput([name, spec]: readonly [string, InputSpec]): SavedDocument['inputs'][number] {
  return {
    name,
    type: spec.type ?? null,
    required: spec.default === undefined && spec.required !== false,
    // The default of a secret input is not shown.
    ...(spec.default === undefined || spec.secret === true ? {} : { default: spec.default }),
    description: spec.description ?? null,
  };
}
