// Prints the settings, for `pflow settings show` and `path`. Never prints a value of `env`.
import { findSetting, parseSettingPath, requireKnownSetting } from '../../home/change-settings.ts';
import { readSettings, settingsPath, type Settings } from '../../home/settings.ts';
import { colour } from '../terminal/colour.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withoutValues } from './hide-values.ts';

export interface SettingsFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function showSettingsPath({ json }: SettingsFlags, terminal: Terminal): number {
  const path = settingsPath(process.env);
  terminal.out(json === true ? `${formatJson({ path }, 2)}\n` : `${path}\n`);
  return 0;
}

/** Throws USAGE for a key that no settings have. Prints nothing for one that is not set. */
export function showSettings(key: string | undefined, flags: SettingsFlags, terminal: Terminal): number {
  const settings = withoutValues(readSettings(process.env));
  if (key !== undefined) return showSetting(key, settings, { flags, terminal });
  const path = settingsPath(process.env);
  if (flags.json === true) {
    terminal.out(`${formatJson({ path, settings }, 2)}\n`);
    return 0;
  }
  const lines = Object.entries(settings).flatMap(([name, value]) => linesOf([name], value));
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  for (const { name, value } of lines) terminal.out(`${colour.dim(name.padEnd(width))}  ${value}\n`);
  if (lines.length === 0) terminal.out(`${colour.dim('nothing is set')}\n`);
  terminal.err(`file   ${path}\n`);
  return 0;
}

interface Target {
  readonly flags: SettingsFlags;
  readonly terminal: Terminal;
}

function showSetting(key: string, settings: Settings, { flags, terminal }: Target): number {
  const path = parseSettingPath(key);
  requireKnownSetting(path);
  const value = findSetting(settings, path);
  if (flags.json === true) terminal.out(`${formatJson({ key, value: value ?? null }, 2)}\n`);
  else if (value === undefined) terminal.err(`note   ${key} is not set\n`);
  else terminal.out(`${typeof value === 'string' ? value : formatJson(value, 2)}\n`);
  return 0;
}

interface Line {
  readonly name: string;
  readonly value: string;
}

/** One line for each value; lists stay on one line. */
function linesOf(path: readonly string[], value: unknown): readonly Line[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ name: formatKeys(path), value: typeof value === 'string' ? value : formatJson(value) }];
  }
  return Object.entries(value).flatMap(([name, member]) => linesOf([...path, name], member));
}

/** As `parseSettingPath` reads them. */
function formatKeys(path: readonly string[]): string {
  const parts = path.map((key) => (/[.[\]"]/u.test(key) ? `["${key}"]` : `.${key}`));
  return parts.join('').replace(/^\./u, '');
}
