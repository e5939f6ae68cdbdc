// Finds counts in a provider's own numbers that are not valid. They are skipped when its usage is read, so a warning
// must report them.
import { isCount } from '../../events/token-classes.ts';
import { asFields } from '../../values/json-fields.ts';

/** `prompt_tokens`, `cachedContentTokenCount`, `image_token_count`. */
const COUNT_NAME = /tokens?(?:_?count)?$/iu;

const MAX_DEPTH = 4;

/** The first count that is negative, fractional or too large, such as `prompt_tokens is -5`. */
export function findInvalidCount(raw: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const [name, value] of Object.entries(asFields(raw))) {
    if (typeof value === 'number') {
      if (COUNT_NAME.test(name) && !isCount(value)) return `${name} is ${String(value)}`;
      continue;
    }
    const inside = findInvalidCount(value, depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
