// `pflow workflow save`: what cannot run is not saved.
import { basename } from 'node:path';
import { PflowError } from '../../errors.ts';
import type { SaveFlags } from './command.ts';
import { homeFolder } from '../../home/paths.ts';
import { colour } from '../terminal/colour.ts';
import { formatCount } from '../../values/format-count.ts';
import { checkWorkflow, prepareWorkflow, type PreparedWorkflow } from '../../run/prepare-workflow.ts';
import { readStdin } from '../terminal/stdin.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workingFolder } from '../../home/working-folder.ts';
import { saveWorkflow } from '../../home/saved-workflows/save-workflow.ts';
import { requireSavedName, describeNameProblem } from '../../home/saved-workflows/saved-name.ts';

/** Throws WORKFLOW_INVALID with every finding, which is exit code 2; WORKFLOW_EXISTS without --replace. */
export async function saveWorkflowFile(file: string, flags: SaveFlags, terminal: Terminal): Promise<number> {
  if (flags.name !== undefined) requireSavedName(flags.name);
  const { workflow, ir } = await prepared(file, flags);
  const name = flags.name ?? nameFor(workflow.name, file);
  requireSavedName(name);
  const saved = saveWorkflow(homeFolder(process.env), name, ir, {
    replace: flags.replace === true,
    ...(flags.description === undefined ? {} : { description: flags.description }),
  });
  if (flags.json === true) terminal.out(`${JSON.stringify({ name, ...saved }, undefined, 2)}\n`);
  else {
    terminal.out(`${colour.green('saved')}  ${name}, ${formatCount(workflow.nodes.length, 'node')}\n`);
    terminal.err(`file   ${saved.path}\n`);
  }
  return 0;
}

async function prepared(file: string, { nodes }: SaveFlags): Promise<PreparedWorkflow> {
  const around = { cwd: workingFolder(), env: process.env, nodes };
  if (file !== '-') return prepareWorkflow(file, around);
  const text = await readStdin();
  if (text !== undefined) return checkWorkflow({ text, name: 'stdin', source: 'file' }, 'stdin', around);
  throw new PflowError('USAGE', 'nothing was piped in', {
    hint: 'For example: pflow plan "…" | pflow workflow save - --name NAME.',
  });
}

/** Its own name where that will do, else the name of the file. */
function nameFor(own: string | undefined, file: string): string {
  if (own !== undefined && (describeNameProblem(own) === undefined || file === '-')) return own;
  if (file !== '-') return basename(file).replace(/\.json$/u, '');
  throw new PflowError('USAGE', 'the workflow from stdin has no name', { hint: 'Give it one with --name.' });
}
