// The parsed form of a template: plain text and expressions in turn.

export interface Reference {
  readonly kind: 'reference';
  /** An input, a node or a key of the store. */
  readonly name: string;
  /** A number goes into an array, a string into an object. */
  readonly path: readonly (string | number)[];
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
}

/** `${first ?? second ?? …}`: the first that is there and not null; the last one counts as it is. */
export interface Expression {
  readonly kind: 'expression';
  readonly operands: readonly (Reference | Literal)[];
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
