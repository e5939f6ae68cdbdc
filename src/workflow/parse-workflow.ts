// Parses the text of a workflow file and checks it against the schema. `assertValid` also checks the node types.
import { checkSchema } from './check-schema.ts';
import { invalidWorkflowError } from './invalid-workflow.ts';
import { parseJson } from '../values/parse-json.ts';
import type { Workflow } from './schema.ts';

/**
 * Reads the text of a workflow file. Throws WORKFLOW_INVALID with every problem of the schema. `file` names the text in
 * errors.
 */
export function parseWorkflow(text: string, file?: string): Workflow {
  const { workflow, problems } = checkSchema(parseJson(text, file));
  if (workflow === undefined || problems.length > 0) throw invalidWorkflowError(problems, file);
  return workflow;
}
