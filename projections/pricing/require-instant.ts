// A moment that a person wrote, such as a price date.
import { PflowError } from '../../src/errors.ts';
import { parseInstant } from './instant.ts';

/** Milliseconds since 1970. Throws USAGE for what is no UTC date. */
export function requireInstant(text: string): number {
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new PflowError('USAGE', `"${text}" is no date`, {
    hint: 'Write it as 2026-11-01 or 2026-11-01T09:30:00Z.',
  });
}
