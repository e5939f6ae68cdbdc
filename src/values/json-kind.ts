// Names the kinds of JSON values in messages and in declarations.

/** The kinds that a declaration can name. Every integer is a number too. */
export const DECLARED_KINDS = ['string', 'number', 'integer', 'boolean', 'object', 'array'] as const;

export type DeclaredKind = (typeof DECLARED_KINDS)[number];

/** Returns `null`, `array`, or what `typeof` returns. Whole numbers, BigInts included, are `number`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns `a string`, `an array`, and `null` without an article. */
export function withArticle(kind: string): string {
  if (kind === 'null' || kind === 'undefined') return kind;
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** NaN and the infinities are of no kind. */
export function isOfKind(value: unknown, kind: DeclaredKind): boolean {
  if (kind === 'integer') return Number.isInteger(value) || typeof value === 'bigint';
  if (kind === 'number') return Number.isFinite(value) || typeof value === 'bigint';
  return kindOf(value) === kind;
}
