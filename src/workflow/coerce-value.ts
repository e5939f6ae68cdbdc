// From what was given to the type that an input declares: only where nothing is lost and nothing is guessed.
import { parseContainer } from './infer-value.ts';
import type { ValueType } from './schema.ts';
import { isOfKind } from '../values/json-kind.ts';

const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The value converted to the type; undefined when that is not possible. */
export function coerceValue(value: unknown, type: ValueType): unknown {
  if (isOfKind(value, type)) return value;
  if (type === 'string') return asText(value);
  return typeof value === 'string' ? fromText(value.trim(), type) : undefined;
}

/** Inference is exact for these two, so their text is the one that was given. */
function asText(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function fromText(text: string, type: Exclude<ValueType, 'string'>): unknown {
  switch (type) {
    case 'boolean':
      return text === 'true' || (text === 'false' ? false : undefined);
    case 'number':
      return numberOf(text);
    case 'integer':
      return Number.isSafeInteger(numberOf(text)) ? numberOf(text) : undefined;
    case 'object':
    case 'array': {
      const value = parseContainer(text);
      return isOfKind(value, type) ? value : undefined;
    }
    default:
      return type satisfies never;
  }
}

function numberOf(text: string): number | undefined {
  const number = NUMERIC.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
