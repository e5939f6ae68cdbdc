// `pflow validate`: reports every problem of a workflow at once, and its warnings. Runs nothing.
import { workingFolder } from '../../home/paths.ts';
import { present } from '../../values/present.ts';
import { formatProblem } from '../../workflow/problem.ts';
import { findWarnings } from '../../workflow/validate.ts';
import { prepareNamedWorkflow } from '../run/named-workflow.ts';
import { colour } from '../terminal/colour.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { formatLabelledLine } from '../terminal/format.ts';
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
  const { workflow, name, registry, nested } = await prepareNamedWorkflow(
    file,
    { cwd: workingFolder(), env: process.env, nodes: flags.nodes },
    'For example: pflow validate - < release-notes.json.',
  );
  const warnings = findWarnings(workflow, { registry, ...present({ children: nested?.children }) });
  const facts = {
    valid: true,
    name,
    nodes: workflow.nodes.length,
    inputs: Object.keys(workflow.inputs ?? {}),
    outputs: Object.keys(workflow.outputs ?? {}),
    warnings,
  };
  if (flags.json === true) terminal.out(`${JSON.stringify(facts, undefined, 2)}\n`);
  else {
    const count = `${String(facts.nodes)} ${facts.nodes === 1 ? 'node' : 'nodes'}`;
    terminal.out(`${colour.green('valid')}  ${name}, ${count}\n`);
    for (const warning of warnings)
      terminal.err(formatLabelledLine('warning', toOneLine(formatProblem(warning))));
  }
  return 0;
}
