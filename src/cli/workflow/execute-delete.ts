// `pflow workflow delete`: prompts on a terminal, and needs --yes elsewhere.
import { PflowError } from '../../errors.ts';
import type { DeleteFlags } from './command.ts';
import { confirmAction } from '../terminal/confirm.ts';
import { homeFolder } from '../../home/paths.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { deleteSavedWorkflow } from '../../home/saved-workflows/delete-saved.ts';
import { unknownWorkflowError } from '../../home/saved-workflows/read-saved.ts';
import { listSavedNames } from '../../home/saved-workflows/saved-names.ts';

/** Exit code 1 for an answer that is not yes. A broken one can be deleted, too. */
export async function deleteWorkflow(name: string, flags: DeleteFlags, terminal: Terminal): Promise<number> {
  const home = homeFolder(process.env);
  const deleted = flags.yes === true || (await confirmDeletion(home, name, terminal));
  if (deleted) deleteSavedWorkflow(home, name);
  if (flags.json === true) terminal.out(`${JSON.stringify({ name, deleted }, undefined, 2)}\n`);
  else terminal.out(`${deleted ? colour.green('deleted') : colour.yellow('kept')}  ${name}\n`);
  return deleted ? 0 : 1;
}

/** Reports a misspelt name before prompting. */
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
