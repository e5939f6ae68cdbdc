// Checks and saves a workflow for `pflow workflow save`.
import { basename } from 'node:path';
import { PflowError } from '../../errors.ts';
import { homeFolder, workingFolder } from '../../home/paths.ts';
import { saveWorkflow } from '../../home/saved-workflows/save-workflow.ts';
import { describeNameProblem, requireSavedName } from '../../home/saved-workflows/saved-name.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import { prepareNamedWorkflow } from '../run/named-workflow.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WorkflowFlags } from './list-workflows.ts';

export interface SaveFlags extends WorkflowFlags {
  readonly nodes: readonly string[];
  readonly name?: string;
  readonly description?: string;
  readonly replace?: boolean;
}

/** Throws WORKFLOW_INVALID with every problem, and WORKFLOW_EXISTS for a name in use without --replace. */
export async function saveWorkflowFile(file: string, flags: SaveFlags, terminal: Terminal): Promise<number> {
  const { replace = false, description } = flags;
  if (flags.name !== undefined) requireSavedName(flags.name);
  const context = { cwd: workingFolder(), env: process.env, nodes: flags.nodes };
  const { workflow, ir } = await prepareNamedWorkflow(file, context, EMPTY);
  const name = flags.name ?? chooseName(workflow.name, file);
  requireSavedName(name);
  const saved = saveWorkflow(homeFolder(process.env), name, ir, present({ replace, description }));
  if (flags.json === true) terminal.out(`${JSON.stringify({ name, ...saved }, undefined, 2)}\n`);
  else {
    terminal.out(`${colour.green('saved')}  ${name}, ${formatCount(workflow.nodes.length, 'node')}\n`);
    terminal.err(`file   ${saved.path}\n`);
  }
  return 0;
}

const EMPTY = 'For example: pflow plan "…" | pflow workflow save - --name NAME.';

/** Prefers the name in the workflow, if valid, to that of the file. */
function chooseName(own: string | undefined, file: string): string {
  if (own !== undefined && (describeNameProblem(own) === undefined || file === '-')) return own;
  if (file !== '-') return basename(file).replace(/\.json$/u, '');
  throw new PflowError('USAGE', 'the workflow from stdin has no name', { hint: 'Give it one with --name.' });
}
