// Reads and checks the workflow that a command names: a file, a saved name, or `-` for stdin.
import { PflowError } from '../../errors.ts';
import {
  checkWorkflow,
  prepareWorkflow,
  type PreparedWorkflow,
  type WorkflowContext,
} from '../../run/prepare-workflow.ts';
import { readStdin } from '../terminal/stdin.ts';

/** Throws FILE_NOT_FOUND, WORKFLOW_INVALID with every problem, and USAGE with `hint` for an empty stdin. */
export async function prepareNamedWorkflow(
  named: string,
  context: WorkflowContext,
  hint: string,
): Promise<PreparedWorkflow> {
  if (named !== '-') {
    return prepareWorkflow(named, context).catch((error: unknown) => {
      throw withImportHint(error, named);
    });
  }
  const text = await readStdin();
  if (text.trim() !== '') return checkWorkflow({ text, name: 'stdin', source: 'file' }, 'stdin', context);
  throw new PflowError('USAGE', 'stdin is empty', { hint });
}

/** Explains a file in Markdown, which has to be converted first. */
function withImportHint(error: unknown, named: string): unknown {
  const isMarkdown = /\.md$/iu.test(named);
  if (!isMarkdown || !(error instanceof PflowError) || !error.message.includes(' is not JSON')) return error;
  const target = named.replace(/(?:\.pflow)?\.md$/iu, '.json');
  return error.with({
    message: `${named} is Markdown; a workflow to run is JSON`,
    hint: `Convert it first: pflow import ${named} > ${target}.`,
    details: [],
  });
}
