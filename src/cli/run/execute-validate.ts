// `pflow validate`: every problem of a workflow at once, and nothing runs.
import type { ValidateFlags } from '../commands/validate.ts';
import { paint } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import { workingFolder } from '../working-folder.ts';
import { prepareWorkflow } from './prepare-run.ts';

/** Throws WORKFLOW_INVALID, which is exit code 2, for a workflow that could not run. */
export async function executeValidate(
  file: string,
  flags: ValidateFlags,
  terminal: Terminal,
): Promise<number> {
  const { workflow, name } = await prepareWorkflow(file, {
    cwd: workingFolder(),
    env: process.env,
    nodes: flags.nodes,
  });
  const facts = {
    valid: true,
    name,
    nodes: workflow.nodes.length,
    inputs: Object.keys(workflow.inputs ?? {}),
    outputs: Object.keys(workflow.outputs ?? {}),
  };
  if (flags.json === true) terminal.out(`${JSON.stringify(facts, undefined, 2)}\n`);
  else {
    const count = `${String(facts.nodes)} ${facts.nodes === 1 ? 'node' : 'nodes'}`;
    terminal.out(`${paint.green('valid')}  ${name}, ${count}\n`);
  }
  return 0;
}
