// Counts of a provider's own numbers that can be none. They are passed over when its usage is read, so this
// is where somebody hears of it.
import { asFields } from '../../values/json-fields.ts';

/** `prompt_tokens`, `cachedContentTokenCount`, `image_token_count`. */
const COUNT_NAME = /tokens?(?:_?count)?$/iu;

const DEEPEST = 4;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** The first count that is negative, broken or too large to add, such as `prompt_tokens is -5`. */
export function rawUsageDoubt(raw: unknown, depth = 0): string | undefined {
  if (depth > DEEPEST) return undefined;
  for (const [name, value] of Object.entries(asFields(raw))) {
    if (typeof value === 'number') {
      if (COUNT_NAME.test(name) && !isCount(value)) return `${name} is ${String(value)}`;
      continue;
    }
    const inside = rawUsageDoubt(value, depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
