// Changes the settings file, one key at a time. What is written has passed the schema, and replaces the file at once.
import { dirname } from 'node:path';
import { PflowError } from '../errors.ts';
import { makeFolder } from '../log/write/log-disk.ts';
import { parseExactJson } from '../values/exact-json.ts';
import { checkSettings, readSettings, readSettingsFile, settingsPath, type Settings } from './settings.ts';
import { replaceFileAtomically } from './write-file.ts';
import { fieldsOf, type Fields } from '../values/json-fields.ts';
import type { Environment } from '../values/environment.ts';

/** The keys on the way to a setting, such as `['providers', 'local', 'base_url']`. */
export type SettingPath = readonly [string, ...string[]];

const FORM = 'Keys look like default_model, providers.local.base_url or providers["my.proxy"].base_url.';
const SEGMENT = /(?:^|\.)([^.[\]"]+)|(?:^|\.)?\["([^"]+)"\]/uy;

/** Splits `providers.local.base_url`, or `providers["my.proxy"].base_url`. Throws USAGE for anything else. */
export function parseSettingPath(text: string): SettingPath {
  const keys: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const [, plain, quoted] = SEGMENT.exec(text) ?? [];
    const key = plain ?? quoted;
    // Every object has this key.
    if (key === undefined || key === '__proto__') break;
    keys.push(key);
    if (SEGMENT.lastIndex === text.length) return keys as [string, ...string[]];
  }
  throw new PflowError('USAGE', `${JSON.stringify(text)} is not the key of a setting`, { hint: FORM });
}

/** Returns undefined where there is no such setting. */
export function findSetting(settings: unknown, path: SettingPath): unknown {
  let value = settings;
  for (const key of path) {
    const members = fieldsOf(value);
    value = members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined;
  }
  return value;
}

/**
 * Sets one key and returns all settings. The text is read as JSON where the key takes its value, else as it is; the
 * values of `env` are never read as JSON. Throws USAGE for an unknown key and for a value that does not fit, and
 * FILE_UNWRITABLE.
 */
export function changeSetting(env: Environment, path: SettingPath, text: string): Settings {
  const before = readSettings(env);
  const [first, ...others] = candidatesFor(path, text).map((value) =>
    checkSettings(withMember(before, path, value)),
  );
  const accepted = [first, ...others].find((one) => one !== undefined && 'settings' in one);
  if (accepted !== undefined && 'settings' in accepted) return writeSettings(env, accepted.settings);
  const details = first !== undefined && 'problems' in first ? first.problems : [];
  throw new PflowError('USAGE', `the setting ${path.join('.')} cannot be set`, {
    details,
    hint: 'A value is text or JSON. For example: pflow settings set deny \'["shell"]\'.',
  });
}

/**
 * Removes keys and returns all settings. Also removes keys that a file should not have, which is the way out of invalid
 * settings. Throws USAGE where they are not valid afterwards, and FILE_UNWRITABLE.
 */
export function removeSettings(env: Environment, paths: readonly SettingPath[]): Settings {
  let value = readSettingsFile(env) ?? {};
  for (const path of paths) value = withoutMember(value, path) ?? {};
  const checked = checkSettings(value);
  if ('settings' in checked) return writeSettings(env, checked.settings);
  throw new PflowError('USAGE', `the settings in ${settingsPath(env)} would still not be valid`, {
    details: checked.problems,
    hint: 'Remove all wrong keys at once, or edit the file.',
  });
}

/** Throws USAGE for a key that no settings have. */
export function requireKnownSetting(path: SettingPath): void {
  const checked = checkSettings(withMember({}, path, null));
  if ('settings' in checked) return;
  const unknown = checked.problems.find((problem) => problem.includes('unknown key'));
  if (unknown === undefined) return;
  throw new PflowError('USAGE', `there is no setting ${path.join('.')}`, { details: [unknown], hint: FORM });
}

function candidatesFor(path: SettingPath, text: string): readonly unknown[] {
  if (path[0] === 'env') return [text];
  try {
    return [parseExactJson(text), text];
  } catch {
    return [text];
  }
}

function withMember(holder: unknown, [key, ...rest]: SettingPath, value: unknown): Fields {
  const members = fieldsOf(holder) ?? {};
  const [next, ...others] = rest;
  const inner = next === undefined ? value : withMember(members[key], [next, ...others], value);
  return { ...members, [key]: inner };
}

/** Returns undefined where nothing is left. */
function withoutMember(holder: unknown, [key, ...rest]: SettingPath): unknown {
  const members = fieldsOf(holder);
  if (members === undefined || !Object.hasOwn(members, key)) return holder;
  const [next, ...others] = rest;
  const inner = next === undefined ? undefined : withoutMember(members[key], [next, ...others]);
  const kept = Object.entries(members).flatMap(([name, member]) => {
    if (name !== key) return [[name, member] as const];
    return inner === undefined ? [] : [[name, inner] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function writeSettings(env: Environment, settings: Settings): Settings {
  const path = settingsPath(env);
  try {
    makeFolder(dirname(path), 0o700);
    replaceFileAtomically(path, `${JSON.stringify(settings, undefined, 2)}\n`);
    return settings;
  } catch (error) {
    if (error instanceof PflowError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `the settings cannot be written to ${path}: ${message}`, {
      hint: 'Set PFLOW_HOME to a folder that can be written.',
      cause: error,
    });
  }
}
