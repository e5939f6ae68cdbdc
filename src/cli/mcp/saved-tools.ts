// Serves each saved workflow as a tool of its own, with its inputs as arguments.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { homeFolder } from '../../home/paths.ts';
import { readSavedWorkflows } from '../../home/saved-workflows/list-saved.ts';
import type { SavedWorkflow } from '../../home/saved-workflows/saved-workflow.ts';
import type { InputSpec } from '../../workflow/schema.ts';
import { present } from '../../values/present.ts';
import { runWords, type ServedCommand } from './served-tools.ts';

const PREFIX = 'run_';

/** Leaves out files that are not valid workflows. */
export function listSavedTools(): readonly ServedCommand[] {
  return readSavedWorkflows(homeFolder(process.env)).workflows.map((saved) => ({
    tool: toTool(saved),
    toWords: (inputs) => runWords({ workflow: saved.name, inputs }),
    isRun: true,
  }));
}

function toTool({ name, description, workflow }: SavedWorkflow): Tool {
  const inputs = Object.entries(workflow.inputs ?? {});
  const required = inputs.filter(([, spec]) => spec.default === undefined && spec.required !== false);
  return {
    name: `${PREFIX}${name}`,
    description: description ?? `Runs the saved workflow ${name}.`,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(inputs.map(([input, spec]) => [input, toProperty(spec)])),
      required: required.map(([input]) => input),
      additionalProperties: false,
    },
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
  };
}

function toProperty({ type, description, default: value, secret }: InputSpec): object {
  const isShown = value !== undefined && secret !== true;
  return present({ type, description, default: isShown ? value : undefined });
}
