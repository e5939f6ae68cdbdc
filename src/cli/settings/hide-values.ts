// Hides what is secret in settings that are printed: values of `env`, and texts that look like a secret.
import type { Settings } from '../../home/settings.ts';
import { placeholderFor, redactPatterns } from '../../log/secrets/patterns.ts';

export function withoutValues(settings: Settings): Settings {
  const plain = redactTexts({ ...settings, env: undefined }) as Settings;
  if (settings.env === undefined) return plain;
  return {
    ...plain,
    env: Object.fromEntries(Object.keys(settings.env).map((name) => [name, placeholderFor(name)])),
  };
}

function redactTexts(value: unknown): unknown {
  if (typeof value === 'string') return redactPatterns(value);
  if (Array.isArray(value)) return value.map(redactTexts);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, redactTexts(member)]));
}
