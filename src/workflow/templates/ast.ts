// Defines the parsed form of a template: a list of plain texts and expressions.
import type { Filter } from './filters.ts';

/**
 * A key on a path: numbers are array indices, strings are object keys. A reference is replaced by its value, as in
 * `${a[${i}]}`.
 */
export type PathKey = string | number | Reference;

export interface Reference {
  readonly kind: 'reference';
  /** An input, a node or a key of the store. */
  readonly name: string;
  readonly path: readonly PathKey[];
}

/** A reference without references in its path. */
export interface PlainReference extends Reference {
  readonly path: readonly (string | number)[];
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | bigint | boolean | null;
}

/** `${first ?? second ?? …}`: the first operand that exists and is not null, else the last one. */
export interface Expression {
  readonly kind: 'expression';
  readonly operands: readonly (Reference | Literal)[];
  /** Applied to the value from left to right, as in `${x | raw}`; absent without filters. */
  readonly filters?: readonly Filter[];
}

export interface PlainText {
  readonly kind: 'text';
  readonly text: string;
}

export type Template = readonly (PlainText | Expression)[];

/** Lists the references of a template, each after those in its path. */
export function listReferences(template: Template): readonly Reference[] {
  return template
    .flatMap((part) => (part.kind === 'expression' ? part.operands : []))
    .filter((operand) => operand.kind === 'reference')
    .flatMap(withNested);
}

function withNested(reference: Reference): readonly Reference[] {
  return [...reference.path.filter((key) => typeof key === 'object').flatMap(withNested), reference];
}
