// Converts a value to the declared type of an input. The conversion must be exact and unambiguous.
import { parseContainer } from './infer-value.ts';
import type { ValueType } from './schema.ts';
import { isOfKind } from '../values/json-kind.ts';

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;

/** Texts for booleans, in any case. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** Returns undefined if the value cannot be converted. Throws JsonNumberError for JSON with a number that is too large. */
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
    case 'integer': {
      const number = parseNumber(text);
      const isExact = Number.isSafeInteger(number) || (Number.isInteger(number) && INTEGER.test(text));
      return typeof number === 'bigint' || isExact ? number : undefined;
    }
    case 'object':
    case 'array': {
      const value = parseContainer(text);
      return isOfKind(value, type) ? value : undefined;
    }
    default:
      return type satisfies never;
  }
}

/** Returns a BigInt for an integer that a number would change. */
function parseNumber(text: string): number | bigint | undefined {
  const number = NUMERIC.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || Number.isSafeInteger(number) || !INTEGER.test(text))
    return Number.isFinite(number) ? number : undefined;
  const exact = BigInt(text.replace('+', ''));
  return String(number) === String(exact) || (Number.isFinite(number) && BigInt(number) === exact)
    ? number
    : exact;
}
