// `pflow validate`: reports every problem of a workflow at once, and runs nothing.
import { workingFolder } from '../../home/paths.ts';
import { prepareWorkflow } from '../../run/prepare-workflow.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ValidateOptions {
  readonly json?: boolean;
  readonly nodes: readonly string[];
  readonly verbose?: boolean;
}

/** Throws WORKFLOW_INVALID, exit code 2, for a workflow that cannot run. */
export async function executeValidate(
  file: string,
  flags: ValidateOptions,
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
    terminal.out(`${colour.green('valid')}  ${name}, ${count}\n`);
  }
  return 0;
}
