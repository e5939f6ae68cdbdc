// Defines the options and the help of `pflow workflow` and its commands.
import type { Command } from 'commander';
import { addOutputOptions, createNodesOption, type SetExitCode } from '../options.ts';
import { createFormatOption } from '../terminal/list-format-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { DeleteFlags } from './delete-workflow.ts';
import type { WorkflowFlags } from './list-workflows.ts';
import type { SaveFlags } from './save-workflow-file.ts';

export function addWorkflow(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const workflow = program
    .command('workflow')
    .description('saved workflows: list, show, save, delete')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow workflow save release-notes.json\n  pflow workflow list notes\n  pflow run release-notes repo=.\n',
    );
  addList(workflow, terminal, setExitCode);
  addShow(workflow, terminal, setExitCode);
  addSave(workflow, terminal, setExitCode);
  addDelete(workflow, terminal, setExitCode);
}

function addList(workflow: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(workflow.command('list'))
    .addOption(createFormatOption())
    .description('list the saved workflows, with their inputs and runs')
    .argument('[filter...]', 'only workflows whose name, description or keywords contain all of these words')
    .addHelpText('after', '\nExamples:\n  pflow workflow list\n  pflow workflow list release notes --json\n')
    .action(async (filter: string[], flags: WorkflowFlags) => {
      const { listWorkflows } = await import('./list-workflows.ts');
      setExitCode(listWorkflows(filter, flags, terminal));
    });
}

function addShow(workflow: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(workflow.command('show'))
    .description('print a saved workflow; --json: with its inputs, keywords and runs')
    .argument('<name>', 'the name of a saved workflow')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow workflow show release-notes > copy.json\n  pflow workflow show release-notes --json | jq .runs\n',
    )
    .action(async (name: string, flags: WorkflowFlags) => {
      const { showWorkflow } = await import('./show-workflow.ts');
      setExitCode(showWorkflow(name, flags, terminal));
    });
}

function addSave(workflow: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(workflow.command('save'))
    .description('check a workflow and save it under a name')
    .argument('<file>', 'a workflow file, the name of a saved one, or - for stdin')
    .option('--name <name>', 'the name to save it under (default: the name in the file, or that of the file)')
    .option('--description <text>', 'what it does; is written into the saved workflow')
    .addOption(createNodesOption())
    .option('--replace', 'replace the saved workflow of that name')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow workflow save release-notes.json --description "Release notes from git tags"\n  pflow plan "summarise notes.txt" | pflow workflow save - --name summarise\n',
    )
    .action(async (file: string, flags: SaveFlags) => {
      const { saveWorkflowFile } = await import('./save-workflow-file.ts');
      setExitCode(await saveWorkflowFile(file, flags, terminal));
    });
}

function addDelete(workflow: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addOutputOptions(workflow.command('delete'))
    .description('delete a saved workflow and its history')
    .argument('<name>', 'the name of a saved workflow')
    .option('--yes', 'delete without a prompt')
    .addHelpText('after', '\nExample:\n  pflow workflow delete release-notes --yes\n')
    .action(async (name: string, flags: DeleteFlags) => {
      const { deleteWorkflow } = await import('./delete-workflow.ts');
      setExitCode(await deleteWorkflow(name, flags, terminal));
    });
}
