// Converts a value to the declared type of an input. The conversion must be exact and unambiguous.
import { parseContainer } from './infer-value.ts';
import type { ValueType } from './schema.ts';
import { integerOf, parseExactJson } from '../values/exact-json.ts';
import { isOfKind } from '../values/json-kind.ts';

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Texts for booleans, in any case. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** Returns undefined if the value cannot be converted. Throws JsonNumberError for a number that is too large. */
export function coerceValue(value: unknown, type: ValueType): unknown {
  if (isOfKind(value, type)) return value;
  if (type === 'string') return toText(value);
  return typeof value === 'string' ? parseText(value.trim(), type) : undefined;
}

/** Returns the text that the user gave; inference is exact for numbers and booleans. */
function toText(value: unknown): string | undefined {
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function parseText(text: string, type: Exclude<ValueType, 'string'>): unknown {
  switch (type) {
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase());
    case 'number':
      return parseNumber(text);
    case 'integer':
      return parseInteger(text);
    case 'object':
    case 'array': {
      const value = parseContainer(text);
      return isOfKind(value, type) ? value : undefined;
    }
    default:
      return type satisfies never;
  }
}

/** Returns a BigInt for an integer that a number would change. Throws JsonNumberError for `1e400`. */
function parseNumber(text: string): number | bigint | undefined {
  return NUMERIC.test(text) ? (parseExactJson(asJson(text)) as number | bigint) : undefined;
}

function parseInteger(text: string): number | bigint | undefined {
  const number = parseNumber(text);
  if (typeof number === 'bigint' || Number.isSafeInteger(number)) return number;
  // What a large fraction is rounded to is an integer, too.
  return Number.isInteger(number) && integerOf(asJson(text)) !== undefined ? number : undefined;
}

/** JSON does not know `+1`, `.5`, `1.` and `007`. */
function asJson(text: string): string {
  const unsigned = text.replace(/^[+-]/, '').replace(/^0+(?=\d)/, '');
  return (text.startsWith('-') ? '-' : '') + unsigned.replace(/^\./, '0.').replace(/\.(?!\d)/, '');
}
