// Deletes a saved workflow for `pflow workflow delete`, after a prompt or with --yes.
import { PflowError } from '../../errors.ts';
import { homeFolder } from '../../home/paths.ts';
import { deleteSavedWorkflow } from '../../home/saved-workflows/delete-saved.ts';
import { unknownWorkflowError } from '../../home/saved-workflows/read-saved.ts';
import { listSavedNames } from '../../home/saved-workflows/saved-names.ts';
import { colour } from '../terminal/colour.ts';
import { confirmAction } from '../terminal/confirm.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WorkflowFlags } from './list-workflows.ts';

export interface DeleteFlags extends WorkflowFlags {
  readonly yes?: boolean;
}

/** Returns exit code 1 if the answer is not yes. Deletes invalid workflows too. */
export async function deleteWorkflow(name: string, flags: DeleteFlags, terminal: Terminal): Promise<number> {
  const home = homeFolder(process.env);
  const deleted = flags.yes === true || (await confirmDeletion(home, name, terminal));
  if (deleted) deleteSavedWorkflow(home, name);
  if (flags.json === true) terminal.out(`${JSON.stringify({ name, deleted }, undefined, 2)}\n`);
  else terminal.out(`${deleted ? colour.green('deleted') : colour.yellow('kept')}  ${name}\n`);
  return deleted ? 0 : 1;
}

/** Reports an unknown name before it prompts. Throws USAGE where no prompt is possible. */
async function confirmDeletion(home: string, name: string, terminal: Terminal): Promise<boolean> {
  if (!listSavedNames(home).includes(name)) throw unknownWorkflowError(home, name);
  const prompt = `Delete ${name} and the history of its runs?`;
  if (terminal.canPrompt) return confirmAction({ lines: [], prompt }, terminal, new AbortController().signal);
  throw new PflowError(
    'USAGE',
    `deleting ${name} needs a confirmation, and there is no terminal for a prompt`,
    {
      hint: `pflow workflow delete ${name} --yes`,
    },
  );
}
