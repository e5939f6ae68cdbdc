// Defines the options and the help of `pflow probe`.
import type { Command } from 'commander';
import { createNodesOption, parsePositiveNumber, type SetExitCode } from '../options.ts';
import { withinTimeLimit } from '../run/time-limit.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ProbeFlags } from './probe-type.ts';

export function addProbe(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('probe')
    .description('run one node alone, and print the template paths that it wrote with their values')
    .argument('<type>', 'a node type, such as http')
    .argument('[key=value...]', 'its params: text, or JSON where the param takes it')
    .option(
      '--log <file|dir>',
      'keep the log here instead of in PFLOW_LOG_DIR, log_dir of the settings, or ~/.pflow/runs',
    )
    .option('--timeout <seconds>', 'stop the node after that long', parsePositiveNumber('--timeout'))
    .option('--max-cost <usd>', 'stop before the next model call once that much is spent')
    .option('--model <model>', 'the model of an llm node that names no model')
    .addOption(createNodesOption())
    .option('--json', 'as JSON')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow probe http url=https://api.github.com/repos/nodejs/node\n  pflow probe shell command="git log -3 --format=%s"\n',
    )
    .action(async (type: string, words: string[], flags: ProbeFlags) => {
      const { probeType } = await import('./probe-type.ts');
      setExitCode(await withinTimeLimit(flags.timeout, () => probeType(type, words, flags, terminal)));
    });
}
