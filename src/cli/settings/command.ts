// Defines the options and the help of `pflow settings` and its commands.
import type { Command } from 'commander';
import { addOutputOptions, type SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SettingsFlags } from './show-settings.ts';

export function addSettings(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const settings = program
    .command('settings')
    .description('settings: show, set, unset, path')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow settings set default_model openai/gpt-5-mini\n  pflow settings set env.API_TOKEN < token.txt\n  pflow settings show\n',
    );
  addOutputOptions(settings.command('show'))
    .description('print the settings, or one of them; values of env are never shown')
    .argument('[key]', 'such as default_model or providers.local.base_url')
    .addHelpText('after', '\nExamples:\n  pflow settings show\n  pflow settings show providers --json\n')
    .action(async (key: string | undefined, flags: SettingsFlags) => {
      const { showSettings } = await import('./show-settings.ts');
      setExitCode(showSettings(key, flags, terminal));
    });
  addOutputOptions(settings.command('set'))
    .description('change one setting')
    .argument('<key>', 'such as default_model or providers.local.base_url')
    .argument('[value]', 'text or JSON; without it, what is piped in')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow settings set log_keep_days 30\n  pflow settings set deny \'["shell", "delete-*"]\'\n',
    )
    .action(async (key: string, value: string | undefined, flags: SettingsFlags) => {
      const { setSetting } = await import('./set-setting.ts');
      setExitCode(await setSetting(key, value, { flags, terminal }));
    });
  addOutputOptions(settings.command('unset'))
    .description('remove settings')
    .argument('<key...>', 'such as default_model or env.API_TOKEN')
    .addHelpText('after', '\nExample:\n  pflow settings unset env.API_TOKEN\n')
    .action(async (keys: string[], flags: SettingsFlags) => {
      const { unsetSettings } = await import('./unset-settings.ts');
      setExitCode(unsetSettings(keys, flags, terminal));
    });
  addOutputOptions(settings.command('path'))
    .description('print the path of the settings file')
    .addHelpText('after', '\nExample:\n  $EDITOR "$(pflow settings path)"\n')
    .action(async (flags: SettingsFlags) => {
      const { showSettingsPath } = await import('./show-settings.ts');
      setExitCode(showSettingsPath(flags, terminal));
    });
}
