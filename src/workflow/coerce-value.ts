// Converts a value to the declared type of an input, if the conversion is exact and unambiguous.
import { parseContainer } from './infer-value.ts';
import type { ValueType } from './schema.ts';
import { isOfKind } from '../values/json-kind.ts';

const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Returns undefined if the value cannot be converted. */
export function coerceValue(value: unknown, type: ValueType): unknown {
  if (isOfKind(value, type)) return value;
  if (type === 'string') return toText(value);
  return typeof value === 'string' ? parseText(value.trim(), type) : undefined;
}

/** Inference is exact for numbers and booleans, so this is the text that the user gave. */
function toText(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function parseText(text: string, type: Exclude<ValueType, 'string'>): unknown {
  switch (type) {
    case 'boolean':
      return text === 'true' || (text === 'false' ? false : undefined);
    case 'number':
      return parseNumber(text);
    case 'integer':
      return Number.isSafeInteger(parseNumber(text)) ? parseNumber(text) : undefined;
    case 'object':
    case 'array': {
      const value = parseContainer(text);
      return isOfKind(value, type) ? value : undefined;
    }
    default:
      return type satisfies never;
  }
}

function parseNumber(text: string): number | undefined {
  const number = NUMERIC.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
