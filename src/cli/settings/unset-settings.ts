// Removes settings, for `pflow settings unset`.
import {
  findSetting,
  parseSettingPath,
  removeSettings,
  requireKnownSetting,
} from '../../home/change-settings.ts';
import { readSettingsFile, settingsPath } from '../../home/settings.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SettingsFlags } from './show-settings.ts';

/** Throws USAGE for an unknown key that the file does not have either, and FILE_UNWRITABLE. */
export function unsetSettings(keys: readonly string[], flags: SettingsFlags, terminal: Terminal): number {
  const before = readSettingsFile(process.env);
  const found = keys.map((key) => ({ key, path: parseSettingPath(key) }));
  const isSet = ({ path }: (typeof found)[number]): boolean => findSetting(before, path) !== undefined;
  for (const one of found) if (!isSet(one)) requireKnownSetting(one.path);
  const removed = found.filter(isSet);
  if (removed.length > 0)
    removeSettings(
      process.env,
      removed.map(({ path }) => path),
    );
  const names = removed.map(({ key }) => key);
  if (flags.json === true) {
    terminal.out(`${formatJson({ path: settingsPath(process.env), removed: names }, 2)}\n`);
    return 0;
  }
  for (const name of names) terminal.out(`unset  ${name}\n`);
  for (const { key } of found.filter((one) => !isSet(one))) terminal.err(`note   ${key} was not set\n`);
  return 0;
}
