// The text of a workflow file as a workflow: JSON, then the schema. It knows no node types; `assertValid` does.
import { checkSchema } from './check-schema.ts';
import { invalidWorkflowError } from './invalid-workflow.ts';
import { parseJson } from '../values/parse-json.ts';
import type { Workflow } from './schema.ts';

/** Throws WORKFLOW_INVALID with every problem of the schema at once. `file` names the text in errors. */
export function parseWorkflow(text: string, file?: string): Workflow {
  const { workflow, problems } = checkSchema(parseJson(text, file));
  if (workflow === undefined || problems.length > 0) throw invalidWorkflowError(problems, file);
  return workflow;
}
