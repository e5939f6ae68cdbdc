// Names a place in a text as editors do.

export const LINE_END = /\r\n|\n|\r/;

export interface TextPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** `position` is an offset in UTF-16 units. */
export function placeOf(text: string, position: number): TextPlace {
  const before = text.slice(0, position).split(LINE_END);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
