// Defines the options and the help of `pflow guide`.
import type { Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { GuideFlags } from './print-guide.ts';

export function addGuide(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('guide')
    .description('explain how to write workflows and use pflow, by topic')
    .argument('[topic]', 'such as workflow, templates, errors or agents (default: the list of topics)')
    .argument('[code]', 'of errors: one error code')
    .option('--json', 'as JSON: the topic and its text')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow guide workflow\n  pflow guide errors TEMPLATE_UNRESOLVED\n  pflow guide agents\n',
    )
    .action(async (topic: string | undefined, code: string | undefined, flags: GuideFlags) => {
      const { printGuide } = await import('./print-guide.ts');
      setExitCode(printGuide(topic, code, flags, terminal));
    });
}
