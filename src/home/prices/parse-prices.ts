// Parses the text of a price list.
import { PflowError } from '../../errors.ts';
import { parseJsonFile } from '../text-file.ts';

const SMALL_NUMBER = /[\s:,[](-?\d+(?:\.\d+)?[eE]-\d{3,})(?=[\s,}\]])/g;

/** Throws PRICES_INVALID for a text that is not JSON. A number that is too small would be a price of 0. */
export function parsePrices(text: string, path: string, hint: string): unknown {
  const json = parseJsonFile({ text, path, code: 'PRICES_INVALID', hint });
  for (const [, number = ''] of text.matchAll(SMALL_NUMBER)) {
    if (Number(number) !== 0 || /^[-0.]*e/i.test(number)) continue;
    throw new PflowError('PRICES_INVALID', `${path}: the number ${number} is too small to be kept exactly`, {
      path,
      hint,
    });
  }
  return json;
}
