// Changes one setting, for `pflow settings set`.
import { PflowError } from '../../errors.ts';
import { changeSetting, findSetting, parseSettingPath } from '../../home/change-settings.ts';
import { settingsPath } from '../../home/settings.ts';
import { withoutLastNewline } from '../../workflow/prepare-inputs.ts';
import { formatJson } from '../terminal/json-text.ts';
import { isPiped, readStdin } from '../terminal/stdin.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withoutValues } from './hide-values.ts';
import type { SettingsFlags } from './show-settings.ts';

/** Sets one key. Throws USAGE for an unknown key and for a value that does not fit, and FILE_UNWRITABLE. */
export async function setSetting(
  key: string,
  given: string | undefined,
  { flags, terminal }: { readonly flags: SettingsFlags; readonly terminal: Terminal },
): Promise<number> {
  const path = parseSettingPath(key);
  const text = given ?? (await readValue(key));
  const settings = withoutValues(changeSetting(process.env, path, text));
  const file = settingsPath(process.env);
  const value = findSetting(settings, path);
  if (flags.json === true) terminal.out(`${formatJson({ path: file, key, value }, 2)}\n`);
  else {
    terminal.out(`set    ${key} = ${typeof value === 'string' ? value : formatJson(value)}\n`);
    terminal.err(`file   ${file}\n`);
  }
  return 0;
}

/** Keeps a secret out of the history of the shell. */
async function readValue(key: string): Promise<string> {
  if (isPiped()) return withoutLastNewline(await readStdin());
  throw new PflowError('USAGE', `there is no value for ${key}`, {
    hint: `Give it after the key, or pipe it in: pflow settings set ${key} < FILE.`,
  });
}
