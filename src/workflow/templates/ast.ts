// Defines the parsed form of a template: a list of plain texts and expressions.
import type { Filter } from './filters.ts';

export interface Reference {
  readonly kind: 'reference';
  /** An input, a node or a key of the store. */
  readonly name: string;
  /** Numbers are array indices, strings are object keys. */
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

export function listReferences(template: Template): readonly Reference[] {
  return template
    .flatMap((part) => (part.kind === 'expression' ? part.operands : []))
    .filter((operand) => operand.kind === 'reference');
}
