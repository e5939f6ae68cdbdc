// Writes a value of a log as text.
import { exactJsonText } from '../values/exact-json.ts';

/** Texts stay as they are; everything else is JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return 'no value';
  try {
    return exactJsonText(value, 2, String) ?? 'no value';
  } catch {
    return 'nested too deeply to show here; pflow show prints it';
  }
}
