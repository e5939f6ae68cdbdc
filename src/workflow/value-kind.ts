// Names the kinds of values in messages: those of JSON, with integers distinguished where needed.
import type { ValueType } from './schema.ts';

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export function withArticle(kind: string): string {
  if (kind === 'null' || kind === 'undefined') return kind;
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

export function isOfType(value: unknown, type: ValueType): boolean {
  const kind = kindOf(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return kind === type;
}
