// Defines the help of `pflow completion`.
import { Argument, type Command } from 'commander';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Shell } from './completion-script.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletion(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .option('--json', 'as JSON: the shell and its script')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow completion bash > ~/.local/share/bash-completion/completions/pflow\n  pflow completion zsh > "${fpath[1]}/_pflow"\n  pflow completion fish > ~/.config/fish/completions/pflow.fish\n',
    )
    .action(async (shell: Shell, { json }: { readonly json?: boolean }) => {
      const { completionScript } = await import('./completion-script.ts');
      const script = completionScript(shell, program);
      terminal.out(json === true ? `${JSON.stringify({ shell, script }, undefined, 2)}\n` : script);
      setExitCode(0);
    });
}
